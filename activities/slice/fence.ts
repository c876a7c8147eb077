/**
 * The right to write. An attempt holds it until a later attempt begins (docs/decisions/0004-slices-and-fences.md).
 *
 * | attempt 1                                     | attempt 2               |
 * | --------------------------------------------- | ----------------------- |
 * | takes fence 1, writes                         |                         |
 * | hangs, so that its heartbeat times out        |                         |
 * |                                               | takes fence 2, writes   |
 * | wakes up, asks: fence 1 is no longer the last |                         |
 * | throws instead of writing                     | goes on                 |
 */
export interface Fence {
  /** Throws when a later attempt has taken over. Asks the store each time. */
  readonly assertOwner: () => Promise<void>;
  /** The same, but a recent answer is enough. For one of several writes that are made together. */
  readonly assertOwnerCached: () => Promise<void>;
}

interface FenceDeps {
  readonly holds: () => Promise<boolean>;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
  readonly slice: string;
}

/**
 * How long a fence check stays valid, counted from the question. Shorter than a write in flight may take, and far shorter than the
 * heartbeat time-out. So no later attempt can have started unnoticed.
 */
export const CACHE_VALID_MS = 1_000;

export function createFence({ holds, now, slice }: FenceDeps): Fence {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;
  const ask = async (): Promise<void> => {
    const startedAtMs = now();
    if (!(await holds())) throw new Error(`A later attempt has taken over ${slice}.`);
    askedAtMs = Math.max(askedAtMs, startedAtMs);
  };
  const isFresh = (): boolean => now() - askedAtMs < CACHE_VALID_MS;
  return {
    assertOwner: ask,
    assertOwnerCached: async () => {
      if (isFresh()) return;
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
      // The check may have been started by another write, too long ago.
      if (!isFresh()) await ask();
    },
  };
}
