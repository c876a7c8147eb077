import type { Random } from './random';

/** Virtual time: what is due happens in order of time, and by chance where the time is the same. Nothing waits. */
export interface Clock {
  readonly nowMs: () => number;
  readonly after: (delayMs: number, happen: () => void | Promise<void>) => void;
  /** Makes the next thing happen; false when nothing is due any more. */
  readonly step: () => Promise<boolean>;
}

interface Due {
  readonly atMs: number;
  readonly tie: number;
  readonly happen: () => void | Promise<void>;
}

export function createClock(startMs: number, random: Random): Clock {
  const due: Due[] = [];
  let now = startMs;
  return {
    nowMs: () => now,
    after: (delayMs, happen) => {
      due.push({ atMs: now + Math.max(0, Math.round(delayMs)), tie: random.next(), happen });
    },
    step: async () => {
      const next = due.reduce<Due | undefined>((first, one) => (first === undefined || isEarlier(one, first) ? one : first), undefined);
      if (next === undefined) return false;
      due.splice(due.indexOf(next), 1);
      now = next.atMs;
      await next.happen();
      return true;
    },
  };
}

const isEarlier = (one: Due, other: Due): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.tie < other.tie);
