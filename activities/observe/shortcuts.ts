import type { LinkedPair } from '../../store/links';
import type { SliceWork } from '../slice/run-slice';
import { createLookupPrefetcher } from './prefetch-lookups';
import type { LookedUp } from './prefetch-lookups';
import type { ListedPage } from './prefetch-pages';
import { seenLinks, seenOn } from './seen-links';

/**
 * What readings have seen of links, so that phase 1 need not go through them again. An incremental one looks at both records of every link,
 * one after the other: that it has come to the last, and whether it has missed any, the one in OfficeRnD with a link id. A full one goes
 * through the links when HubSpot's listing has ended: whether it has shown the record of each.
 */
const readingFacts = ({ input: { entity } }: SliceWork) => ({
  read: `links-read/${entity}`,
  missed: `links-missed/${entity}`,
  listed: `links-listed/${entity}`,
});

/**
 * A record of a link was not seen. Comes before whatever is stored about it. It is never taken back, whatever another attempt at the
 * reading sees.
 */
export const noteRecordMissed = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, readingFacts(work).missed, true);

/** The reading has come to the last link. */
export const noteAllLinksRead = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, readingFacts(work).read, true);

/** Notes whether HubSpot's listing, which has ended, has shown the record of every active link. OfficeRnD's mostly has further to go. */
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

/** By page of active links, whether the HubSpot record of each was seen. */
const listedLinks: LookedUp<LinkedPair, boolean, SliceWork> = {
  list: seenLinks.list,
  lookUp: async (work, pairs) => {
    const live = await seenOn('hubspot', work, pairs);
    return pairs.map(({ hubspotId }) => live.has(hubspotId));
  },
};

/**
 * How many links there are, where the readings have seen the HubSpot record of all of them and OfficeRnD has as many live records with a
 * link id; else null. `areCarriersLinked` tells whether each of those has a link, so that none is left over for U7 and no link is without
 * its OfficeRnD record, or whether that has yet to be looked at.
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

/**
 * What phase 1 has found in order, phase 2 need not look through again: where both records of every active link were seen, no OfficeRnD
 * record carries the id of a link that there is not, and as many HubSpot records are live as there are links, nothing is left to link or to
 * create.
 */
const skipLinkPhaseFact = ({ input: { entity } }: SliceWork): string => `whole/${entity}`;

/** Phase 1 begins to look: it is whole until something shows that it is not. */
export async function allowSkippingLinkPhase(work: SliceWork): Promise<void> {
  await work.assertOwner();
  await work.store.runs.setFact(work.run.id, skipLinkPhaseFact(work), true);
}

/** Comes before whatever is done about it. */
export const requireLinkPhase = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, skipLinkPhaseFact(work), false);

/** Whether every HubSpot record that this run has seen is linked, and every link id that OfficeRnD records carry belongs to a link. */
export async function isEverythingLinked(work: SliceWork): Promise<boolean> {
  const { store, run, input } = work;
  if ((await store.runs.facts(run.id))[skipLinkPhaseFact(work)] !== true) return false;
  const [live, linked] = await Promise.all([
    store.observations.countLive(run.generation, 'hubspot', input.entity),
    store.links.countActive(input.entity),
  ]);
  return live === linked;
}
