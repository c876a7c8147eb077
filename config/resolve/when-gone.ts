/**
 * The treatment of a pair of the tenant file that a vendor's definitions do not have (V3). A check of the file refuses it. When a run begins,
 * the pair was there before, so it pauses.
 */
export type WhenGone = 'refuse' | 'pause';
