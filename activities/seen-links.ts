import type { Side } from '../domain/entity';
import type { LinkedPair } from '../store/links';
import { createLookAhead } from './look-ahead';
import type { LookedUp } from './look-ahead';
import type { ListedPage } from './read-ahead';
import type { SliceWork } from './work';

/** The pair of an active link, and which of its records this run has seen. */
export interface SeenLink extends LinkedPair {
  readonly isHubSpotSeen: boolean;
  readonly isOfficerndSeen: boolean;
}

export const isWhole = ({ isHubSpotSeen, isOfficerndSeen }: SeenLink): boolean => isHubSpotSeen && isOfficerndSeen;

const PAGE = 500;

/** An entity's active links, page by page. */
export const seenLinks: LookedUp<LinkedPair, SeenLink, SliceWork> = {
  list: ({ store, input: { entity } }, after) => store.links.pagePairs(entity, { after, limit: PAGE }),
  lookUp: async (work, pairs) => {
    const [hubspot, officernd] = await Promise.all([seenOn('hubspot', work, pairs), seenOn('officernd', work, pairs)]);
    return pairs.map((pair) => ({
      ...pair,
      isHubSpotSeen: hubspot.has(pair.hubspotId),
      isOfficerndSeen: officernd.has(pair.officerndId),
    }));
  },
};

/** The ids of the pairs' records on one side that this run has seen. */
const seenOn = (side: Side, { store, run, input: { entity } }: SliceWork, pairs: readonly LinkedPair[]): Promise<ReadonlySet<string>> =>
  store.observations.liveAmong(
    run.generation,
    side,
    entity,
    pairs.map((pair) => pair[`${side}Id`]),
  );

/**
 * What readings have seen of links, so that phase 1 need not go through them again. An incremental one looks at both records of every link,
 * one after the other: that it has come to the last, and whether it has missed any, the one in OfficeRnD with a link id. A full one goes
 * through the links when HubSpot's listing has ended: whether it has shown the record of each.
 */
const factsOf = ({ input: { entity } }: SliceWork) => ({
  read: `links-read/${entity}`,
  missed: `links-missed/${entity}`,
  listed: `links-listed/${entity}`,
});

/**
 * A record of a link was not seen. Comes before whatever is stored about it. It is never taken back, whatever another attempt at the
 * reading sees.
 */
export const noteMissed = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, factsOf(work).missed, true);

/** The reading has come to the last link. */
export const noteAllRead = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, factsOf(work).read, true);

/** Notes whether HubSpot's listing, which has ended, has shown the record of every active link. OfficeRnD's mostly has further to go. */
export async function noteListed(work: SliceWork): Promise<void> {
  const { take } = createLookAhead(listedLinks);
  let after: string | null = null;
  let isListed = true;
  do {
    const { records, next }: ListedPage<boolean> = await take(work, after);
    isListed = records.every((wasSeen) => wasSeen);
    after = next;
  } while (isListed && after !== null);
  await work.store.runs.setFact(work.run.id, factsOf(work).listed, isListed);
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
export async function countIfSeen(work: SliceWork): Promise<{ readonly links: number; readonly areCarriersLinked: boolean } | null> {
  const { store, run, input } = work;
  const { read, missed, listed } = factsOf(work);
  const facts = await store.runs.facts(run.id);
  const areCarriersLinked = facts[read] === true && facts[missed] !== true;
  if (!areCarriersLinked && facts[listed] !== true) return null;
  const [links, carriers] = await Promise.all([
    store.links.countActive(input.entity),
    store.observations.countCarriers(run.generation, input.entity),
  ]);
  return links === carriers ? { links, areCarriersLinked } : null;
}
