import type { CallLedger } from '../call-ledger';
import type { VendorError } from '../errors';
import type { Limiter } from '../limits';
import { NoAnswer, sendOnce, type IncomingAnswer } from '../send-once';
import { API_URL, badApiUrl, errorOfAnswer, noAnswer, type CallFacts, type HubSpotAnswer } from './errors';
import { isWrite, rateClassOf, routeOf } from './paths';
import { createSharedDay } from './shared-day';
import { scarceRoom } from './shared-window';

/** One request as it goes out, the base address left to `Http`. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as HubSpot gets them. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Turns an answer outside 2xx into an error; the token endpoint has its own. */
  readonly toError?: (answer: HubSpotAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/**
 * Sends one request once: waits for the limiter, ends with the time-out or the signal, follows no redirect, counts the call. Resolves with 2xx
 * answers only; anything else throws `VendorError`, an abort the signal's reason.
 */
export type Http = (request: HttpRequest, options?: HttpOptions) => Promise<HubSpotAnswer>;

export interface HttpDeps {
  readonly apiUrl: string;
  /** The tenant-file setting that holds the credential, for messages. */
  readonly credential: string;
  /** For one call, from sending to the last byte. */
  readonly timeoutMs: number;
  readonly ledger: CallLedger;
  readonly limiter: Limiter;
  readonly now: () => number;
}

/** A longer pause than this is the caller's to keep: a call should not hold its place for minutes. */
const LONGEST_PENALTY_MS = 10_000;

export function createHttp({ apiUrl, credential, timeoutMs, ledger, limiter, now }: HttpDeps): Http {
  const day = createSharedDay(now);
  return async (request, { signal, beforeSend, toError = errorOfAnswer } = {}) => {
    const route = routeOf(request.method, request.path);
    const facts: CallFacts = { route, writes: isWrite(request.method, request.path), credential };
    const url = `${apiUrl.replace(/\/+$/, '')}${request.path}`;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badApiUrl(route);

    day.leaveToOthers(route);
    const rateClass = rateClassOf(request.path);
    await limiter.acquire(rateClass, signal);
    await beforeSend?.();
    const incoming = await sendOnce({ ...request, url, urlSetting: API_URL }, { timeoutMs, signal }).catch((error: unknown) => {
      ledger.count({ vendor: 'hubspot', route, outcome: 'failed' });
      throw error instanceof NoAnswer ? noAnswer(facts, error.message, error.wasSent) : error;
    });
    const answer = answerOf(incoming);
    day.note(incoming);
    const room = scarceRoom(incoming);
    // The answer waits for nobody and counts whatever becomes of this: without the limiter no further call goes out anyway.
    if (room !== null) void limiter.noteRoom(rateClass, room).catch(() => undefined);
    if (answer.status >= 200 && answer.status < 300) {
      ledger.count({ vendor: 'hubspot', route, outcome: 'ok' });
      return answer;
    }
    const error = toError(answer, facts, now());
    const isLimited = error.kind === 'rate-limited';
    ledger.count({ vendor: 'hubspot', route, outcome: isLimited ? 'rate-limited' : 'failed' });
    if (answer.status === 429) await limiter.penalise(rateClass, Math.min(error.details.retryAfterMs ?? 0, LONGEST_PENALTY_MS));
    throw error;
  };
}

const answerOf = ({ status, text, header }: IncomingAnswer): HubSpotAnswer => ({
  status,
  text,
  contentType: header('content-type') ?? '',
  retryAfter: header('retry-after'),
  correlationId: header('x-hubspot-correlation-id'),
});
