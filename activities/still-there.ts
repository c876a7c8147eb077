import { chunksOf } from '../domain/chunks';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { Observation } from '../domain/observation';
import { makeLinks } from './make-links';
import type { Pair } from './make-links';
import { readHubSpot, readOfficernd } from './read-records';
import type { SliceWork } from './work';

/**
 * What a run has listed, or knows from an earlier run, may have been deleted or merged away by the time that something is made of it. Such
 * records are no candidates (L1), and are forgotten.
 */

/** HubSpot records as they are now; those that are gone, or live on in another, are absent. */
export async function hubSpotStillThere(work: SliceWork, ids: readonly HubSpotId[]): Promise<readonly Observation[]> {
  const { store, run, input } = work;
  const known = await store.observations.parentsByIds(run.generation, 'hubspot', input.entity, ids);
  const found = await readHubSpot(work, input.entity, ids, known);
  const there = ids.flatMap((id) => {
    const observation = found.get(id);
    return observation?.id === id ? [observation] : [];
  });
  await forgetOthers(work, 'hubspot', ids, there);
  return there;
}

/** OfficeRnD records are looked at one by one: few enough for a step to be through with them under a small limit. */
const LOOKS_AT_ONCE = 25;

/**
 * Links these pairs. A full run has just read their records; an incremental one hears of deleted records only where they are linked, so it
 * looks at both once more.
 *
 * @returns false when one is gone: what has not been linked has to be decided once more without it
 */
export async function makeLinksOfLiving(work: SliceWork, pairs: readonly Pair[]): Promise<boolean> {
  if (work.run.reading.kind === 'full') {
    await makeLinks(work, pairs);
    return true;
  }
  for (const some of chunksOf(pairs, LOOKS_AT_ONCE)) {
    if (await areSomeGone(work, some)) return false;
    await makeLinks(work, some);
  }
  return true;
}

async function areSomeGone(work: SliceWork, pairs: readonly Pair[]): Promise<boolean> {
  const officerndIds = pairs.map(({ officerndId }) => officerndId);
  const [hubspot, officernd] = await Promise.all([
    hubSpotStillThere(
      work,
      pairs.map(({ hubspotId }) => hubspotId),
    ),
    readOfficernd(work, work.input.entity, officerndIds),
  ]);
  await forgetOthers(work, 'officernd', officerndIds, [...officernd.values()]);
  return hubspot.length < pairs.length || officernd.size < pairs.length;
}

async function forgetOthers(
  { store, run, input }: SliceWork,
  side: 'hubspot' | 'officernd',
  ids: readonly (HubSpotId | OfficerndId)[],
  there: readonly Observation[],
): Promise<void> {
  const live = new Set(there.map(({ id }) => id));
  await store.observations.forget(
    run.generation,
    side,
    input.entity,
    ids.filter((id) => !live.has(id)),
  );
}
