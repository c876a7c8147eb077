import type { LinkedPair } from '../store/links';
import type { LookedUp } from './look-ahead';
import type { SliceWork } from './work';

/** The pair of an active link, and which of its records this run has seen. */
export interface SeenLink extends LinkedPair {
  readonly isHubSpotSeen: boolean;
  readonly isOfficerndSeen: boolean;
}

const PAGE = 500;

/** An entity's active links, page by page. */
export const seenLinks: LookedUp<LinkedPair, SeenLink, SliceWork> = {
  list: ({ store, input: { entity } }, after) => store.links.pagePairs(entity, { after, limit: PAGE }),
  lookUp: async ({ store, run, input: { entity } }, pairs) => {
    const [hubspot, officernd] = await Promise.all([
      store.observations.liveAmong(
        run.generation,
        'hubspot',
        entity,
        pairs.map(({ hubspotId }) => hubspotId),
      ),
      store.observations.liveAmong(
        run.generation,
        'officernd',
        entity,
        pairs.map(({ officerndId }) => officerndId),
      ),
    ]);
    return pairs.map((pair) => ({
      ...pair,
      isHubSpotSeen: hubspot.has(pair.hubspotId),
      isOfficerndSeen: officernd.has(pair.officerndId),
    }));
  },
};

/**
 * An incremental reading looks at both records of every link, one after the other. Where it has seen all, the one in OfficeRnD with a link id, phase 1
 * need not go through the links again, nor through the link ids. What has been missed once is never taken back, whatever another attempt at the
 * reading sees.
 */
const factsOf = ({ input: { entity } }: SliceWork) => ({ read: `links-read/${entity}`, missed: `links-missed/${entity}` });

/** A record of a link was not seen. Comes before whatever is stored about it. */
export const noteMissed = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, factsOf(work).missed, true);

/** The reading has come to the last link. */
export const noteAllRead = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, factsOf(work).read, true);

/** How many links there are, where the reading has seen both records of all of them and no link id is left over for U7; else null. */
export async function countIfWhole(work: SliceWork): Promise<number | null> {
  const { store, run, input } = work;
  const { read, missed } = factsOf(work);
  const facts = await store.runs.facts(run.id);
  if (facts[read] !== true || facts[missed] === true) return null;
  const [links, carriers] = await Promise.all([
    store.links.countActive(input.entity),
    store.observations.countCarriers(run.generation, input.entity),
  ]);
  return links === carriers ? links : null;
}
