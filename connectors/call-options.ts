import type { Place } from './limits';

/** The options that every call to either vendor takes. */
export interface CallOptions {
  /** Aborts the call and its waits; a write that was sent is not aborted. */
  readonly signal?: AbortSignal;
  /** Called directly before a call is sent, after all waits, each time that it is sent. If it throws, nothing is sent, and the caller gets its error. */
  readonly beforeSend?: () => Promise<void>;
  /** A place that was taken for the call, which then need not wait for the limiter. A second call with the same place waits. */
  readonly place?: Place;
  /** A pause that the vendor asks for is thrown as `rate-limited`, however short it is: the caller has other work to do first. */
  readonly handsBackPauses?: boolean;
}
