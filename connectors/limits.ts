import { setTimeout as delay } from 'node:timers/promises';

/**
 * Keeps calls under a vendor's published limits. Calls are counted by class (HubSpot: `general`, `search`; OfficeRnD: `read`, `write`,
 * `token`), since each class has a limit of its own.
 */
export interface Limiter {
  /**
   * Resolves when one call of this class may be sent, and counts it as sent. Calls are let through in the order in which they asked.
   * An abort ends the wait with the signal's reason and uses up nothing.
   */
  readonly acquire: (classKey: string, signal?: AbortSignal) => Promise<void>;
  /** The vendor asked for silence: no call of this class passes for `waitMs` from now. A shorter wait never shortens a longer one. */
  readonly penalise: (classKey: string, waitMs: number) => Promise<void>;
  /**
   * The vendor told how much room the account's window has. What is used up in it and was not let through here is somebody else's, and for
   * the length of a window only what they leave is let through.
   */
  readonly noteRoom: (classKey: string, room: Room) => Promise<void>;
}

/** What a vendor's answer tells of the window that all callers of an account share. */
export interface Room {
  readonly max: number;
  readonly remaining: number;
}

/** At most `count` calls in any stretch of `perMs`. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

/**
 * Calls take unevenly long to arrive, so a vendor's window can hold calls that were sent in two of ours: a window is this much longer here
 * than there, else the first calls of each may meet a 429.
 */
export const LATENCY_MS = 150;

export interface LocalLimiterDeps {
  /** One entry a class; `null` lets everything through until `penalise`. An unknown class is a programming error and throws. */
  readonly limits: Readonly<Record<string, RateLimit | null>>;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A limiter for one process: rolling windows, first come first served, no timer while nobody waits. */
export function createLocalLimiter({ limits, now, sleep }: LocalLimiterDeps): Limiter {
  const lanes = new Map(Object.entries(limits).map(([classKey, limit]) => [classKey, createLane(limit, now, sleep)]));
  const laneOf = (classKey: string): Lane => {
    const lane = lanes.get(classKey);
    if (lane === undefined) throw new Error(`There is no rate limit class '${classKey}'; known are ${[...lanes.keys()].join(', ')}.`);
    return lane;
  };
  return {
    acquire: async (classKey, signal) => laneOf(classKey).acquire(signal),
    penalise: async (classKey, waitMs) => laneOf(classKey).penalise(waitMs),
    // One process for a short while: a 429 corrects it soon enough.
    noteRoom: async () => undefined,
  };
}

/** The real `sleep` for the limiter: ends with the signal's abort. */
export const sleepUnlessAborted = async (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

interface Lane {
  readonly acquire: (signal?: AbortSignal) => Promise<void>;
  readonly penalise: (waitMs: number) => void;
}

function createLane(limit: RateLimit | null, now: LocalLimiterDeps['now'], sleep: LocalLimiterDeps['sleep']): Lane {
  /** When the calls of the present window were let through, oldest first. */
  const passedAt: number[] = [];
  const waiting = new Set<() => void>();
  let silentUntil = Number.NEGATIVE_INFINITY;
  let nap: AbortController | undefined;

  const waitMs = (): number => {
    const time = now();
    if (limit === null) return silentUntil - time;
    while (passedAt[0] !== undefined && passedAt[0] + limit.perMs <= time) passedAt.shift();
    const oldest = passedAt.length < limit.count ? undefined : passedAt[0];
    const windowFreeAt = oldest === undefined ? time : oldest + limit.perMs;
    return Math.max(windowFreeAt, silentUntil) - time;
  };

  const letThrough = async (): Promise<void> => {
    if (nap !== undefined) return;
    for (const pass of waiting) {
      for (let ms = waitMs(); ms > 0 && waiting.has(pass); ms = waitMs()) {
        nap = new AbortController();
        await sleep(Math.ceil(ms), nap.signal).catch(() => undefined);
      }
      if (!waiting.delete(pass)) continue;
      if (limit !== null) passedAt.push(now());
      pass();
    }
    nap = undefined;
  };

  return {
    acquire: async (signal) => {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const pass = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          waiting.delete(pass);
          if (waiting.size === 0) nap?.abort();
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.add(pass);
        void letThrough();
      });
    },
    penalise: (ms) => {
      silentUntil = Math.max(silentUntil, now() + ms);
    },
  };
}
