/** A seeded source of choices (mulberry32). The same seed gives the same choices. */
export interface Random {
  /** A number from 0 to less than 1. */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  /** A whole number from 0 to less than `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, chance: (probability) => next() < probability, pick: (choices) => choices[below(choices.length)] ?? choices[0] };
}
