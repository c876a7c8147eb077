import { readPath, writeBody } from '../../connectors/officernd/record';
import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { LINK_PATH, linkIdOf } from '../../domain/ids';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { officerndObserver } from '../observe/records';
import { lookThenWrite } from '../slice/look-then-write';
import type { SliceWork } from '../slice/run-slice';

/** Clears the link id of an OfficeRnD record and nothing else (U1). See `setLinkId`. */
export const clearLinkId = (work: SliceWork, entity: Entity, officerndId: OfficerndId, hubspotId: HubSpotId): Promise<void> =>
  setLinkId(work, { entity, officerndId }, { from: linkIdOf(work.mapping.portalId, hubspotId), to: null });

/**
 * Replaces the link id of an OfficeRnD record and nothing else. A record that is gone, or that carries another id than `from` by now, stays as
 * it is. Throws `WritesStopped` when the record is not as it should be afterwards (S1).
 */
export async function setLinkId(
  work: SliceWork,
  { entity, officerndId }: { readonly entity: Entity; readonly officerndId: OfficerndId },
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<void> {
  await work.assertOwner();
  const result = await lookThenWrite(work, {
    resource: officerndResourceOf[entity],
    id: officerndId,
    bodyFor: async ({ body }) => (blankOr(readPath(body, LINK_PATH)) === from ? writeBody(body, { [LINK_PATH]: to }) : null),
  });
  await work.assertOwnerCached();
  if (result.kind === 'left') return;
  await work.store.observations.record(work.run.generation, [officerndObserver(work, entity)(result.answer.after)]);
  await work.guard.check([result.answer]);
}

const blankOr = (id: JsonValue | null): JsonValue => (id === '' ? null : id);
