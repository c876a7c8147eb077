import type { SliceWork } from './run-slice';
import type { Look } from './looks';

/**
 * The last questions before a write leaves, after every wait: whether this attempt may still write, and whether the record was read just now
 * (M8). Pass it as `beforeSend`. A creation has no look.
 */
export const beforeWrite =
  (work: Pick<SliceWork, 'assertOwnerCached'>, look?: Look): (() => Promise<void>) =>
  async () => {
    await work.assertOwnerCached();
    look?.assertFresh();
  };
