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
 * A record that a run has listed, or knows from an earlier run, may have been deleted or merged away since. So it is read again before
 * something is made of it. A record that is gone is no candidate (L1), and is forgotten.
 */

/** A listing is trusted for this long. Creating may take hours, and an approval days. */
const FRESH_MS = 30 * 60_000;

/** Only a full reading is fresh: an incremental one may see a deletion a run later. */
const isFresh = ({ run, now }: SliceWork): boolean => run.reading.kind === 'full' && now().getTime() - run.startedAt.getTime() < FRESH_MS;

/** Of HubSpot records that are to be created, returns those that are still there. Absent are those that are gone, or live on in another. */
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

/** Pairs that are read again before they are linked. OfficeRnD records are read one by one, so a small limit must allow this many. */
const PAIRS_AT_ONCE = 20;

/**
 * Links these pairs. Reads both records again first, where they have not been read lately.
 *
 * @returns false when one of them is gone: the pairs that are not linked yet have to be decided again without it
 */
export async function linkIfStillThere(work: SliceWork, pairs: readonly Pair[]): Promise<boolean> {
  if (isFresh(work)) {
    await makeLinks(work, pairs);
    return true;
  }
  for (const some of chunksOf(pairs, PAIRS_AT_ONCE)) {
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
    // A record that can't be read counts as there (U2). If it did not, its HubSpot record would be created.
    readOfficernd(work, work.input.entity, officerndIds, createRecordCalls(work.signal)),
  ]);
  await forget(work, 'officernd', [...gone]);
  return hubspot.length < pairs.length || gone.size > 0;
}

const forget = ({ store, run, input }: SliceWork, side: Side, ids: readonly string[]): Promise<void> =>
  store.observations.forget(run.generation, side, input.entity, ids);
