/**
 * Finds the ids in which two lists differ. One side tells only how many ids lie in a range, or lists a few of them. Ranges whose numbers
 * agree are left alone. One that differs is divided until listing it costs no more than dividing it again:
 *
 * | range                                     | next                                            |
 * | ----------------------------------------- | ----------------------------------------------- |
 * | both numbers agree                        | nothing                                         |
 * | one call lists what either side has there | list it                                         |
 * | else                                      | ask for the lower half; the rest is the upper   |
 *
 * One id that is gone and one that came in the same range hide each other. So ids that came must be known before ranges are compared.
 */

/** Record ids from `from` to `to`, both included; null is without end. */
export interface IdRange {
  readonly from: number;
  readonly to: number | null;
}

/** The ids that we know, in numeric order. */
export type KnownIds = ArrayLike<number>;

/** A range in which the two sides may differ. */
export interface CountedRange extends IdRange {
  /** The places of the known ids that lie in it: from `begin`, up to but not including `end`. */
  readonly begin: number;
  readonly end: number;
  /** The number that the other side has there, as it told or as follows from what it told. */
  readonly total: number;
}

export type Question =
  /** Ask how many there are, then call `halvesThatDiffer`. */
  | { readonly kind: 'count'; readonly range: IdRange }
  /** Ask which ones there are, then call `differences`. */
  | { readonly kind: 'list'; readonly range: IdRange };

/** Ids that one call lists. */
export const LISTED_AT_ONCE = 200;

/** The range that begins at `from` and has no end, where `total` is what the other side has there; null if both agree. */
export function openRange(ids: KnownIds, from: number, total: number): CountedRange | null {
  const range: CountedRange = { from, to: null, begin: firstPlaceFrom(ids, from), end: ids.length, total };
  return differs(range) ? range : null;
}

/** Returns the next question about a range that differs. */
export function questionAbout(ids: KnownIds, range: CountedRange): Question {
  const { from, to, total } = range;
  if (knownIn(range) <= LISTED_AT_ONCE || total <= LISTED_AT_ONCE) return { kind: 'list', range: { from, to } };
  return { kind: 'count', range: { from, to: middleOf(ids, range) - 1 } };
}

/** Of a range's halves those that differ, the lower one first. `lower` is the number that the other side has in the lower one. */
export function halvesThatDiffer(ids: KnownIds, range: CountedRange, lower: number): readonly CountedRange[] {
  const middle = middleOf(ids, range);
  const at = placeOfMiddle(range);
  const halves: readonly CountedRange[] = [
    { from: range.from, to: middle - 1, begin: range.begin, end: at, total: lower },
    // The two numbers are told at different times. So the difference may even be below zero.
    { from: middle, to: range.to, begin: at, end: range.end, total: range.total - lower },
  ];
  return halves.filter(differs);
}

/** The known ids of a range that the other side did not list, and those that it listed and we do not know. */
export function differences(
  ids: KnownIds,
  { begin, end }: CountedRange,
  listed: readonly number[],
): { readonly missing: readonly number[]; readonly unknown: readonly number[] } {
  const known = Array.from({ length: end - begin }, (_, index) => ids[begin + index] ?? 0);
  const [knownSet, listedSet] = [new Set(known), new Set(listed)];
  return { missing: known.filter((id) => !listedSet.has(id)), unknown: [...listedSet].filter((id) => !knownSet.has(id)) };
}

/** About how many calls finding the differences takes, if each difference lies in a part of its own. */
export function expectedCalls({ known, difference }: { readonly known: number; readonly difference: number }): number {
  const parts = Math.max(1, Math.ceil(known / LISTED_AT_ONCE));
  const differing = Math.min(difference, parts);
  return differing === 0 ? 1 : 1 + Math.ceil(differing * (Math.log2(parts / differing) + 2));
}

const knownIn = ({ begin, end }: CountedRange): number => end - begin;

const differs = (range: CountedRange): boolean => knownIn(range) !== range.total;

const placeOfMiddle = ({ begin, end }: CountedRange): number => (begin + end) >>> 1;

/** The id at which the upper half begins. */
const middleOf = (ids: KnownIds, range: CountedRange): number => ids[placeOfMiddle(range)] ?? range.from;

function firstPlaceFrom(ids: KnownIds, from: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? Infinity) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
