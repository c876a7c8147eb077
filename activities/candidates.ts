import type { Entity } from '../domain/entity';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { Candidate } from '../domain/match';
import type { Observation } from '../domain/observation';
import { candidateOf } from '../domain/observe';
import type { SliceWork, Work } from './work';

/** HubSpot records of a page that no active link covers (L1). */
export async function unlinkedHubSpot({ store, input }: SliceWork, observations: readonly Observation[]): Promise<readonly Observation[]> {
  const links = await store.links.activeByHubSpotIds(
    input.entity,
    observations.map(({ id }) => id),
  );
  return observations.filter(({ id }) => !links.has(id));
}

/** OfficeRnD records that no active link covers, and that no brake holds (L1, U4). */
export async function unlinkedOfficernd(
  { store, run, input }: SliceWork,
  observations: readonly Observation[],
): Promise<readonly Observation[]> {
  const ids = observations.map(({ id }) => id);
  if (ids.length === 0) return [];
  const links = await store.links.activeByOfficerndIds(input.entity, ids);
  const held = await store.operations.page(
    run.id,
    { phase: 'unlink', entity: input.entity, state: 'held', officerndIds: ids },
    { after: null, limit: ids.length },
  );
  const isHeld = new Set(held.items.map(({ officerndId }) => officerndId));
  return observations.filter(({ id }) => !links.has(id) && !isHeld.has(id));
}

/** OfficeRnD records that HubSpot companies and contacts are linked to. */
export interface LinkedParents {
  readonly companies: ReadonlyMap<HubSpotId, OfficerndId>;
  readonly members: ReadonlyMap<HubSpotId, OfficerndId>;
}

export async function linkedParents({ store }: Work, observations: readonly Observation[]): Promise<LinkedParents> {
  const of = async (entity: Entity, ids: readonly HubSpotId[]) => {
    const links = await store.links.activeByHubSpotIds(entity, [...new Set(ids)]);
    return new Map([...links].map(([id, link]) => [id, link.officerndId]));
  };
  return {
    companies: await of(
      'company',
      observations.flatMap(({ parents }) => parents.companies),
    ),
    members: await of(
      'member',
      observations.flatMap(({ parents }) => parents.members),
    ),
  };
}

/** HubSpot records as matching sees them, their parents translated to OfficeRnD's ids (L3). */
export async function hubSpotCandidates(work: SliceWork, observations: readonly Observation[]): Promise<readonly Candidate<HubSpotId>[]> {
  if (work.input.entity !== 'opportunity') return observations.map((observation) => candidateOf(observation, []));
  const linked = await linkedParents(work, observations);
  return observations.map((observation) => {
    const companies = observation.parents.companies.flatMap((id) => linked.companies.get(id) ?? []);
    const members = observation.parents.members.flatMap((id) => linked.members.get(id) ?? []);
    return candidateOf(observation, [...companies, ...members]);
  });
}

export const officerndCandidates = (observations: readonly Observation[]): readonly Candidate<OfficerndId>[] =>
  observations.map((observation) => candidateOf(observation, [...observation.parents.companies, ...observation.parents.members]));
