import type { CallLedger, CountedCall } from './call-ledger';
import { elapsedMs, realClocks } from './clocks';
import type { Clocks } from './clocks';
import { VendorError } from './errors';
import { PLACE_MS } from './limits';
import type { Limiter, Place } from './limits';
import type { CallPatience, Patience } from './patience';
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
  /** See `CallOptions`. */
  readonly handsBackPauses?: boolean | undefined;
  /** Called after the limiter has let the call through, before each try. If it throws, nothing is sent, and the caller gets its error. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Gets each complete answer, of any status. */
  readonly onAnswer?: (answer: IncomingAnswer) => void;
  readonly noAnswer: (error: NoAnswer) => VendorError;
  /** Turns an answer outside 2xx into an error. */
  readonly toError: (answer: IncomingAnswer) => VendorError;
  /** How long the limiter stops the whole class after such an answer; null where it does not. */
  readonly silenceMs: (answer: IncomingAnswer, error: VendorError) => number | null;
}

/** The options of a call that its connector passes on as they are. */
export type PassedOn = Pick<MeteredCall, 'beforeSend' | 'place' | 'handsBackPauses'> & { readonly signal?: AbortSignal | undefined };

export interface MeteredCallDeps {
  /** For one call, from sending it to the answer's last byte. */
  readonly timeoutMs: number;
  readonly ledger: CallLedger;
  readonly limiter: Limiter;
  /** Repeats calls after trouble that soon passes. Without it, a call is sent once. */
  readonly patience?: Patience | undefined;
  /** @default those of this process */
  readonly clocks?: Clocks;
}

/** The parts that a tenant's connector to either vendor is made of. */
export interface ConnectorDeps extends Omit<MeteredCallDeps, 'timeoutMs'> {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Sends one request:
 * - waits for the limiter, unless it has a place already, and counts the call in the ledger
 * - waits once more if it could not leave soon after that, as on a host that stood still: the limit no longer counts it
 * - ends after the time-out; ends with the signal, but not a write that was sent
 * - follows no redirect
 * - sends it again after trouble that soon passes, unless the vendor may have carried it out: each time after the same waits and questions
 *
 * Resolves for a 2xx answer only. Throws `VendorError` for everything else, the signal's reason after an abort, or the error of
 * `beforeSend`.
 */
export async function sendMetered(call: MeteredCall, deps: MeteredCallDeps): Promise<IncomingAnswer> {
  const patience = deps.patience?.begin();
  for (let tries = 1; ; tries += 1) {
    const tried = await trySending(call, deps);
    if (tried.kind !== 'trouble' && tried.kind !== 'unanswered') patience?.answered();
    if (tried.kind === 'good') return tried.answer;
    if (patience === undefined || !(await isToBeRepeated(call, tried, patience))) throw withTries(tried.error, tries);
  }
}

type Tried =
  | { readonly kind: 'good'; readonly answer: IncomingAnswer }
  /** The connection broke, or something between us and the vendor could not reach it. */
  | { readonly kind: 'trouble'; readonly error: VendorError }
  /** The vendor wants a pause, for which the limiter waits. */
  | { readonly kind: 'pause'; readonly error: VendorError; readonly pauseMs: number }
  /** Another answer outside 2xx. */
  | { readonly kind: 'refused'; readonly error: VendorError }
  /** No answer came in time, or one that is too large. */
  | { readonly kind: 'unanswered'; readonly error: VendorError };

/** The statuses of a gateway that has no answer of the server behind it, or of a server that is being restarted. */
const PASSING = new Set([502, 503, 504]);

async function trySending(call: MeteredCall, deps: MeteredCallDeps): Promise<Tried> {
  const { timeoutMs, ledger, limiter } = deps;
  const { request, vendor, route, rateClass, signal, writes } = call;
  const count = (outcome: CountedCall['outcome']): void => ledger.count({ vendor, route, outcome });
  await letThrough(call, deps);
  signal?.throwIfAborted();
  const answer = await sendOnce(request, { timeoutMs, signal: writes ? undefined : signal }).catch((error: unknown) => {
    count('failed');
    if (error instanceof NoAnswer) return error;
    throw error;
  });
  if (answer instanceof NoAnswer) return { kind: answer.broke ? 'trouble' : 'unanswered', error: call.noAnswer(answer) };
  call.onAnswer?.(answer);
  if (answer.status >= 200 && answer.status < 300) {
    count('ok');
    return { kind: 'good', answer };
  }
  const error = call.toError(answer);
  count(error.kind === 'rate-limited' ? 'rate-limited' : 'failed');
  const silenceMs = call.silenceMs(answer, error);
  if (silenceMs !== null) await limiter.penalise(rateClass, silenceMs);
  if (PASSING.has(answer.status)) return { kind: 'trouble', error };
  const { retryAfterMs: pauseMs } = error.details;
  return silenceMs === null || pauseMs === undefined ? { kind: 'refused', error } : { kind: 'pause', error, pauseMs };
}

/** A question that always takes longer than a call may wait would ask for ever. */
const MOST_PASSES = 3;

/** Passes the limiter and asks `beforeSend`, so that the call can leave at once. */
async function letThrough(
  { place, rateClass, signal, beforeSend }: MeteredCall,
  { limiter, clocks = realClocks }: MeteredCallDeps,
): Promise<void> {
  for (let passes = 1; ; passes += 1) {
    if (place?.use() !== true) await limiter.acquire(rateClass, signal);
    const passedAt = clocks();
    await beforeSend?.();
    if (elapsedMs(passedAt, clocks()) <= PLACE_MS || passes === MOST_PASSES) return;
  }
}

/** Waits where waiting may help. A pause is waited for in the limiter, with all other calls of the class. */
async function isToBeRepeated(call: MeteredCall, tried: Exclude<Tried, { kind: 'good' }>, patience: CallPatience): Promise<boolean> {
  switch (tried.kind) {
    case 'trouble':
      return tried.error.details.mayHaveHappened !== true && patience.afterTrouble(call.signal);
    case 'pause':
      return call.handsBackPauses !== true && patience.isShortPause(tried.pauseMs);
    case 'refused':
    case 'unanswered':
      return false;
  }
}

/** The error says how often the call was sent, so that its caller does not repeat it as often again. */
function withTries(error: VendorError, tries: number): VendorError {
  return tries === 1 ? error : new VendorError(error.kind, error.message, { ...error.details, tries });
}
