import type { Side } from '../../domain/entity';
import { otherSide, sides } from '../../domain/entity';
import { linkIdOf, parseLinkId } from '../../domain/ids';
import { usesKey } from '../../domain/match';
import type { Observation } from '../../domain/observation';
import { ONE_BY_ONE } from '../observe/hinted';
import { readHubSpot, readOfficernd } from '../observe/records';
import { createRecordCalls } from '../slice/calls-per-record';
import type { SliceWork } from '../slice/run-slice';
import { sharingKey, unlinkedHubSpot, unlinkedOfficernd } from './candidates';

/**
 * T3: adds the possible partners of a run's unlinked records to its records, and reads them. Those share a key (L3) or lead there by a link id
 * (L2). A HubSpot record may have been created or left alone just because they were not there. May be repeated.
 */
export async function joinCandidates(work: SliceWork): Promise<void> {
  for (const side of sides) for (let after: string | null = ''; after !== null;) after = await joinPage(work, side, after);
}

/** Returns the place of the next page, null at the end. */
async function joinPage(work: SliceWork, side: Side, from: string): Promise<string | null> {
  const { store, run, input, now } = work;
  const { entity } = input;
  const request = { after: from === '' ? null : from, limit: ONE_BY_ONE };
  const { items, next } = await store.inbox.pageClaimed(run.id, side, entity, request);
  const records = [...(await store.observations.byIds(run.generation, side, entity, items)).values()];
  const unlinked = side === 'hubspot' ? await unlinkedHubSpot(work, records) : await unlinkedOfficernd(work, records);
  const candidates = (await candidatesOf(work, side, unlinked)).slice(0, MOST);
  const other = otherSide(side);
  if (candidates.length > 0) {
    if (other === 'hubspot') await readHubSpot(work, entity, candidates);
    else await readOfficernd(work, entity, candidates, createRecordCalls(work.signal));
    await store.inbox.join(run.id, other, entity, candidates, now());
  }
  return next;
}

/** A name that hundreds share is no key to anything, and a run for hints is short. */
const MOST = 100;

async function candidatesOf(work: SliceWork, side: Side, records: readonly Observation[]): Promise<readonly string[]> {
  if (records.length === 0) return [];
  const { store, run, input, mapping } = work;
  const other = otherSide(side);
  const keys = (['email', 'name'] as const).filter((key) => usesKey(input.entity, key, mapping.matching));
  const sharing = (await Promise.all(keys.map((key) => sharingKey(work, other, key, records)))).flat();
  const free = other === 'hubspot' ? await unlinkedHubSpot(work, sharing) : await unlinkedOfficernd(work, sharing);
  const led =
    side === 'officernd'
      ? records.flatMap(({ linkId }) => hubSpotIdIn(linkId, mapping.portalId))
      : (
          await store.observations.byLinkIds(
            run.generation,
            input.entity,
            records.flatMap(({ id, mergedIds }) => [id, ...mergedIds].map((one) => linkIdOf(mapping.portalId, one))),
          )
        ).map(({ id }) => id);
  return [...new Set([...free.map(({ id }) => id), ...led])];
}

function hubSpotIdIn(linkId: string | null, portalId: string): readonly string[] {
  if (linkId === null) return [];
  const parsed = parseLinkId(linkId, portalId);
  return parsed.kind === 'ours' ? [parsed.hubspotId] : [];
}
