import { LINK_PATH, LINK_PROPERTY } from '../../domain/ids';
import type { Failure, StoredFailure } from '../../store/failures';
import type { SliceWork } from '../slice/run-slice';

/**
 * L6: OfficeRnD refuses the link id of each record alike, and without it a creation is not exactly-once (L12). So the first refusals are
 * told once for the entity, and nothing more is sent. This failure has no record, so its subject is the property.
 */
export const LINK_SUBJECT = LINK_PROPERTY;

export const linkIdFailure = ({ input, run }: SliceWork, reason: string): Failure => ({
  entity: input.entity,
  subject: LINK_SUBJECT,
  phase: 'link',
  field: LINK_PATH,
  reason: reason.includes('nothing is created') ? reason : `${reason}; nothing is created until OfficeRnD has this custom property`,
  dataHash: run.mappingHash,
});

/** Whether this run has met that refusal, in an earlier slice or attempt. */
export async function wasLinkIdRefused({ store, run, input }: SliceWork): Promise<boolean> {
  const failures = await store.failures.bySubjects(input.entity, 'link', [LINK_SUBJECT]);
  return failures.some((failure) => failure.lastRun === run.id && !failure.retryRequested);
}

/** The refusal of an earlier run that still holds: nobody has asked for another try, and the definitions are the same. */
export const standingRefusal = (failures: readonly StoredFailure[], { run }: SliceWork): StoredFailure | null =>
  failures.find(({ subject, dataHash, retryRequested }) => subject === LINK_SUBJECT && dataHash === run.mappingHash && !retryRequested) ??
  null;
