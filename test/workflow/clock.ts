import type { Random } from './random';

/** A future event. */
export interface Happening {
  /** Its id among all events that are due. */
  readonly label: string;
  readonly happen: () => void | Promise<void>;
  /** True if the event would have no effect any more. */
  readonly isMoot?: () => boolean;
}

/** Virtual time. No step waits for real time. */
export interface Clock {
  readonly nowMs: () => number;
  /** The time that a workflow reads in a task after so many events of its own. */
  readonly taskAtMs: (events: number) => number;
  readonly after: (delayMs: number, happening: Happening) => void;
  /** Runs the next event. Resolves to false when there is none. */
  readonly step: () => Promise<boolean>;
}

interface Due extends Happening {
  readonly atMs: number;
  readonly tie: number;
}

/** The time at the beginning. */
const START_MS = Date.UTC(2026, 0, 1);

/** Events that are due happen in order of time, and in a random order where the time is the same. */
export function createClock(random: Random): Clock {
  const due: Due[] = [];
  let now = START_MS;
  return {
    nowMs: () => now,
    taskAtMs: () => now,
    after: (delayMs, happening) => {
      due.push({ ...happening, atMs: now + Math.max(0, Math.round(delayMs)), tie: random.next() });
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

/**
 * Anything that is due may be next, however long it takes: a call may last for days or end at once. So every possible order of the same
 * events is met. `goesOn` gets the events to choose from, and may end the play.
 */
export function createAnyOrderClock(random: Random, goesOn: (due: readonly string[]) => boolean): Clock {
  let due: Happening[] = [];
  return {
    nowMs: () => START_MS,
    // The time depends on the workflow's own history only, not on the order of other workflows' tasks.
    taskAtMs: (events) => START_MS + events * 1_000,
    after: (_delayMs, happening) => {
      due.push(happening);
    },
    step: async () => {
      due = due.filter(({ isMoot }) => isMoot?.() !== true);
      if (due.length > 0 && !goesOn(due.map(({ label }) => label))) return false;
      const [next] = due.splice(random.below(due.length), 1);
      if (next === undefined) return false;
      await next.happen();
      return true;
    },
  };
}
