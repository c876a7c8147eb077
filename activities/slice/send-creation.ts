import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { OfficerndResource } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { beforeWrite } from './before-write';
import type { SliceWork } from './run-slice';

/** Creates an OfficeRnD record, while this attempt may still write after the wait for the limiter. */
export const sendCreation = (
  work: Pick<SliceWork, 'officernd' | 'signal' | 'assertOwnerCached'>,
  resource: OfficerndResource,
  body: Readonly<Record<string, JsonValue>>,
): Promise<OfficerndRecord> => work.officernd.create(resource, body, { signal: work.signal, beforeSend: beforeWrite(work) });
