import type { Entity, Side } from '../../domain/entity';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { Candidate, MatchKey } from '../../domain/match';
import type { Observation } from '../../domain/observation';
import { candidateOf } from '../../domain/to-observation';
import { lacksEssentials } from '../../domain/unread';
import type { PageRequest } from '../../store/paging';
import { heldAmong } from '../brakes';
import { unlistedAmong } from '../slice/listed-effects';
import type { SliceWork, Work } from '../slice/run-slice';

/** HubSpot records that no active link covers (L1). */
export async function unlinkedHubSpot(work: SliceWork, observations: readonly Observation[]): Promise<readonly Observation[]> {
  const ids = new Set(
    await unlinkedAmong(
      work,
      'hubspot',
      observations.map(({ id }) => id),
    ),
  );
  return observations.filter(({ id }) => ids.has(id));
}

/**
 * The ids of records that no active link covers, and whose place no unlisted link has taken. Those of a link that was taken back are left alone
 * (X2), unless a person wants the HubSpot record created (D1).
 */
async function unlinkedAmong(work: SliceWork, side: Side, ids: readonly string[]): Promise<readonly string[]> {
  const linked = await work.store.links.linkedAmong(side, work.input.entity, ids);
  const unlinked = ids.filter((id) => !linked.has(id));
  if (unlinked.length === 0) return unlinked;
  const undone = (await work.undoneRecords())[side];
  const unlisted = await unlistedAmong(work, side, unlinked);
  const isWanted = undone.size === 0 || side === 'officernd' ? () => false : (await work.rulings()).isToBeCreated;
  return unlinked.filter((id) => (!undone.has(id) || isWanted(id)) && !unlisted.has(id));
}

/** A page of HubSpot records, reduced to those that no active link covers (L1). Only these are read in full. */
export async function pageOfUnlinked(
  work: SliceWork,
  request: PageRequest,
): Promise<{ readonly unlinked: readonly Observation[]; readonly next: string | null }> {
  const { store, run, input } = work;
  const { items, next } = await store.observations.pageIds(run.generation, 'hubspot', input.entity, request);
  const ids = await unlinkedAmong(work, 'hubspot', items);
  const found =
    ids.length === 0 ? new Map<HubSpotId, Observation>() : await store.observations.byIds(run.generation, 'hubspot', input.entity, ids);
  return { unlinked: ids.flatMap((id) => found.get(id) ?? []), next };
}

/** OfficeRnD records that no active link covers, and that no brake holds (L1, U4). */
export async function unlinkedOfficernd<Item extends Pick<Observation, 'id'>>(
  work: SliceWork,
  records: readonly Item[],
): Promise<readonly Item[]> {
  const ids = new Set(
    await unlinkedAmong(
      work,
      'officernd',
      records.map(({ id }) => id),
    ),
  );
  const unlinked = records.filter(({ id }) => ids.has(id));
  const held = await heldAmong(
    work,
    unlinked.map(({ id }) => id),
  );
  return unlinked.filter(({ id }) => !held.has(id));
}

/** Records of one side that have one of the keys of `others` (L3), whether they are candidates or not. */
export function sharingKey(
  { store, run, input }: SliceWork,
  side: Side,
  key: MatchKey,
  others: readonly Observation[],
): Promise<readonly Observation[]> {
  const keys = new Set(others.flatMap(({ keys: { emails, name } }) => (key === 'email' ? emails : (name ?? []))));
  return store.observations.byKeys(run.generation, side, input.entity, key, [...keys]);
}

/** OfficeRnD records that HubSpot companies and contacts are linked to. */
interface LinkedParents {
  readonly companies: ReadonlyMap<HubSpotId, OfficerndId>;
  readonly members: ReadonlyMap<HubSpotId, OfficerndId>;
}

/** Finds the OfficeRnD records that the parents of HubSpot records are linked to. */
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

/** HubSpot records as matching sees them, without those of which too little is known to decide about them (V3). */
export const hubSpotCandidates = (work: SliceWork, records: readonly Observation[]): Promise<readonly Candidate<HubSpotId>[]> =>
  hubSpotNamesakes(
    work,
    records.filter((record) => !lacksEssentials(record)),
  );

/** HubSpot records as matching sees them, their parents translated to OfficeRnD's ids (L3). */
export async function hubSpotNamesakes(work: SliceWork, records: readonly Observation[]): Promise<readonly Candidate<HubSpotId>[]> {
  if (work.input.entity !== 'opportunity' || records.length === 0) return records.map((observation) => candidateOf(observation, []));
  const linked = await linkedParents(work, records);
  return records.map((observation) => {
    const companies = observation.parents.companies.flatMap((id) => linked.companies.get(id) ?? []);
    const members = observation.parents.members.flatMap((id) => linked.members.get(id) ?? []);
    return candidateOf(observation, [...companies, ...members]);
  });
}

/** OfficeRnD records as matching sees them (L3). */
export const officerndCandidates = (observations: readonly Observation[]): readonly Candidate<OfficerndId>[] =>
  observations.map((observation) => candidateOf(observation, [...observation.parents.companies, ...observation.parents.members]));
