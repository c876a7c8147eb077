import { elapsedMs } from '../../connectors/clocks';
import type { Clocks, Moment } from '../../connectors/clocks';

/**
 * The right to write. A slice holds it until a later attempt at it begins, or a later run of the tenant
 * (docs/decisions/0004-slices-and-fences.md).
 *
 * | attempt 1                                     | attempt 2, or a slice of a later run |
 * | --------------------------------------------- | ------------------------------------ |
 * | takes fence 1, writes                         |                                      |
 * | hangs, so that its heartbeat times out        |                                      |
 * |                                               | takes fence 2, writes                |
 * | wakes up, asks: fence 1 is no longer the last |                                      |
 * | throws instead of writing                     | goes on                              |
 */
export interface Fence {
  /** Throws when a later attempt or run has taken over. Asks the store each time. */
  readonly assertOwner: () => Promise<void>;
  /** The same, but a recent answer is enough. For one of several writes that are made together, and after each wait for a vendor. */
  readonly assertOwnerCached: () => Promise<void>;
}

interface FenceDeps {
  readonly holds: () => Promise<boolean>;
  readonly clocks: Clocks;
  /** When the fence was asked for. It is held from then on. */
  readonly takenAt: Moment;
  readonly slice: string;
}

/**
 * How long a fence check stays valid, counted from the question. Shorter than a write in flight may take, and far shorter than the
 * heartbeat time-out. So no later attempt can have started unnoticed.
 */
export const CACHE_VALID_MS = 1_000;
/** A host may be suspended while it asks. Then the answer is old, and it asks again. A store that is always slower is believed at last. */
const MOST_QUESTIONS = 3;

/** The right to write has been lost. */
export const takenOver = (slice: string): Error => new Error(`A later attempt or run has taken over ${slice}.`);

export function createFence({ holds, clocks, takenAt, slice }: FenceDeps): Fence {
  let askedAt = takenAt;
  let asking: Promise<void> | null = null;
  const ask = async (): Promise<void> => {
    const startedAt = clocks();
    if (!(await holds())) throw takenOver(slice);
    askedAt = startedAt;
  };
  const isFresh = (): boolean => elapsedMs(askedAt, clocks()) < CACHE_VALID_MS;
  const askUntilFresh = async (): Promise<void> => {
    for (let asked = 1; ; asked += 1) {
      await ask();
      if (isFresh() || asked === MOST_QUESTIONS) return;
    }
  };
  return {
    assertOwner: askUntilFresh,
    assertOwnerCached: async () => {
      if (isFresh()) return;
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
      // The check may have been started by another write, too long ago.
      if (!isFresh()) await askUntilFresh();
    },
  };
}
