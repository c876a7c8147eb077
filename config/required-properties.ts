import type { Entity } from '../domain/entity';
import { standardFields } from '../domain/standard-fields';
import type { TenantMapping } from '../domain/tenant-mapping';

/** Which ids were merged into a record (U3). */
const MERGED_IDS = 'hs_merged_object_ids';

/**
 * All HubSpot properties that must be read of an entity's records, each once, in a fixed order: the mapped ones, names and e-mails for matching
 * (L3), pipeline and stage of deals, and what the creation filter (L10) and the locations (L8) look at. HubSpot ignores names it does not know,
 * so a filter's property may be asked of an object that lacks it.
 */
export function requiredHubSpotProperties({ fields, creation }: TenantMapping, entity: Entity): readonly string[] {
  const mapped = fields.filter((field) => field.entity === entity).flatMap((field) => field.hubspot);
  const names = standardFields(entity)
    .filter(({ key }) => key === 'name')
    .flatMap(({ hubspot }) => hubspot);
  const filter = creation.filter.map(({ property }) => property);
  const location = entity === 'opportunity' || creation.locations.property === null ? [] : [creation.locations.property];
  return [...new Set([...mapped, ...names, ...matched(entity), ...filter, ...location, MERGED_IDS])].sort();
}

function matched(entity: Entity): readonly string[] {
  switch (entity) {
    case 'company':
      return [];
    case 'member':
      return ['email', 'hs_additional_emails'];
    case 'opportunity':
      return ['pipeline', 'dealstage'];
  }
}
