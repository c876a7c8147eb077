import { VendorError } from '../../connectors/errors';
import { LONGEST_PAUSE_MS } from '../../connectors/patience';

/**
 * Whether a vendor has refused a call for a short while only. With `handsBackPauses` the caller gets such a refusal at once, and goes on with
 * what was not refused.
 */
const isShortPause = (error: unknown): error is VendorError =>
  error instanceof VendorError &&
  error.kind === 'rate-limited' &&
  error.details.status === 429 &&
  (error.details.retryAfterMs ?? Number.POSITIVE_INFINITY) <= LONGEST_PAUSE_MS;

/** A call's outcome, or the refusal for a short while. Throws all other errors. */
export const unlessPaused = <T>(call: Promise<T>): Promise<T | { readonly kind: 'postponed'; readonly refusal: VendorError }> =>
  call.catch((error: unknown) => {
    if (isShortPause(error)) return { kind: 'postponed', refusal: error };
    throw error;
  });

/** So many rounds in a row of which every call is refused mean that the vendor wants a longer pause. */
const MOST_IN_VAIN = 5;

/** Counts rounds of calls. */
export interface Rounds {
  /** Notes a round. Throws its refusal when too many in a row have done nothing. */
  readonly note: (round: { readonly hasDone: boolean; readonly refusal: VendorError | null }) => void;
  /** Whether the last round met a refusal. Its pause then takes more time than its calls, so that the next round may do more. */
  readonly wasRefused: () => boolean;
}

export function createRounds(): Rounds {
  let inVain = 0;
  let refused = false;
  return {
    wasRefused: () => refused,
    note: ({ hasDone, refusal }) => {
      refused = refusal !== null;
      inVain = hasDone ? 0 : inVain + 1;
      if (refusal !== null && inVain >= MOST_IN_VAIN) throw refusal;
    },
  };
}
