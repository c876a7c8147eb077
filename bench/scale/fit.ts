/** A figure that grows in step with the number of pairs. */
export interface Line {
  /** The part that does not depend on the number of pairs. */
  readonly fixed: number;
  readonly perPair: number;
}

/** The line through two measurements. Measurements vary, so negative results become 0. */
export function lineThrough(
  small: { readonly pairs: number; readonly value: number },
  large: { readonly pairs: number; readonly value: number },
): Line {
  const perPair = Math.max(0, (large.value - small.value) / (large.pairs - small.pairs));
  return { fixed: Math.max(0, small.value - perPair * small.pairs), perPair };
}

export const lineAt = ({ fixed, perPair }: Line, pairs: number): number => fixed + perPair * pairs;
