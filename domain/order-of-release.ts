/** A write that may have to wait until another one has let go of a value. */
export interface Exchange {
  readonly id: string;
  /** The values that it takes. */
  readonly takes: readonly string[];
  /** The values that it lets go of. */
  readonly releases: readonly string[];
}

/**
 * M10: puts writes into an order in which each value is let go of before it is taken. Returns groups: what one group needs was let go of by
 * the groups before it. Writes that wait for each other, as in an exchange of two addresses, are the last group together.
 */
export function inOrderOfRelease(exchanges: readonly Exchange[]): readonly (readonly Exchange[])[] {
  const groups: (readonly Exchange[])[] = [];
  let left = exchanges;
  while (left.length > 0) {
    const held = new Map(left.flatMap(({ id, releases }) => releases.map((value) => [value, id] as const)));
    const waits = ({ id, takes }: Exchange): boolean => takes.some((value) => held.has(value) && held.get(value) !== id);
    const free = left.filter((one) => !waits(one));
    if (free.length === 0) return [...groups, left];
    groups.push(free);
    left = left.filter(waits);
  }
  return groups;
}
