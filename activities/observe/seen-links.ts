import type { Side } from '../../domain/entity';
import type { LinkedPair } from '../../store/links';
import type { LookupSource } from './prefetch-lookups';
import type { SliceWork } from '../slice/run-slice';

/** The pair of an active link, and which of its records this run has seen. */
export interface SeenLink extends LinkedPair {
  readonly isHubSpotSeen: boolean;
  readonly isOfficerndSeen: boolean;
}

/** Whether this run has seen both records of a link. */
export const areBothSeen = ({ isHubSpotSeen, isOfficerndSeen }: SeenLink): boolean => isHubSpotSeen && isOfficerndSeen;

const PAGE = 500;

/** An entity's active links, page by page, with what this run has seen of them. */
export const seenLinks: LookupSource<LinkedPair, SeenLink, SliceWork> = {
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
export const seenOn = (
  side: Side,
  { store, run, input: { entity } }: SliceWork,
  pairs: readonly LinkedPair[],
): Promise<ReadonlySet<string>> =>
  store.observations.liveAmong(
    run.generation,
    side,
    entity,
    pairs.map((pair) => pair[`${side}Id`]),
  );
