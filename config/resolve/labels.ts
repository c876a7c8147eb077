import { asList } from '../../domain/printable';
import type { WhenGone } from './when-gone';

/** The form in which labels are compared: Unicode NFKC, in lower case, with single spaces. */
export const normaliseLabel = (label: string): string => label.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

export const sameLabel = (one: string, other: string): boolean => normaliseLabel(one) === normaliseLabel(other);

/** Something with an id that people know by its label. */
export interface Labelled {
  readonly id: string;
  readonly label: string;
}

export type Found = { readonly kind: 'found'; readonly id: string } | { readonly kind: 'unknown' } | { readonly kind: 'ambiguous' };

/** Finds by id, else by exact label, else by normalised label. A label that several have is `ambiguous`. */
export function findLabelled(all: readonly Labelled[], wanted: string): Found {
  if (all.some(({ id }) => id === wanted)) return { kind: 'found', id: wanted };
  const alike = all.filter(({ label }) => sameLabel(label, wanted));
  const exact = alike.filter(({ label }) => label === wanted);
  const [first, ...others] = exact.length > 0 ? exact : alike;
  if (first === undefined) return { kind: 'unknown' };
  return others.length === 0 ? { kind: 'found', id: first.id } : { kind: 'ambiguous' };
}

/** Lists ids and labels for a message: `closedwon (Closed Won), closedlost (Closed Lost)`, or `none`. */
export const listLabelled = (all: readonly Labelled[]): string =>
  all.length === 0 ? 'none' : asList(all.map(({ id, label }) => (label === '' || label === id ? id : ([id, label] as const))));

/** The end of a run's sentence. It goes into histories and reports, where a vendor's other names do not belong (A6). */
export const SEE_CHECK = '"orsync tenant check FILE" lists those there are';

/** The end of a sentence about something that is not there: what there is. */
export const offered = (all: readonly Labelled[], whenGone: WhenGone): string =>
  whenGone === 'pause' ? SEE_CHECK : `there are: ${listLabelled(all)}`;

/** The most letters in which a misspelt name differs, and the longest name that is looked at. */
const MOST_TYPOS = 2;
const LONGEST_NAME = 80;

/** The name that `wanted` is a misspelling of; undefined when none is near. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const meant = normaliseLabel(wanted.slice(0, LONGEST_NAME));
  const allowed = Math.min(MOST_TYPOS, Math.floor(meant.length / 3));
  return names.find((name) => name.length <= LONGEST_NAME && typosBetween(meant, normaliseLabel(name)) <= allowed);
}

/** Levenshtein's distance: letters that were left out, added or replaced. */
function typosBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MOST_TYPOS) return MOST_TYPOS + 1;
  let row = Array.from({ length: other.length + 1 }, (_none, column) => column);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let column = 1; column <= other.length; column += 1) {
      const [above = 0, aboveLeft = 0, left = 0] = [row[column], row[column - 1], next[column - 1]];
      next.push(Math.min(above + 1, left + 1, aboveLeft + (one[at - 1] === other[column - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
