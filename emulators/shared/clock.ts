/** Records without dates in their world get creation dates from here on, one second apart. It lies long before any run. */
export const WORLD_EPOCH_MS = Date.UTC(2025, 0, 1);

/** The emulator's own time: real time plus what `POST /clock` has added. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The same moment as an ISO text with milliseconds, `2026-01-31T09:00:00.000Z`. */
  readonly nowIso: () => string;
  /** Moves the time forward by this many milliseconds. Token expiry, rate windows, search lag and late effects follow. */
  readonly advance: (ms: number) => void;
  /** Goes back to real time, and calls off all tasks that wait. The returned function restores the time. */
  readonly reset: () => () => void;
  /** Runs a task once this many milliseconds have passed here, by themselves or by `advance`. */
  readonly after: (ms: number, task: () => void) => void;
  /** Calls off all tasks that wait. */
  readonly stop: () => void;
}

interface Waiting {
  readonly dueMs: number;
  readonly task: () => void;
  readonly timer: NodeJS.Timeout;
}

/** A clock on top of `realNow`, which tests may replace. */
export function createEmulatorClock(realNow: () => number = Date.now): EmulatorClock {
  let advancedMs = 0;
  const waiting = new Set<Waiting>();
  const now = (): number => realNow() + advancedMs;
  const run = (one: Waiting): void => {
    clearTimeout(one.timer);
    if (waiting.delete(one)) one.task();
  };
  const stop = (): void => {
    for (const { timer } of waiting) clearTimeout(timer);
    waiting.clear();
  };
  return {
    now,
    nowIso: () => new Date(now()).toISOString(),
    advance: (ms) => {
      advancedMs += ms;
      const due = [...waiting].filter(({ dueMs }) => dueMs <= now()).toSorted((one, other) => one.dueMs - other.dueMs);
      for (const one of due) run(one);
    },
    after: (ms, task) => {
      const one: Waiting = { dueMs: now() + ms, task, timer: setTimeout(() => run(one), ms) };
      waiting.add(one);
    },
    stop,
    reset: () => {
      stop();
      const before = advancedMs;
      advancedMs = 0;
      return () => {
        advancedMs = before;
      };
    },
  };
}
