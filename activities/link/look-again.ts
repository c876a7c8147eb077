import { chunksOf } from '../../domain/chunks';
import type { Side } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { makeLinks } from './make-links';
import type { Pair } from './make-links';
import { readHubSpot, readOfficernd } from '../observe/records';
import { createRecordCalls } from '../slice/calls-per-record';
import type { SliceWork } from '../slice/run-slice';

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
  const isThere = (id: HubSpotId): boolean => found.get(id)?.id === id;
  await forget(
    work,
    'hubspot',
    ids.filter((id) => !isThere(id)),
  );
  return ids.filter(isThere).flatMap((id) => found.get(id) ?? []);
}

/** OfficeRnD records are looked at one by one: few enough for a step to be through with them under a small limit. */
const LOOKS_AT_ONCE = 20;

/**
 * Links these pairs, once both records have been looked at again where they have not been read lately.
 *
 * @returns false when one is gone: what has not been linked has to be decided once more without it
 */
export async function linkIfStillThere(work: SliceWork, pairs: readonly Pair[]): Promise<boolean> {
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
  const [hubspot, { gone }] = await Promise.all([
    lookAgain(
      work,
      pairs.map(({ hubspotId }) => hubspotId),
    ),
    // A record that can't be read counts as there: without it, its HubSpot record would be created (U2).
    readOfficernd(work, work.input.entity, officerndIds, createRecordCalls(work.signal)),
  ]);
  await forget(work, 'officernd', [...gone]);
  return hubspot.length < pairs.length || gone.size > 0;
}

const forget = ({ store, run, input }: SliceWork, side: Side, ids: readonly string[]): Promise<void> =>
  store.observations.forget(run.generation, side, input.entity, ids);
