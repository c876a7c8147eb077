import type { Compared } from '../../store/comparisons';
import { hashOf } from '../../store/content-hash';
import type { SliceWork } from '../slice/run-slice';

/**
 * Raise this with every change to what the update phase decides (domain/plan-update.ts and what it uses). Links that an older version has
 * settled are then compared again.
 */
const PLAN_VERSION = 2;

/**
 * Identifies everything that a comparison depends on, except the link's base and its records. Code that changes those reopens the link
 * first.
 */
const stampOf = ({ run, fields }: SliceWork): string =>
  hashOf([PLAN_VERSION, run.mappingHash, fields.map(({ baseMark }) => baseMark ?? '').join(' ')]);

/** Counts the links that need no comparison, since nothing of them has changed since one left nothing to do. Reopens all others. */
export async function countSettled(work: SliceWork): Promise<number> {
  const { store, input } = work;
  await store.comparisons.reopenOthers(input.entity, stampOf(work));
  return store.comparisons.countSettled(input.entity);
}

/**
 * Notes links whose comparison left nothing to do. The compared records must be the stored ones, read after the link was. Call it last:
 * until then another attempt compares again.
 */
export const noteSettled = (work: SliceWork, compared: readonly Compared[]): Promise<void> =>
  work.store.comparisons.settle(stampOf(work), compared);
