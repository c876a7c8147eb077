import { setTimeout as sleep } from 'node:timers/promises';
import { VendorError } from '../../connectors/errors';
import { QUICK_TRIES, quickPauseMs } from '../../connectors/patience';
import { asLabel, LISTED } from '../../domain/printable';

/** Attempts at one record's call before the record counts as failed. */
const TRIES = 3;
const FIRST_WAIT_MS = 500;
/** After this many failing records in a row, the vendor is down, not the records. The slice then waits for the vendor (A4). */
const VENDOR_IS_DOWN_AFTER = 5;

type CallOutcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: VendorError };

export interface RecordCalls {
  /**
   * Makes a call for one record. The record's own trouble is returned as data. Trouble that concerns all records (limits, credentials, a
   * vendor that is down) is thrown, so that the slice waits or blocks.
   */
  readonly make: <T>(call: () => Promise<T>) => Promise<CallOutcome<T>>;
  /** The same for a call that may not be repeated blindly: one that may have happened is returned as failed at once (L12). */
  readonly makeOnce: <T>(call: () => Promise<T>) => Promise<CallOutcome<T>>;
}

/** Distinguishes a bad record from a vendor that is down, over all calls of one slice. */
export function createRecordCalls(signal: AbortSignal): RecordCalls {
  let failuresInARow = 0;
  const failed = <T>(error: VendorError): CallOutcome<T> => {
    failuresInARow += 1;
    if (failuresInARow >= VENDOR_IS_DOWN_AFTER) throw error;
    return { kind: 'failed', error };
  };
  const attempts = async <T>(call: () => Promise<T>, mayRepeat: (error: VendorError) => boolean): Promise<CallOutcome<T>> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const value = await call();
        failuresInARow = 0;
        return { kind: 'done', value };
      } catch (error) {
        if (!(error instanceof VendorError)) throw error;
        if (isOfTheRecord(error)) {
          failuresInARow = 0;
          return { kind: 'failed', error };
        }
        if (!mayRepeat(error)) return failed(error);
        const pauseMs = pauseAfter(error, attempt);
        if (pauseMs === 'thrown') throw error;
        if (pauseMs === 'failed') return failed(error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  };
  return {
    make: (call) => attempts(call, () => true),
    makeOnce: (call) => attempts(call, ({ details }) => details.mayHaveHappened !== true),
  };
}

const isOfTheRecord = ({ kind }: VendorError): boolean => kind === 'invalid' || kind === 'conflict' || kind === 'not-found';

/**
 * The pause before the next try, after so many that failed, or what becomes of the call:
 *
 * | the last try | then |
 * |---|---|
 * | a write whose connection broke | soon another one, which first looks whether the write has happened (M8) |
 * | an answer of trouble | later another one |
 * | no answer at all | it is thrown: the trouble is the vendor's, not the record's. The connector has repeated the call where that may help |
 */
function pauseAfter({ kind, details }: VendorError, attempt: number): number | 'failed' | 'thrown' {
  if (details.broke === true && details.mayHaveHappened === true)
    return attempt >= QUICK_TRIES ? 'failed' : quickPauseMs(attempt, Math.random);
  if (kind !== 'unexpected' && (kind !== 'unavailable' || details.status === undefined)) return 'thrown';
  // The connector may have sent the call several times.
  return attempt - 1 + (details.tries ?? 1) >= TRIES ? 'failed' : FIRST_WAIT_MS * 2 ** (attempt - 1);
}

/** Why a record failed, in words that may be stored and shown: the vendor's own codes for the fields, else the kind of error. */
export const reasonOf = ({ kind, details }: VendorError): string => {
  const fields = details.refusedFields ?? [];
  return fields.length === 0
    ? kind
    : fields
        .slice(0, LISTED)
        .map(({ property, reason }) => `${asLabel(property)}: ${reason}`)
        .join(', ');
};
