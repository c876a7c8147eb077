import { createSeededRandom } from '../../emulators/shared/random';

/** Seeded choices: the same seed and label make the same ones. */
export interface Dice {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number;
  /** From `first` to `last`, both included. */
  readonly between: (first: number, last: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(first: T, ...others: readonly T[]) => T;
  /** One of the names, each as often as its weight says. */
  readonly weighted: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name;
  readonly many: <T>(count: number, make: (index: number) => T) => T[];
}

/** A `label` gives each use its own sequence, so that one more choice in one place moves nothing elsewhere. */
export function createDice(seed: number, label: string): Dice {
  const random = createSeededRandom(seed, label);
  const below = (end: number): number => Math.floor(random.next() * end);
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    chance: (share) => random.next() < share,
    pick: (first, ...others) => [first, ...others][below(others.length + 1)] ?? first,
    weighted: (weights) => {
      const names = keysOf(weights);
      let left = random.next() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      throw new Error('There is nothing to choose from.');
    },
    many: (count, make) => Array.from({ length: count }, (_, index) => make(index)),
  };
}

/** The keys of a table whose type names them all. */
const keysOf = <Name extends string>(table: Readonly<Record<Name, number>>): readonly Name[] =>
  Object.keys(table).filter((name): name is Name => Object.hasOwn(table, name));
