import type { Random } from './random';

/** Goes through all ways in which a scene can be played, depth first. */
export interface Explorer {
  /** Makes the choices of the next way. It repeats the known ones and takes the first option of each new one. */
  readonly choices: () => Random;
  /**
   * Whether a play is to go on from its present state. Where another play had the same state, all that follows has been tried. The
   * function `standing` describes a state by everything that makes a difference later.
   */
  readonly goesOn: (standing: () => number) => boolean;
  /** To be called after a play; false when the last way was played. */
  readonly next: () => boolean;
  /**
   * How many ways there were so far. A play that was left counts for as many as lead on from where it stood; the number is whole when
   * `next` has answered false.
   */
  readonly ways: () => number;
}

/** A choice that was made, of how many. */
interface Choice {
  made: number;
  readonly of: number;
}

/** Where a play stood after so many choices, and how many ways were found to lead on from there. */
interface Place {
  readonly depth: number;
  readonly standing: number;
  ways: number;
}

export function createExplorer(): Explorer {
  const path: Choice[] = [];
  /** Along the path. */
  const places: Place[] = [];
  /** From each place that was met; those along the path have not been gone through yet. */
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
        // Times and the like make no difference in scenes: what is chosen has to have a number.
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
