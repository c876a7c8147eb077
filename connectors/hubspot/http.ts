import * as undici from 'undici';
import type { CallLedger } from '../call-ledger';
import type { VendorError } from '../errors';
import type { Limiter } from '../limits';
import { badApiUrl, errorOfAnswer, noAnswer, type CallFacts, type HubSpotAnswer } from './errors';
import { isWrite, rateClassOf, routeOf } from './paths';

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
  /** Turns an answer outside 2xx into an error; the token endpoint has its own. */
  readonly toError?: (answer: HubSpotAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/**
 * Sends one request once: waits for the limiter, ends with the time-out or the signal, follows no redirect (undici's `request` does not), counts
 * the call. Resolves with 2xx answers only; anything else throws `VendorError`, an abort the signal's reason.
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
  return async (request, { signal, toError = errorOfAnswer } = {}) => {
    const route = routeOf(request.method, request.path);
    const facts: CallFacts = { route, writes: isWrite(request.method, request.path), credential };
    const url = `${apiUrl.replace(/\/+$/, '')}${request.path}`;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badApiUrl(route);

    const rateClass = rateClassOf(request.path);
    await limiter.acquire(rateClass, signal);
    const answer = await send(url, request, facts, { timeoutMs, signal }).catch((error: unknown) => {
      ledger.count({ vendor: 'hubspot', route, outcome: 'failed' });
      throw error;
    });
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

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

async function send(url: string, request: HttpRequest, facts: CallFacts, { timeoutMs, signal }: Limits): Promise<HubSpotAnswer> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  const abort = (): void => ending.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    const { method, headers, body = null } = request;
    const response = await undici.request(url, { method, headers, body, signal: ending.signal });
    return {
      status: response.statusCode,
      text: await response.body.text(),
      contentType: firstOf(response.headers['content-type']) ?? '',
      retryAfter: firstOf(response.headers['retry-after']),
      correlationId: firstOf(response.headers['x-hubspot-correlation-id']),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (ending.signal.aborted) throw noAnswer(facts, `it took longer than ${timeoutMs / 1_000} seconds.`, true);
    throw connectionError(facts, systemCodeOf(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

const firstOf = (header: string | string[] | undefined): string | null => (Array.isArray(header) ? header[0] : header) ?? null;

/** Connections that never came about: HubSpot can't have seen the request. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|ERR_SSL_|.*CERT|.*SIGNATURE)/;

function connectionError(facts: CallFacts, code: string): VendorError {
  return NEVER_SENT.test(code)
    ? noAnswer(facts, `its address can't be reached (${code}). Check hubspot.apiUrl and the network.`, false)
    : noAnswer(facts, `the connection broke (${code}). Try again later.`, true);
}

/** The system's code; the message may hold more than should be told. */
const systemCodeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
