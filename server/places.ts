/** A number of places, of which each piece of work under way takes one. */
export interface Places {
  /** Takes a place and returns what gives it back, which may be called twice. Null when there is none. */
  readonly take: () => (() => void) | null;
}

export function createPlaces(count: number): Places {
  let free = count;
  return {
    take: () => {
      if (free === 0) return null;
      free -= 1;
      let isTaken = true;
      return () => {
        if (isTaken) free += 1;
        isTaken = false;
      };
    },
  };
}
