/** A rolling window's decision about one call. */
interface RateDecision {
  readonly allowed: boolean;
  /** Calls left in the window after this one. */
  readonly remaining: number;
  /** The time until a call would be allowed, in milliseconds. 0 when this one was. */
  readonly retryAfterMs: number;
}

export interface RateWindow {
  /** Counts one call against `limit`. Null means no limit. Refused calls do not count. */
  readonly take: (limit: number | null) => RateDecision;
  readonly reset: () => void;
}

/** A rolling window of `windowMs` milliseconds. `now` is the emulator's clock. */
export function createRateWindow(windowMs: number, now: () => number): RateWindow {
  let times: number[] = [];
  let first = 0;
  return {
    take: (limit) => {
      if (limit === null) return { allowed: true, remaining: Number.MAX_SAFE_INTEGER, retryAfterMs: 0 };
      const time = now();
      while (first < times.length && (times[first] ?? time) <= time - windowMs) first += 1;
      if (first > 1024) {
        times = times.slice(first);
        first = 0;
      }
      const used = times.length - first;
      if (used >= limit) {
        // The call becomes possible once the (used - limit + 1)th oldest call has left the window.
        const leaves = times[first + used - limit] ?? time;
        return { allowed: false, remaining: 0, retryAfterMs: Math.max(1, leaves + windowMs - time) };
      }
      times.push(time);
      return { allowed: true, remaining: limit - used - 1, retryAfterMs: 0 };
    },
    reset: () => {
      times = [];
      first = 0;
    },
  };
}
