/** The right to write, which an attempt has until a later one begins (docs/decisions/0004). */
export interface Fence {
  /** Throws when a later attempt has taken over. Asks now. */
  readonly assertOwner: () => Promise<void>;
  /** The same, but an answer to what was asked a moment ago will do: for one of several writes that are made together. */
  readonly assertOwnerCached: () => Promise<void>;
}

interface FenceDeps {
  readonly holds: () => Promise<boolean>;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
  readonly slice: string;
}

/**
 * So long an answer will do, counted from the question: no longer than a write that was on its way may take anyway, and a fraction of the
 * heartbeat time-out, after which a later attempt may begin at all.
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
      // Others' question may have been under way for long.
      if (!isFresh()) await ask();
    },
  };
}
