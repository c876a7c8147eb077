import type { Link } from '../domain/link';
import type { ListedPage } from './read-ahead';
import type { SliceWork } from './work';

/** An active link, and which of its records this run has seen. */
export interface SeenLink {
  readonly link: Link;
  readonly isHubSpotSeen: boolean;
  readonly isOfficerndSeen: boolean;
}

const PAGE = 500;

/** A page of an entity's active links. */
export async function readSeenLinks({ store, run, input: { entity } }: SliceWork, after: string | null): Promise<ListedPage<SeenLink>> {
  const { items, next } = await store.links.page(entity, { after, limit: PAGE });
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
  const records = items.map((link) => ({
    link,
    isHubSpotSeen: hubspot.has(link.hubspotId),
    isOfficerndSeen: officernd.has(link.officerndId),
  }));
  return { records, next };
}
