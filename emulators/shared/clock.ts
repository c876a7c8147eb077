/** Records without dates in their world get creation dates from here on, one second apart. It lies long before any run. */
export const WORLD_EPOCH_MS = Date.UTC(2025, 0, 1);

/** The emulator's own time: real time plus what `POST /clock` has added. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The same moment as an ISO text with milliseconds, `2026-01-31T09:00:00.000Z`. */
  readonly nowIso: () => string;
  /** Moves the time forward by this many milliseconds. Token expiry, rate windows and search lag follow. */
  readonly advance: (ms: number) => void;
  /** Goes back to real time. The returned function undoes this. */
  readonly reset: () => () => void;
}

/** A clock on top of `realNow`, which tests may replace. */
export function createEmulatorClock(realNow: () => number = Date.now): EmulatorClock {
  let advancedMs = 0;
  const now = (): number => realNow() + advancedMs;
  return {
    now,
    nowIso: () => new Date(now()).toISOString(),
    advance: (ms) => {
      advancedMs += ms;
    },
    reset: () => {
      const before = advancedMs;
      advancedMs = 0;
      return () => {
        advancedMs = before;
      };
    },
  };
}
