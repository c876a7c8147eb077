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
 * L3: turns records that are no candidates into namesakes. A linked one counts under the name that it will have after this run's update, so
 * that the next run decides alike (A1).
 */
export async function namesakesOf(
  work: SliceWork,
  others: { readonly hubspot: readonly Observation[]; readonly officernd: readonly Observation[] },
): Promise<Namesakes> {
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
  const links = new Map([...ofHubSpot.values(), ...ofOfficernd.values()].map((link) => [link.id, link]));
  const names = await namesAfter(work, [...links.values()], others);
  const renamed = <One extends Candidate>(candidate: One, link: Link | undefined, side: 'hubspot' | 'officernd'): One => {
    const after = link === undefined ? undefined : names.get(link.id);
    return after === undefined ? candidate : { ...candidate, name: after[side] };
  };
  const hubspot = await hubSpotNamesakes(work, others.hubspot);
  return {
    hubspot: hubspot.map((one) => renamed(one, ofHubSpot.get(one.id), 'hubspot')),
    officernd: officerndCandidates(others.officernd).map((one) => renamed(one, ofOfficernd.get(one.id), 'officernd')),
  };
}

async function namesAfter(
  work: SliceWork,
  links: readonly Link[],
  known: { readonly hubspot: readonly Observation[]; readonly officernd: readonly Observation[] },
): Promise<ReadonlyMap<string, ReturnType<typeof namesAfterUpdate>>> {
  if (links.length === 0) return new Map();
  const { store, mapping, fields, context } = work;
  const [hubspot, officernd, snapshots] = await Promise.all([
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
    store.snapshots.byLinkIds(links.map(({ id }) => id)),
  ]);
  return new Map(
    links.flatMap((link) => {
      const [ofHubSpot, ofOfficernd] = [hubspot.get(link.hubspotId), officernd.get(link.officerndId)];
      if (ofHubSpot === undefined || ofOfficernd === undefined) return [];
      const snapshot = snapshots.get(link.id) ?? {};
      const { portalId, pipelineId } = mapping;
      const after = namesAfterUpdate({ link, officernd: ofOfficernd, hubspot: ofHubSpot, snapshot, fields, context, portalId, pipelineId });
      return [[link.id, after] as const];
    }),
  );
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
