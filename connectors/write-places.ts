import { elapsedMs } from './clocks';
import type { Clocks } from './clocks';
import { noPlace, PLACE_MS } from './limits';
import type { Limiter, Place, WritePlace } from './limits';

export interface WritePlacesDeps {
  readonly limiter: Limiter;
  /** A place is young only by both: one of them may have stood still. */
  readonly clocks: Clocks;
}

/** Takes places for reading records again and for writing them, before the first of these calls (M8). */
export interface WritePlaces {
  /** Where both count in one class. Takes both at once if there is room. */
  readonly inOneClass: (classKey: string, signal: AbortSignal | undefined) => Promise<WritePlace>;
  /** Where each counts in a class of its own. Returns at least one and at most `most`. */
  readonly inTwoClasses: (
    classes: { readonly look: string; readonly write: string },
    most: number,
    signal: AbortSignal | undefined,
  ) => Promise<readonly WritePlace[]>;
}

/** If the second class waits for long, the places of the first are taken anew. With both limits used up, that must end at some time. */
const MOST_TRIES = 3;

export function createWritePlaces({ limiter, clocks }: WritePlacesDeps): WritePlaces {
  return {
    inOneClass: async (classKey, signal) => {
      const places: Place[] = [];
      while (places.length < 2) places.push(...(await limiter.reserve(classKey, 2 - places.length, signal)));
      return pairsOf(places.slice(0, 1), places.slice(1))[0] ?? noPlace;
    },
    inTwoClasses: async ({ look, write }, most, signal) => {
      for (let tries = 1; ; tries += 1) {
        const writes = await limiter.reserve(write, most, signal);
        const takenAt = clocks();
        const pairs = pairsOf(await limiter.reserve(look, writes.length, signal), writes);
        if (elapsedMs(takenAt, clocks()) <= PLACE_MS || tries === MOST_TRIES) return pairs;
      }
    },
  };
}

const pairsOf = (looks: readonly Place[], writes: readonly Place[]): readonly WritePlace[] =>
  looks.flatMap((look, index) => {
    const write = writes[index];
    return write === undefined ? [] : [{ look, write }];
  });
