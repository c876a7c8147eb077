import { hubSpotObjectOf } from '../../domain/entity';
import type { Entity, HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { Work } from '../slice/run-slice';

/**
 * The associations that are read. A contact's company decides where it is created (L9). A deal's companies and contacts decide which
 * opportunities may match (L3).
 */
export const associationsOf: Readonly<Record<HubSpotObject, readonly ('companies' | 'contacts')[]>> = {
  companies: [],
  contacts: ['companies'],
  deals: ['companies', 'contacts'],
};

type Parents = ReadonlyMap<HubSpotId, Pick<Observation, 'parents'>>;

/** Asks HubSpot for the parents of records. Each id has an entry. */
export async function askParents(work: Work, entity: Entity, ids: readonly HubSpotId[]): Promise<Parents> {
  const companies = await associated(work, entity, 'companies', ids);
  const contacts = await associated(work, entity, 'contacts', ids);
  return new Map(ids.map((id) => [id, { parents: { companies: companies.get(id) ?? [], members: contacts.get(id) ?? [] } }]));
}

/**
 * Returns the parents of HubSpot records, for entities that have any. Takes those that this run's generation has stored, and asks HubSpot
 * for the others.
 */
export async function parentsOf(work: Work, entity: Entity, ids: readonly HubSpotId[]): Promise<Parents> {
  if (ids.length === 0 || associationsOf[hubSpotObjectOf[entity]].length === 0) return new Map();
  const stored = await work.store.observations.parentsByIds(work.run.generation, 'hubspot', entity, ids);
  const asked = await askParents(
    work,
    entity,
    ids.filter((id) => !stored.has(id)),
  );
  return new Map([...stored, ...asked]);
}

const associated = async (
  { hubspot, signal }: Work,
  entity: Entity,
  to: 'companies' | 'contacts',
  ids: readonly HubSpotId[],
): Promise<ReadonlyMap<HubSpotId, readonly HubSpotId[]>> => {
  const object = hubSpotObjectOf[entity];
  const isAsked = associationsOf[object].includes(to) && ids.length > 0;
  return isAsked ? hubspot.associations(object, to, ids, { signal }) : new Map();
};
