import { setTimeout as delay } from 'node:timers/promises';

/**
 * Keeps calls under a vendor's published limits. Each class of calls has a limit of its own: HubSpot `general` and `search`, OfficeRnD
 * `read`, `write` and `token`. The way of one call:
 *
 * | when | what happens | where |
 * |---|---|---|
 * | before the call | `acquire` waits until the class has room, and counts the call as sent | `connectors/metered-call.ts` |
 * | before a record is read again for a write (M8) | `reserve` does the same, so that the write need not wait after it | `reserve` of both connectors |
 * | the answer says how much of the account's window is left | `noteRoom`: calls of others are left to them | `connectors/hubspot/http.ts` |
 * | the answer is a 429 | `penalise`: no call of the class passes for a while | `connectors/metered-call.ts` |
 *
 * There are three limiters:
 * - `createLocalLimiter` (below) counts in one process, for checks and previews
 * - `workers/limits/shared-limiter.ts` counts in MongoDB for all processes
 * - `workers/limits/budgeted-limiter.ts` adds a daily budget
 */
export interface Limiter {
  /**
   * Resolves when one call of this class may be sent, and counts it as sent. Calls pass in the order in which they asked. An abort ends the
   * wait with the signal's reason and uses up no call, unless a shared limiter has just leased one for it.
   */
  readonly acquire: (classKey: string, signal?: AbortSignal) => Promise<void>;
  /**
   * Takes places before their calls are ready (M8). Waits as `acquire` does until one call may be sent. Then takes as many places as there is
   * room for at that moment, `most` at most. Use them within `PLACE_MS`, because their calls count in the limit as if they were sent then.
   */
  readonly reserve: (classKey: string, most: number, signal?: AbortSignal) => Promise<readonly Place[]>;
  /** The vendor asked for a pause: no call of this class passes for `waitMs` from now. A shorter pause never shortens a longer one. */
  readonly penalise: (classKey: string, waitMs: number) => Promise<void>;
  /**
   * The vendor said how much room the account's window has. Used calls that did not pass here are calls of other programs. For the length
   * of a window, only the calls that those programs leave pass here.
   */
  readonly noteRoom: (classKey: string, room: Room) => Promise<void>;
}

/** A place in the limit, taken before its call is ready to be sent. It serves one call. */
export interface Place {
  /** Uses the place up. Returns false if a call has used it already. */
  readonly use: () => boolean;
}

/** The places of a write (M8): one for reading the record again, one for the write that follows. */
export interface WritePlace {
  readonly look: Place;
  readonly write: Place;
}

/** Places that are none: each call waits for the limiter. */
export const noPlace: WritePlace = { look: { use: () => false }, write: { use: () => false } };

/** The time from taking a place to sending its call: enough to read a record again at the vendor. */
export const PLACE_MS = 1_000;

/** Makes the places for calls that the limit has let through. */
export const placesFor = (count: number): readonly Place[] =>
  Array.from({ length: count }, () => {
    let isUsed = false;
    return {
      use: () => {
        const wasUsed = isUsed;
        isUsed = true;
        return !wasUsed;
      },
    };
  });

/** The room in the window that all callers of an account share, by a vendor's answer. */
export interface Room {
  readonly max: number;
  readonly remaining: number;
}

/** At most `count` calls in any period of `perMs`. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

/**
 * Added to every window. Network delay varies, so calls that were sent in two of our windows can arrive in one of the vendor's and cause a
 * 429.
 */
export const LATENCY_MS = 150;

export interface LocalLimiterDeps {
  /** One entry for each class. `null` lets every call pass, except after `penalise`. An unknown class is a programming error and throws. */
  readonly limits: Readonly<Record<string, RateLimit | null>>;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A limiter for one process: rolling windows, first come, first served. It has no timer while no call waits. */
export function createLocalLimiter({ limits, now, sleep }: LocalLimiterDeps): Limiter {
  const lanes = new Map(Object.entries(limits).map(([classKey, limit]) => [classKey, createLane(limit, now, sleep)]));
  const laneOf = (classKey: string): Lane => {
    const lane = lanes.get(classKey);
    if (lane === undefined) throw new Error(`There is no rate limit class '${classKey}'; known are ${[...lanes.keys()].join(', ')}.`);
    return lane;
  };
  return {
    acquire: async (classKey, signal) => laneOf(classKey).acquire(signal),
    reserve: async (classKey, most, signal) => placesFor(await laneOf(classKey).reserve(most, signal)),
    penalise: async (classKey, waitMs) => laneOf(classKey).penalise(waitMs),
    // Checks and previews are short, so it is enough that a 429 corrects this limiter.
    noteRoom: async () => undefined,
  };
}

/** The real `sleep` for limiters; it ends when the signal aborts. */
export const sleepUnlessAborted = async (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

interface Lane {
  readonly acquire: (signal?: AbortSignal) => Promise<void>;
  /** Returns the number of calls that may be sent. */
  readonly reserve: (most: number, signal?: AbortSignal) => Promise<number>;
  readonly penalise: (waitMs: number) => void;
}

function createLane(limit: RateLimit | null, now: LocalLimiterDeps['now'], sleep: LocalLimiterDeps['sleep']): Lane {
  /** When the calls of the present window passed, oldest first. */
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

  const acquire: Lane['acquire'] = async (signal) => {
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
  };

  return {
    acquire,
    reserve: async (most, signal) => {
      await acquire(signal);
      let taken = 1;
      // Calls that wait already go first.
      for (; taken < most && waiting.size === 0 && waitMs() <= 0; taken += 1) if (limit !== null) passedAt.push(now());
      return taken;
    },
    penalise: (ms) => {
      silentUntil = Math.max(silentUntil, now() + ms);
    },
  };
}
