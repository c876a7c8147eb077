import type { CallLedger } from '../call-ledger';
import type { VendorError } from '../errors';
import type { Limiter } from '../limits';
import { NoAnswer, sendOnce, type IncomingAnswer } from '../send-once';
import { badUrl, errorOfAnswer, noAnswer, type CallFacts, type OfficerndAnswer } from './errors';

/** One request as it goes out. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly rateClass: 'read' | 'write' | 'token';
  readonly facts: CallFacts;
}

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Turns an answer outside 2xx into an error; the token endpoint has its own. */
  readonly toError?: (answer: OfficerndAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/**
 * Sends one request once: waits for the limiter, ends with the time-out or the signal, follows no redirect, counts the call. Resolves with 2xx
 * answers only; anything else throws `VendorError`, an abort the signal's reason.
 */
export type Http = (request: HttpRequest, options?: HttpOptions) => Promise<OfficerndAnswer>;

export interface HttpDeps {
  /** For one call, from sending to the last byte. */
  readonly timeoutMs: number;
  readonly ledger: CallLedger;
  readonly limiter: Limiter;
  readonly now: () => number;
}

/** The vendor's window: whatever it says, after a minute there is room again. */
const LONGEST_PENALTY_MS = 60_000;

export function createHttp({ timeoutMs, ledger, limiter, now }: HttpDeps): Http {
  return async (request, { signal, beforeSend, toError = errorOfAnswer } = {}) => {
    const { url, rateClass, facts } = request;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badUrl(facts);

    await limiter.acquire(rateClass, signal);
    await beforeSend?.();
    const count = (outcome: 'ok' | 'rate-limited' | 'failed'): void => ledger.count({ vendor: 'officernd', route: facts.route, outcome });
    const incoming = await sendOnce({ ...request, urlSetting: facts.urlSetting }, { timeoutMs, signal }).catch((error: unknown) => {
      count('failed');
      throw error instanceof NoAnswer ? noAnswer(facts, error.message, error.wasSent) : error;
    });
    const answer = answerOf(incoming);
    if (answer.status >= 200 && answer.status < 300) {
      count('ok');
      return answer;
    }
    const error = toError(answer, facts, now());
    count(error.kind === 'rate-limited' ? 'rate-limited' : 'failed');
    if (error.kind === 'rate-limited') await limiter.penalise(rateClass, Math.min(error.details.retryAfterMs ?? 0, LONGEST_PENALTY_MS));
    throw error;
  };
}

const answerOf = ({ status, text, header }: IncomingAnswer): OfficerndAnswer => ({
  status,
  text,
  contentType: header('content-type') ?? '',
  retryAfter: header('retry-after'),
  location: header('location'),
  correlationId: header('cf-ray'),
});
