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

/** A listing is taken at its word for so long; creating may take hours, and an approval days. */
const FRESH_MS = 30 * 60_000;

/** An incremental run hears of deleted records only where they are linked. */
const isFresh = ({ run, now }: SliceWork): boolean => run.reading.kind === 'full' && now().getTime() - run.startedAt.getTime() < FRESH_MS;

/** HubSpot records that are to be created, as far as they are there; those that are gone, or live on in another, are absent. */
export async function hubSpotStillThere(work: SliceWork, ids: readonly HubSpotId[]): Promise<readonly Observation[]> {
  const { store, run, input } = work;
  if (!isFresh(work)) return lookAgain(work, ids);
  return [...(await store.observations.byIds(run.generation, 'hubspot', input.entity, ids)).values()];
}

async function lookAgain(work: SliceWork, ids: readonly HubSpotId[]): Promise<readonly Observation[]> {
  const found = await readHubSpot(work, work.input.entity, ids);
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
 * Links these pairs, once both records have been looked at again where they have not been read lately.
 *
 * @returns false when one is gone: what has not been linked has to be decided once more without it
 */
export async function makeLinksOfLiving(work: SliceWork, pairs: readonly Pair[]): Promise<boolean> {
  if (isFresh(work)) {
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
    lookAgain(
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
