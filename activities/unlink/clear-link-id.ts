import { readPath, writeBody } from '../../connectors/officernd/record';
import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { LINK_PROPERTY, linkIdOf } from '../../domain/ids';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import { officerndObserver } from '../observe/records';
import type { SliceWork } from '../slice/run-slice';

/**
 * Clears the link id of an OfficeRnD record and nothing else (U1). A record that is gone, or that carries another id by now, stays as it
 * is.
 */
export async function clearLinkId(work: SliceWork, entity: Entity, officerndId: OfficerndId, hubspotId: HubSpotId): Promise<void> {
  const resource = officerndResourceOf[entity];
  const options = { signal: work.signal };
  const current = await work.officernd.readOne(resource, officerndId, options);
  const path = `properties.${LINK_PROPERTY}`;
  if (current === null || readPath(current.body, path) !== linkIdOf(work.mapping.portalId, hubspotId)) return;
  await work.assertOwner();
  const updated = await work.officernd.update(resource, officerndId, writeBody(current.body, { [path]: null }), {
    ...options,
    beforeSend: work.assertOwnerCached,
  });
  await work.store.observations.record(work.run.generation, [officerndObserver(work, entity)(updated)]);
}
