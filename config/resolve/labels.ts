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
  all.length === 0 ? 'none' : all.map(({ id, label }) => (label === '' || label === id ? id : `${id} (${label})`)).join(', ');
