import type { CallLedger, CountedCall } from './call-ledger';
import type { VendorError } from './errors';
import type { Limiter } from './limits';
import { NoAnswer, sendOnce } from './send-once';
import type { IncomingAnswer, OutgoingRequest } from './send-once';

export interface MeteredCall {
  readonly request: OutgoingRequest;
  readonly vendor: CountedCall['vendor'];
  /** As in `CountedCall`. */
  readonly route: string;
  /** The limiter's class. */
  readonly rateClass: string;
  readonly signal: AbortSignal | undefined;
  /** Whether it changes anything at the vendor. Once it is sent, an abort does not end it: nobody would know whether it has happened. */
  readonly writes: boolean;
  /** Called when the limiter has let the call through; what it throws is thrown, and nothing is sent. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Sees each whole answer, of any status. */
  readonly onAnswer?: (answer: IncomingAnswer) => void;
  readonly noAnswer: (error: NoAnswer) => VendorError;
  /** Of an answer outside 2xx. */
  readonly toError: (answer: IncomingAnswer) => VendorError;
  /** How long the whole class is to be silent after it; null where it asks for no silence. */
  readonly silenceMs: (answer: IncomingAnswer, error: VendorError) => number | null;
}

export interface MeteredCallDeps {
  /** For one call, from sending to the last byte. */
  readonly timeoutMs: number;
  readonly ledger: CallLedger;
  readonly limiter: Limiter;
}

/**
 * Sends one request once: waits for the limiter, ends with the time-out or, as long as nothing can be half done, the signal, follows no
 * redirect, counts the call. Resolves with 2xx answers only; anything else throws `VendorError`, an abort the signal's reason, `beforeSend`
 * what it likes.
 */
export async function sendMetered(call: MeteredCall, { timeoutMs, ledger, limiter }: MeteredCallDeps): Promise<IncomingAnswer> {
  const { request, vendor, route, rateClass, signal, writes } = call;
  const count = (outcome: CountedCall['outcome']): void => ledger.count({ vendor, route, outcome });
  await limiter.acquire(rateClass, signal);
  await call.beforeSend?.();
  signal?.throwIfAborted();
  const answer = await sendOnce(request, { timeoutMs, signal: writes ? undefined : signal }).catch((error: unknown) => {
    count('failed');
    throw error instanceof NoAnswer ? call.noAnswer(error) : error;
  });
  call.onAnswer?.(answer);
  if (answer.status >= 200 && answer.status < 300) {
    count('ok');
    return answer;
  }
  const error = call.toError(answer);
  count(error.kind === 'rate-limited' ? 'rate-limited' : 'failed');
  const silenceMs = call.silenceMs(answer, error);
  if (silenceMs !== null) await limiter.penalise(rateClass, silenceMs);
  throw error;
}
