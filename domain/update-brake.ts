import type { Side } from './entity';
import type { FieldChange } from './operation';

/** A write of one field that a brake of phase 3 counts: an erasure (M6), or a first link's value that gives way (M2). */
export interface BrakedEffect {
  readonly kind: 'erase' | 'first-link';
  /** The side whose value would be gone. */
  readonly side: Side;
  readonly change: FieldChange;
}

/** The write of one field. `from` and `over` are the canonical values of its source and of the side that is written. */
interface FieldWrite {
  readonly to: Side;
  readonly change: FieldChange;
  readonly loses: 'conflict' | 'first-link' | null;
  readonly from: string | null;
  readonly over: string | null;
}

/** Which brake counts a write, or null if none does. A blank never wins a first link, so no write counts twice. */
export function effectOf({ to, change, loses, from, over }: FieldWrite): BrakedEffect | null {
  if (from === null && over !== null) return { kind: 'erase', side: to, change };
  return loses === 'first-link' ? { kind: 'first-link', side: to, change } : null;
}

/** The name of the list that an effect counts in: erasures by side and field, values at first links all together. */
export const brakeKey = ({ kind, side, change }: BrakedEffect): string =>
  kind === 'erase' ? `${ERASE}${side}/${change.field}` : FIRST_LINK;

/** The list of values that give way at first links (M2). */
export const FIRST_LINK = 'first-link';

const ERASE = 'erase/';

/** The side and field of a list of erasures; null for the list of first links. */
export function erasedField(key: string): { readonly side: Side; readonly field: string } | null {
  if (!key.startsWith(ERASE)) return null;
  const [side, ...field] = key.slice(ERASE.length).split('/');
  return { side: side === 'hubspot' ? 'hubspot' : 'officernd', field: field.join('/') };
}

/** The effects of an entity's links, counted before the first of them is written. */
export interface BrakeCounts {
  /** Links by list: each counts once in each list. */
  readonly links: Readonly<Record<string, number>>;
  /** Effects by list. */
  readonly effects: Readonly<Record<string, number>>;
  /** Links of which some field meets for the first time. */
  readonly newLinks: number;
}

export const noCounts: BrakeCounts = { links: {}, effects: {}, newLinks: 0 };

/** The part of a plan that the brakes look at. */
interface CountedPlan {
  readonly braked: readonly BrakedEffect[];
  readonly isFirstMerge: boolean;
}

/** Adds the effects of more plans. Each link may be counted once only. */
export function addPlans(counts: BrakeCounts, plans: readonly CountedPlan[]): BrakeCounts {
  const links = new Map(Object.entries(counts.links));
  const effects = new Map(Object.entries(counts.effects));
  const addTo = (sums: Map<string, number>, key: string): unknown => sums.set(key, (sums.get(key) ?? 0) + 1);
  for (const { braked } of plans) {
    const keys = braked.map(brakeKey);
    for (const key of keys) addTo(effects, key);
    for (const key of new Set(keys)) addTo(links, key);
  }
  return {
    links: Object.fromEntries(links),
    effects: Object.fromEntries(effects),
    newLinks: counts.newLinks + plans.filter(({ isFirstMerge }) => isFirstMerge).length,
  };
}
