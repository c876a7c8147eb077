import type { CallLedger, CountedCall } from './call-ledger';
import type { VendorError } from './errors';
import type { Limiter, Place } from './limits';
import { NoAnswer, sendOnce } from './send-once';
import type { IncomingAnswer, OutgoingRequest } from './send-once';

export interface MeteredCall {
  readonly request: OutgoingRequest;
  readonly vendor: CountedCall['vendor'];
  /** See `CountedCall`. */
  readonly route: string;
  /** The limiter's class of this call. */
  readonly rateClass: string;
  readonly signal: AbortSignal | undefined;
  /** Whether the call changes data at the vendor. An abort does not end such a call once it is sent: its outcome would stay unknown. */
  readonly writes: boolean;
  /** A place in the limit that the caller has taken for this call. Without one, or with a used one, the call waits for the limiter. */
  readonly place?: Place | undefined;
  /** Called after the limiter has let the call through. If it throws, nothing is sent, and the caller gets its error. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Gets each complete answer, of any status. */
  readonly onAnswer?: (answer: IncomingAnswer) => void;
  readonly noAnswer: (error: NoAnswer) => VendorError;
  /** Turns an answer outside 2xx into an error. */
  readonly toError: (answer: IncomingAnswer) => VendorError;
  /** How long the limiter stops the whole class after such an answer; null where it does not. */
  readonly silenceMs: (answer: IncomingAnswer, error: VendorError) => number | null;
}

export interface MeteredCallDeps {
  /** For one call, from sending it to the answer's last byte. */
  readonly timeoutMs: number;
  readonly ledger: CallLedger;
  readonly limiter: Limiter;
}

/**
 * Sends one request once:
 * - waits for the limiter, unless it has a place already, and counts the call in the ledger
 * - ends after the time-out; ends with the signal, but not a write that was sent
 * - follows no redirect
 *
 * Resolves for a 2xx answer only. Throws `VendorError` for everything else, the signal's reason after an abort, or the error of
 * `beforeSend`.
 */
export async function sendMetered(call: MeteredCall, { timeoutMs, ledger, limiter }: MeteredCallDeps): Promise<IncomingAnswer> {
  const { request, vendor, route, rateClass, signal, writes } = call;
  const count = (outcome: CountedCall['outcome']): void => ledger.count({ vendor, route, outcome });
  if (call.place?.use() !== true) await limiter.acquire(rateClass, signal);
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
