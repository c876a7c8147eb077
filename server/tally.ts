/** The fates of requests and events, counted without any of their content. */
export const outcomes = [
  /** Stored and acknowledged. */
  'accepted',
  'unsigned',
  'stale',
  'wrongSignature',
  'tooLarge',
  'malformed',
  'tooMany',
  'overloaded',
  'notStored',
  /** Hints in accepted requests. */
  'hints',
  /** Events in accepted requests that lead to no hint: of another kind, or of records that the tenant does not keep in step. */
  'ignoredEvents',
  /** Events of a portal that no tenant has. */
  'unknownPortal',
] as const;
export type Outcome = (typeof outcomes)[number];

export interface Tally {
  readonly count: (outcome: Outcome, by?: number) => void;
  /** The counts since the last call, without zeros; null when nothing was counted. */
  readonly take: () => Readonly<Partial<Record<Outcome, number>>> | null;
}

export function createTally(): Tally {
  let counts = new Map<Outcome, number>();
  return {
    count: (outcome, by = 1) => {
      if (by > 0) counts.set(outcome, (counts.get(outcome) ?? 0) + by);
    },
    take: () => {
      if (counts.size === 0) return null;
      const taken = Object.fromEntries(counts);
      counts = new Map();
      return taken;
    },
  };
}
