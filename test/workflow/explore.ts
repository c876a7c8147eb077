import type { Random } from './random';

/** Goes through all ways of playing a scene, depth first. */
export interface Explorer {
  /** Makes the choices of the next way. It repeats the known ones and takes the first option of each new one. */
  readonly choices: () => Random;
  /**
   * Whether a play is to go on from its present state. Where another play had the same state, all that follows has been tried. The
   * function `standing` describes a state by everything that makes a difference later.
   */
  readonly goesOn: (standing: () => number) => boolean;
  /** Call it after each play. Returns false when the last way has been played. */
  readonly next: () => boolean;
  /**
   * The number of ways so far. A play that did not continue counts for all ways from its place. The number is complete when `next` has
   * returned false.
   */
  readonly ways: () => number;
}

/** A choice, and the number of its possibilities. */
interface Choice {
  made: number;
  readonly of: number;
}

/** The place of a play after some choices, and the number of ways found from there. */
interface Place {
  readonly depth: number;
  readonly standing: number;
  ways: number;
}

export function createExplorer(): Explorer {
  const path: Choice[] = [];
  /** The places on the current path. */
  const places: Place[] = [];
  /** The number of ways from each place so far. For places on the path it is not complete yet. */
  const waysFrom = new Map<number, number>();
  let [depth, total, waysOfThis] = [0, 0, 1];

  function below(limit: number): number {
    if (limit < 2) return 0;
    const known = path[depth];
    depth += 1;
    if (known !== undefined) return known.made;
    path.push({ made: 0, of: limit });
    return 0;
  }

  function count(ways: number): void {
    const last = places.at(-1);
    if (last === undefined) total += ways;
    else last.ways += ways;
  }

  function goBackTo(choices: number): void {
    for (let last = places.at(-1); last !== undefined && last.depth > choices; last = places.at(-1)) {
      places.pop();
      waysFrom.set(last.standing, last.ways);
      count(last.ways);
    }
  }

  return {
    choices: () => {
      [depth, waysOfThis] = [0, 1];
      return {
        below,
        // Times have no effect in scenes, so they are not choices. Each choice has a number of possibilities.
        next: () => 0,
        chance: (probability) => probability >= 1 || (probability > 0 && below(2) === 1),
        pick: (choices) => choices[below(choices.length)] ?? choices[0],
      };
    },
    goesOn: (standing) => {
      // The play up to the last new choice is only the way there.
      if (depth < path.length) return true;
      const here = standing();
      const known = waysFrom.get(here);
      if (known !== undefined) {
        waysOfThis = known;
        return false;
      }
      waysFrom.set(here, 0);
      places.push({ depth, standing: here, ways: 0 });
      return true;
    },
    next: () => {
      count(waysOfThis);
      // All plays after the last choice that still has an alternative have been tried.
      for (let last = path.at(-1); last !== undefined && last.made + 1 >= last.of; last = path.at(-1)) path.pop();
      goBackTo(path.length - 1);
      const last = path.at(-1);
      if (last === undefined) return false;
      last.made += 1;
      return true;
    },
    ways: () => places.reduce((sum, { ways }) => sum + ways, total),
  };
}
