import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { hubSpotObjectOf } from '../../domain/entity';
import type { LinkedPair } from '../../store/links';
import { nextPart, readPart, startOf } from '../slice/cursor';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { carryUnreadFields } from '../slice/unread-facts';
import { compareCounts } from './compare-counts';
import { createLinkedPages, knownLinks } from './linked-hubspot';
import type { LinkLookup } from './linked-hubspot';
import { askParents } from './parents';
import { createLookupPrefetcher } from './prefetch-lookups';
import type { LookupPrefetcher } from './prefetch-lookups';
import { lookUpHubSpot } from './records';
import { noteAllLinksRead, noteRecordMissed } from './shortcuts';
import { lookupsOf, storeLookups } from './store-lookups';

/**
 * Reads the HubSpot records that may have changed since a moment, in one of two ways. The first step chooses the one with fewer calls.
 *
 * | way   | part      | finds                                                   | calls                       |
 * | ----- | --------- | ------------------------------------------------------- | --------------------------- |
 * | read  | `search`  | modified records without a link                         | 1, and those that it found  |
 * |       | `linked`  | linked records that were modified, deleted or merged    | 1 for each 100 links        |
 * | count | `changed` | modified records, merged ones by the record they became | 1, and those that it found  |
 * |       | `counts`  | records that are gone, and any that the search left out | 1, and a few for each       |
 * |       | `links`   | links of which a record is not there                    | none                        |
 *
 * Counting comes behind the search: a record that came would hide one that is gone. Records that counting finds are asked for by their ids.
 * So a number that is late or wrong has no effect (U2). See docs/decisions/0040-a-quiet-run-counts.md.
 */
const waysParts = { read: ['search', 'linked'], count: ['changed', 'counts', 'links'] } as const;
const parts = [...waysParts.read, ...waysParts.count] as const;

/** Up to as many links are always read again. That costs two calls at most, and shows edits that search does not know of yet. */
const ALWAYS_READ = 200;

type ReadChanged = (work: SliceWork, since: string, cursor: string | null) => Promise<StepResult>;

/** Makes the steps of a reading of what has changed. Keeps the state of one slice: make one for each. */
export function createReadChanged(): ReadChanged {
  const linked = createLinkedPages();
  const known = createLookupPrefetcher<LinkedPair, boolean>(knownLinks);
  return async (work, since, cursor) => {
    if (cursor === null) return begin(work, since, linked);
    const { part, after } = readPart(cursor, parts);
    switch (part) {
      case 'search':
        // The linked records need not wait for the search.
        linked.begin(work);
        return takeModified(work, await searchModified(work, since, after), 'read');
      case 'linked':
        return readLinked(work, after, linked);
      case 'changed':
        return takeModified(work, await searchModified(work, since, after), 'count');
      case 'counts':
        return takeCounts(work, after);
      case 'links':
        return checkLinks(work, after, known);
    }
  };
}

type Modified = Awaited<ReturnType<typeof searchModified>>;

const searchModified = ({ hubspot, input, signal }: SliceWork, since: string, after: string | null) =>
  hubspot.searchModified(hubSpotObjectOf[input.entity], { since, ...(after !== null && { afterId: after }) }, { signal });

async function begin(work: SliceWork, since: string, linked: LookupPrefetcher<LinkLookup, SliceWork>): Promise<StepResult> {
  const links = await work.store.links.countActive(work.input.entity);
  const isRead = links <= ALWAYS_READ || work.mapping.reading.readsLinked === true;
  if (isRead) linked.begin(work);
  const modified = await searchModified(work, since, null);
  const isCounted = !isRead && batchesOf(modified.total) + 1 < batchesOf(links);
  return takeModified(work, modified, isCounted ? 'count' : 'read');
}

const batchesOf = (records: number): number => Math.ceil(records / PAGE_SIZE);

/** Reads modified records. Where all linked ones are read anyway, only those without a link. */
async function takeModified(work: SliceWork, { ids, next }: Modified, way: keyof typeof waysParts): Promise<StepResult> {
  const { entity } = work.input;
  const links = await work.store.links.linkedAmong('hubspot', entity, ids);
  const unlinked = ids.filter((id) => !links.has(id));
  const wanted = way === 'count' ? ids : unlinked;
  const found = await lookUpHubSpot(work, entity, wanted, await askParents(work, entity, unlinked));
  await storeLookups(work, lookupsOf(wanted, found), { linked: way === 'count' ? 'known' : 'looked-up' });
  const [part] = waysParts[way];
  return { cursor: nextPart<string>(part, next, waysParts[way]), counters: { hubspotChanged: wanted.length } };
}

async function readLinked(work: SliceWork, after: string | null, { take }: LookupPrefetcher<LinkLookup, SliceWork>): Promise<StepResult> {
  const { records, next } = await take(work, after);
  if (records.some(({ id, observation, hasCarrier }) => observation?.id !== id || !hasCarrier)) await noteRecordMissed(work);
  await storeLookups(work, records, { linked: 'looked-up' });
  if (next === null) await noteAllLinksRead(work);
  return { cursor: nextPart('linked', next, waysParts.read), counters: { hubspotLinked: records.length } };
}

async function takeCounts(work: SliceWork, after: string | null): Promise<StepResult> {
  if (after === null) await carryUnreadFields(work, 'hubspot', work.input.entity);
  const { next, isReadingCheaper, lookedUp } = await compareCounts(work, after);
  const cursor = isReadingCheaper ? startOf('linked') : nextPart('counts', next, waysParts.count);
  return { cursor, counters: { hubspotChanged: lookedUp } };
}

async function checkLinks(work: SliceWork, after: string | null, { take }: LookupPrefetcher<boolean, SliceWork>): Promise<StepResult> {
  const { records, next } = await take(work, after);
  if (records.some((areBothThere) => !areBothThere)) await noteRecordMissed(work);
  if (next === null) await noteAllLinksRead(work);
  return { cursor: nextPart('links', next, waysParts.count), counters: {} };
}
