import type { LinkedPair } from '../../store/links';
import type { SliceWork } from '../slice/run-slice';
import { createLookupPrefetcher } from './prefetch-lookups';
import type { LookupSource } from './prefetch-lookups';
import type { ListedPage } from './prefetch-pages';
import { seenLinks, seenOn } from './seen-links';

/**
 * Facts of a run that let a later phase skip work; `*` is the entity.
 *
 * | fact             | is set by                                | means                                                       |
 * | ---------------- | ---------------------------------------- | ----------------------------------------------------------- |
 * | `links-read/*`   | an incremental reading, at its last link | both records of every link were looked at, or the HubSpot   |
 * |                  |                                          | records agreed with HubSpot's count and were known as live  |
 * | `links-missed/*` | an incremental reading, at any link      | its HubSpot record was not there, or its link id was not    |
 * | `links-listed/*` | a full reading, after HubSpot's listing  | whether that has shown the HubSpot record of every link     |
 * | `whole/*`        | phase 1                                  | whether phase 2 may be skipped, as far as phase 1 has seen  |
 */
const readingFacts = ({ input: { entity } }: SliceWork) => ({
  read: `links-read/${entity}`,
  missed: `links-missed/${entity}`,
  listed: `links-listed/${entity}`,
});

/**
 * Notes that a record of a link was not seen. Call it before anything is stored about that. It is never taken back, whatever another
 * attempt sees.
 */
export const noteRecordMissed = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, readingFacts(work).missed, true);

/** Notes that the reading has come to the last link. */
export const noteAllLinksRead = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, readingFacts(work).read, true);

/** Notes whether HubSpot's listing, which has ended, has shown the record of every active link. OfficeRnD's listing mostly ends later. */
export async function noteWhetherAllListed(work: SliceWork): Promise<void> {
  const { take } = createLookupPrefetcher(listedLinks);
  let after: string | null = null;
  let isListed = true;
  do {
    const { records, next }: ListedPage<boolean> = await take(work, after);
    isListed = records.every((wasSeen) => wasSeen);
    after = next;
  } while (isListed && after !== null);
  await work.store.runs.setFact(work.run.id, readingFacts(work).listed, isListed);
}

/** For each active link, whether its HubSpot record was seen. */
const listedLinks: LookupSource<LinkedPair, boolean, SliceWork> = {
  list: seenLinks.list,
  lookUp: async (work, pairs) => {
    const live = await seenOn('hubspot', work, pairs);
    return pairs.map(({ hubspotId }) => live.has(hubspotId));
  },
};

/**
 * Returns the number of links where phase 1 need not go through them again, else null. Both of this must hold:
 * - the readings have seen the HubSpot record of every link;
 * - OfficeRnD has as many live records with a link id as there are links.
 *
 * `areCarriersLinked` is true when each of those records is known to have a link. Then no link id is left over for U7, and no link is
 * without its OfficeRnD record. False means that this has yet to be looked at.
 */
export async function countLinksIfAllSeen(
  work: SliceWork,
): Promise<{ readonly links: number; readonly areCarriersLinked: boolean } | null> {
  const { store, run, input } = work;
  const { read, missed, listed } = readingFacts(work);
  const facts = await store.runs.facts(run.id);
  const areCarriersLinked = facts[read] === true && facts[missed] !== true;
  if (!areCarriersLinked && facts[listed] !== true) return null;
  const [links, carriers] = await Promise.all([
    store.links.countActive(input.entity),
    store.observations.countCarriers(run.generation, input.entity),
  ]);
  return links === carriers ? { links, areCarriersLinked } : null;
}

/** The fact by which phase 1 lets phase 2 be skipped. See `isEverythingLinked`. */
const skipLinkPhaseFact = ({ input: { entity } }: SliceWork): string => `whole/${entity}`;

/** Phase 1 begins: phase 2 may be skipped until something shows that it has work to do. */
export async function allowSkippingLinkPhase(work: SliceWork): Promise<void> {
  await work.assertOwnerCached();
  await work.store.runs.setFact(work.run.id, skipLinkPhaseFact(work), true);
}

/** Phase 1 has found something that phase 2 has to look at. Call it before anything is done about that. */
export const requireLinkPhase = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, skipLinkPhaseFact(work), false);

/**
 * Lets phase 2 be skipped. True when all of this holds:
 * - both records of every active link were seen;
 * - no OfficeRnD record carries a link id without a link;
 * - there are as many live HubSpot records as links.
 *
 * Phase 1 has noted the first two.
 */
export async function isEverythingLinked(work: SliceWork): Promise<boolean> {
  const { store, run, input } = work;
  // T3: counting all links would cost more than the few records.
  if (run.hints !== undefined) return false;
  if ((await store.runs.facts(run.id))[skipLinkPhaseFact(work)] !== true) return false;
  const [live, linked] = await Promise.all([
    store.observations.countLive(run.generation, 'hubspot', input.entity),
    store.links.countActive(input.entity),
  ]);
  return live === linked;
}
