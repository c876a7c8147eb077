/** Records of a world that tells no dates were made from here on, a second apart: long before any run. */
export const WORLD_EPOCH_MS = Date.UTC(2025, 0, 1);

/** The emulator's own time: real time plus what `POST /clock` has added. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The same moment as an ISO text with milliseconds, `2026-01-31T09:00:00.000Z`. */
  readonly nowIso: () => string;
  /** Moves time on by so many milliseconds; expiry, rate windows and search lag all follow. */
  readonly advance: (ms: number) => void;
  /** Back to real time; the function returned undoes it. */
  readonly reset: () => () => void;
}

/** A clock over `realNow`, which tests may replace. */
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
