import * as undici from 'undici';
import type { CallLedger } from '../call-ledger';
import type { VendorError } from '../errors';
import type { Limiter } from '../limits';
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
  /** Turns an answer outside 2xx into an error; the token endpoint has its own. */
  readonly toError?: (answer: OfficerndAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/**
 * Sends one request once: waits for the limiter, ends with the time-out or the signal, follows no redirect (undici's `request` does not), counts
 * the call. Resolves with 2xx answers only; anything else throws `VendorError`, an abort the signal's reason.
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
  return async (request, { signal, toError = errorOfAnswer } = {}) => {
    const { url, rateClass, facts } = request;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badUrl(facts);

    await limiter.acquire(rateClass, signal);
    const count = (outcome: 'ok' | 'rate-limited' | 'failed'): void => ledger.count({ vendor: 'officernd', route: facts.route, outcome });
    const answer = await send(request, { timeoutMs, signal }).catch((error: unknown) => {
      count('failed');
      throw error;
    });
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

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

async function send({ url, method, headers, body, facts }: HttpRequest, { timeoutMs, signal }: Limits): Promise<OfficerndAnswer> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  // Not AbortSignal.any: under Node 20 each use stays in the memory of a long-lived signal.
  const abort = (): void => ending.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    const response = await undici.request(url, { method, headers, body: body ?? null, signal: ending.signal });
    return {
      status: response.statusCode,
      text: await response.body.text(),
      contentType: firstOf(response.headers['content-type']) ?? '',
      retryAfter: firstOf(response.headers['retry-after']),
      location: firstOf(response.headers['location']),
      correlationId: firstOf(response.headers['cf-ray']),
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

/** Connections that never came about: OfficeRnD can't have seen the request. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|.*CERT|.*SIGNATURE)/;

function connectionError(facts: CallFacts, code: string): VendorError {
  return NEVER_SENT.test(code)
    ? noAnswer(facts, `its address can't be reached (${code}). Check ${facts.urlSetting} and the network.`, false)
    : noAnswer(facts, `the connection broke (${code}). Try again later.`, true);
}

/** The system's code; the message may hold more than should be told. */
const systemCodeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
