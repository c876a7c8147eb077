import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { Candidate } from '../../domain/match';
import { namesAfterUpdate } from '../../domain/names-after';
import type { Observation } from '../../domain/observation';
import { hubSpotNamesakes, officerndCandidates } from './candidates';
import type { SliceWork } from '../slice/run-slice';

/** Records that bear a candidate's name and are no candidates themselves (L3). */
export interface Namesakes {
  readonly hubspot: readonly Candidate<HubSpotId>[];
  readonly officernd: readonly Candidate<OfficerndId>[];
}

/**
 * L3: turns records that are no candidates into namesakes. A linked one counts under the name that it will have after this run's update. So
 * does its partner, whose name may be another one yet. So the next run decides alike (A1).
 */
export async function namesakesOf(work: SliceWork, others: RecordsOfSides): Promise<Namesakes> {
  const { store, input } = work;
  const [ofHubSpot, ofOfficernd] = await Promise.all([
    store.links.activeByHubSpotIds(
      input.entity,
      others.hubspot.map(({ id }) => id),
    ),
    store.links.activeByOfficerndIds(
      input.entity,
      others.officernd.map(({ id }) => id),
    ),
  ]);
  const links = [...new Map([...ofHubSpot.values(), ...ofOfficernd.values()].map((link) => [link.id, link])).values()];
  const pairs = await bothRecordsOf(work, links, others);
  const names = await namesAfter(work, pairs);
  const hubspot = withPartners(
    others.hubspot,
    pairs.map((pair) => pair.hubspot),
  );
  const officernd = withPartners(
    others.officernd,
    pairs.map((pair) => pair.officernd),
  );
  const renamed = <One extends Candidate>(candidate: One, after: ReadonlyMap<string, string | null>): One => {
    const name = after.get(candidate.id);
    return name === undefined ? candidate : { ...candidate, name };
  };
  return {
    hubspot: (await hubSpotNamesakes(work, hubspot)).map((one) => renamed(one, names.hubspot)),
    officernd: officerndCandidates(officernd).map((one) => renamed(one, names.officernd)),
  };
}

interface RecordsOfSides {
  readonly hubspot: readonly Observation[];
  readonly officernd: readonly Observation[];
}

interface LinkedPair {
  readonly link: Link;
  readonly hubspot: Observation;
  readonly officernd: Observation;
}

const withPartners = (records: readonly Observation[], partners: readonly Observation[]): readonly Observation[] => [
  ...new Map([...partners, ...records].map((record) => [record.id, record])).values(),
];

/** The two records of each link; a link that lacks one is left out. */
async function bothRecordsOf(work: SliceWork, links: readonly Link[], known: RecordsOfSides): Promise<readonly LinkedPair[]> {
  if (links.length === 0) return [];
  const [hubspot, officernd] = await Promise.all([
    recordsOf(
      work,
      'hubspot',
      links.map(({ hubspotId }) => hubspotId),
      known.hubspot,
    ),
    recordsOf(
      work,
      'officernd',
      links.map(({ officerndId }) => officerndId),
      known.officernd,
    ),
  ]);
  return links.flatMap((link) => {
    const [ofHubSpot, ofOfficernd] = [hubspot.get(link.hubspotId), officernd.get(link.officerndId)];
    return ofHubSpot === undefined || ofOfficernd === undefined ? [] : [{ link, hubspot: ofHubSpot, officernd: ofOfficernd }];
  });
}

/** By record: the names that linked records will have. */
async function namesAfter(
  { store, mapping, fields, context, rulings }: SliceWork,
  pairs: readonly LinkedPair[],
): Promise<Readonly<Record<'hubspot' | 'officernd', ReadonlyMap<string, string | null>>>> {
  if (pairs.length === 0) return { hubspot: new Map(), officernd: new Map() };
  const [{ prefers }, snapshots] = await Promise.all([rulings(), store.snapshots.byLinkIds(pairs.map(({ link }) => link.id))]);
  const { portalId, pipelineId } = mapping;
  const after = pairs.map(({ link, hubspot, officernd }) => {
    const snapshot = snapshots.get(link.id) ?? {};
    const preferred = { prefers: prefers(link.officerndId, link.hubspotId) };
    return { link, names: namesAfterUpdate({ link, officernd, hubspot, snapshot, fields, context, portalId, pipelineId, ...preferred }) };
  });
  return {
    hubspot: new Map(after.map(({ link, names }) => [link.hubspotId, names.hubspot])),
    officernd: new Map(after.map(({ link, names }) => [link.officerndId, names.officernd])),
  };
}

/** Records by id: those that are known already, and the others from the store. */
async function recordsOf(
  { store, run, input }: SliceWork,
  side: 'hubspot' | 'officernd',
  ids: readonly string[],
  known: readonly Observation[],
): Promise<ReadonlyMap<string, Observation>> {
  const found = new Map(known.map((observation) => [observation.id, observation]));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  return new Map([...found, ...(await store.observations.byIds(run.generation, side, input.entity, missing))]);
}
