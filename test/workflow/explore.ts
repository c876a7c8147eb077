import type { Random } from './random';

/** Goes through all ways in which a scene can be played, depth first. */
export interface Explorer {
  /** Makes the choices of the way that comes next: those of the last one as far as they go, and the first of each that is new. */
  readonly choices: () => Random;
  /** Whether the choice that comes next has not been made before: what was gone through until now is only the way there. */
  readonly isNewGround: () => boolean;
  /** To be called after a play; false when the last way was played. */
  readonly next: () => boolean;
}

/** A choice that was made, of how many. */
interface Choice {
  made: number;
  readonly of: number;
}

/** `from` is where to begin: the first choices of all ways that are gone through. */
export function createExplorer(from: readonly number[] = []): Explorer {
  const path: Choice[] = from.map((made) => ({ made, of: 0 }));
  let depth = 0;

  function below(limit: number): number {
    if (limit < 2) return 0;
    const known = path[depth];
    depth += 1;
    if (known !== undefined) return known.made;
    path.push({ made: 0, of: limit });
    return 0;
  }

  return {
    choices: () => {
      depth = 0;
      return {
        below,
        // Times and the like make no difference in scenes: what is chosen has to have a number.
        next: () => 0,
        chance: (probability) => probability >= 1 || (probability > 0 && below(2) === 1),
        pick: (choices) => choices[below(choices.length)] ?? choices[0],
      };
    },
    isNewGround: () => depth === path.length,
    next: () => {
      // What lies behind the last choice that can still be made otherwise has been gone through.
      for (let last = path.at(-1); last !== undefined && last.made + 1 >= last.of; last = path.at(-1)) path.pop();
      const last = path.at(-1);
      if (last === undefined || path.length <= from.length) return false;
      last.made += 1;
      return true;
    },
  };
}
