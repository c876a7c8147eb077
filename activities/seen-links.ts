import type { LinkedPair } from '../store/links';
import type { ListedPage } from './read-ahead';
import type { SliceWork } from './work';

/** The pair of an active link, and which of its records this run has seen. */
export interface SeenLink extends LinkedPair {
  readonly isHubSpotSeen: boolean;
  readonly isOfficerndSeen: boolean;
}

const PAGE = 500;

/** A page of an entity's active links. */
export async function readSeenLinks({ store, run, input: { entity } }: SliceWork, after: string | null): Promise<ListedPage<SeenLink>> {
  const { items, next } = await store.links.pagePairs(entity, { after, limit: PAGE });
  const [hubspot, officernd] = await Promise.all([
    store.observations.liveAmong(
      run.generation,
      'hubspot',
      entity,
      items.map(({ hubspotId }) => hubspotId),
    ),
    store.observations.liveAmong(
      run.generation,
      'officernd',
      entity,
      items.map(({ officerndId }) => officerndId),
    ),
  ]);
  const records = items.map((pair) => ({
    ...pair,
    isHubSpotSeen: hubspot.has(pair.hubspotId),
    isOfficerndSeen: officernd.has(pair.officerndId),
  }));
  return { records, next };
}
