import type { Limits } from '../../store/limits';

/** Virtual time for tests of limiters. */
export interface Timeline {
  readonly now: () => number;
  /** Resolves after this much virtual time. An abort rejects it with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The same limits, but time does not move during their calls. */
  readonly watch: (limits: Limits) => Limits;
}

interface Nap {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** An arbitrary time that MongoDB stores as a `long`. */
const START_MS = 2_000_000_000_000;

/**
 * Time that stands still while anything is done. When everybody sleeps, it goes on to the end of the shortest sleep. So everything happens
 * at the same moments, however busy the machine is.
 */
export function createTimeline(): Timeline {
  let nowMs = START_MS;
  let questions = 0;
  const naps = new Set<Nap>();

  const goOn = (): void => {
    const [first] = [...naps].sort((one, other) => one.untilMs - other.untilMs);
    if (questions > 0 || first === undefined) return;
    nowMs = Math.max(nowMs, first.untilMs);
    naps.delete(first);
    first.wake();
  };
  /** Continues after everything that follows from the last event has begun. */
  const goOnSoon = (): void => void setImmediate(goOn);
  const asking = async <T>(ask: () => Promise<T>): Promise<T> => {
    questions += 1;
    try {
      return await ask();
    } finally {
      questions -= 1;
      goOnSoon();
    }
  };

  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const nap: Nap = { untilMs: nowMs + ms, wake: resolve };
        const end = (): void => {
          naps.delete(nap);
          reject(signal.reason);
          goOnSoon();
        };
        if (signal.aborted) return end();
        signal.addEventListener('abort', end, { once: true });
        naps.add(nap);
        goOnSoon();
      }),
    watch: ({ lease, noteUsed, silence }) => ({
      lease: (...request) => asking(() => lease(...request)),
      noteUsed: (...request) => asking(() => noteUsed(...request)),
      silence: (...request) => asking(() => silence(...request)),
    }),
  };
}
