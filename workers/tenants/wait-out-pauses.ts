import { setTimeout as sleep } from 'node:timers/promises';
import { VendorError } from '../../connectors/errors';

/** Makes a call, and makes it again as long as somebody can wait for it. */
export type CallMaker = <T>(call: () => Promise<T>) => Promise<T>;

/** All that a person at a terminal waits for. A longer pause ends the command. */
const LONGEST_MS = 70_000;
/** For a vendor that asks for a pause and does not say how long. */
const DEFAULT_MS = 10_000;

export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Called with a sentence before each wait. */
  readonly onWait?: (sentence: string) => void;
}

/** Makes a call again after each pause that its vendor asks for, as OfficeRnD's token endpoint does after five calls in a minute. */
export async function waitOutPauses<T>(call: () => Promise<T>, { signal, onWait }: WaitOptions): Promise<T> {
  for (let leftMs = LONGEST_MS; ;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof VendorError) || error.kind !== 'rate-limited') throw error;
      const waitMs = error.details.retryAfterMs ?? DEFAULT_MS;
      leftMs -= waitMs;
      if (leftMs < 0)
        throw new VendorError(error.kind, `${error.message} That is longer than this command waits. Run it again then.`, error.details);
      onWait?.(`${error.message} Waiting …`);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** For callers that Temporal makes wait. */
export const callOnce: CallMaker = (call) => call();
