import { createSeededRandom } from '../../emulators/shared/random';

/** Seeded choices. The same seed and label give the same choices. */
export interface Dice {
  /** A whole number from 0 to less than `end`. */
  readonly below: (end: number) => number;
  /** A whole number from `first` to `last`, including both. */
  readonly between: (first: number, last: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(first: T, ...others: readonly T[]) => T;
  /** One of the names. Each one's probability is in proportion to its weight. */
  readonly weighted: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name;
  readonly many: <T>(count: number, make: (index: number) => T) => T[];
}

/** Each `label` has its own sequence, so an additional choice for one label changes no other sequence. */
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

/** The keys of a table, with their type. */
const keysOf = <Name extends string>(table: Readonly<Record<Name, number>>): readonly Name[] =>
  Object.keys(table).filter((name): name is Name => Object.hasOwn(table, name));
