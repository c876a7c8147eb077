import type { Compared } from '../../store/comparisons';
import { hashOf } from '../../store/content-hash';
import type { SliceWork } from '../slice/run-slice';

/**
 * To be raised with every change to what the update phase decides (domain/plan-update.ts and what it uses), so that links which an older
 * version found in order are compared again.
 */
const PLAN_VERSION = 1;

/**
 * Stands for all that the comparison of a link depends on, but its base and the contents of its records: whoever changes those reopens it
 * first.
 */
const stampOf = ({ run }: SliceWork): string => hashOf([PLAN_VERSION, run.mappingHash]);

/** How many links need no comparison, since nothing of them has changed since one left nothing to do. All others are open from then on. */
export async function countSettled(work: SliceWork): Promise<number> {
  const { store, input } = work;
  await store.comparisons.reopenOthers(input.entity, stampOf(work));
  return store.comparisons.countSettled(input.entity);
}

/**
 * Notes links whose comparison left nothing to do. What was compared must be what is stored of both records, read after the link was. Comes
 * last: until then another attempt compares again.
 */
export const noteSettled = (work: SliceWork, compared: readonly Compared[]): Promise<void> =>
  work.store.comparisons.settle(stampOf(work), compared);
