import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { OfficerndResource } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { beforeWrite } from './before-write';
import type { SliceWork } from './run-slice';

/**
 * Creates an OfficeRnD record, while this attempt may still write after the wait for the limiter.
 * @param noteSending called after that wait, before the creation leaves
 */
export const sendCreation = (
  work: Pick<SliceWork, 'officernd' | 'signal' | 'assertOwnerCached'>,
  resource: OfficerndResource,
  body: Readonly<Record<string, JsonValue>>,
  noteSending: () => Promise<void> = async () => undefined,
): Promise<OfficerndRecord> => {
  const assertOwner = beforeWrite(work);
  const beforeSend = async (): Promise<void> => {
    await noteSending();
    await assertOwner();
  };
  return work.officernd.create(resource, body, { signal: work.signal, beforeSend });
};
