/**
 * A search for what a vendor refuses without naming it (M10): the parts of a write are sent in halves. It holds no values, only the parts'
 * names.
 */
export interface HalvesSearch {
  /** Sent next, by themselves. */
  readonly trying: readonly string[];
  /** The other half of what was refused last. If `trying` goes through, a refused part is among them. */
  readonly suspects: readonly string[];
  /** Nothing is known of them yet. They are sent together once a refused part is found. */
  readonly rest: readonly string[];
  /** Parts that were refused by themselves. */
  readonly found: readonly string[];
  /** Whether any part has gone through. */
  readonly hasAccepted: boolean;
  readonly callsLeft: number;
}

/**
 * - `go-on`: send `search.trying`.
 * - `done`: every part has gone through, or was refused by itself.
 * - `whole`: nothing goes through, whichever part is sent, so the record itself is refused.
 * - `given-up`: the calls are used up. Parts are left of which nothing is known.
 */
export type HalvesStep = { readonly found: string | null } & (
  | { readonly kind: 'go-on'; readonly search: HalvesSearch }
  | { readonly kind: 'done' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'given-up' }
);

/** Begins a search after all parts, two or more, were refused together. */
export function beginHalves(parts: readonly string[]): HalvesSearch {
  const [trying, suspects] = halvesOf(parts);
  return { trying, suspects, rest: [], found: [], hasAccepted: false, callsLeft: 2 * parts.length };
}

/**
 * Goes on after `trying` was accepted or refused. One refused part among n is found with at most 2·log2(n) + 2 calls, the first included.
 * A part counts as refused only after it was sent alone: two parts may be refused only together.
 */
export function afterTry(search: HalvesSearch, isAccepted: boolean): HalvesStep {
  const { trying, suspects, rest, found } = search;
  const now = { ...search, hasAccepted: search.hasAccepted || isAccepted, callsLeft: search.callsLeft - 1 };
  if (isAccepted) {
    const [first, second] = halvesOf(suspects);
    return suspects.length > 0 ? goOn({ ...now, trying: first, suspects: second }, null) : goOn({ ...now, trying: rest, rest: [] }, null);
  }
  const [only, ...others] = trying;
  if (only !== undefined && others.length === 0) {
    const left = [...suspects, ...rest];
    if (!now.hasAccepted && found.length > 0 && left.length > 0) return { kind: 'whole', found: only };
    return goOn({ ...now, trying: left, suspects: [], rest: [], found: [...found, only] }, only);
  }
  const [first, second] = halvesOf(trying);
  return goOn({ ...now, trying: first, suspects: second, rest: [...suspects, ...rest] }, null);
}

function goOn(search: HalvesSearch, found: string | null): HalvesStep {
  if (search.trying.length === 0) return { kind: 'done', found };
  return search.callsLeft <= 0 ? { kind: 'given-up', found } : { kind: 'go-on', search, found };
}

/** The first half is the larger one. */
function halvesOf(parts: readonly string[]): readonly [readonly string[], readonly string[]] {
  const middle = Math.ceil(parts.length / 2);
  return [parts.slice(0, middle), parts.slice(middle)];
}
