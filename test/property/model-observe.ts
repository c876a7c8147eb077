import type { Entity, Side } from '../../domain/entity';
import type { Observation } from '../../domain/observation';
import { hubSpotObservation, officerndObservation, observedPaths, observedProperties } from '../../domain/to-observation';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { ModelRecord } from './model-vendors';

/** A record as the program observes it. */
export function observe(side: Side, entity: Entity, record: ModelRecord, mapping: TenantMapping): Observation {
  const { fields } = mapping;
  const { id, values, companies, mergedIds, createdAt } = record;
  if (side === 'officernd') {
    const read = (path: string) => (path === 'createdAt' ? createdAt : (values[path] ?? null));
    return officerndObservation(entity, { id, read }, { paths: observedPaths(entity, fields), fields });
  }
  const properties = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : null]));
  const facts = { id, properties, companyIds: companies, contactIds: [], mergedIds, createdAt, updatedAt: createdAt };
  return hubSpotObservation(entity, facts, { properties: observedProperties(entity, mapping), fields });
}
