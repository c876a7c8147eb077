import type { TenantConfig } from '../../config/tenant-config';
import { heldNow } from '../../client/runs/held';
import { everyItem } from '../../store/paging';
import type { Review } from '../../domain/review';
import type { TenantStore } from '../../store/store';
import type { TenantFacts } from './tenant';

/** Reads what is stored about a tenant. Schedules are Temporal's. */
export async function readTenant(
  { tenant, hubspot }: TenantConfig,
  store: TenantStore,
  now: Date,
): Promise<Omit<TenantFacts, 'schedules'>> {
  const [lastRun, held, reviews, links, feeds] = await Promise.all([
    store.runs.latest(),
    heldNow(store, 1),
    everyItem<Review>((request) => store.reviews.listOpen(request)),
    store.secondWriters.countChangedLinkIds(hubspot.portalId),
    store.feeds.standings(),
  ]);
  const open = held.filter(({ state, validUntil }) => state === 'open' && validUntil !== null && validUntil > now.toISOString());
  return {
    tenant,
    lastRun,
    openProposals: open.length,
    // The place of a feed may outlive its settings.
    feeds: feeds.filter(({ name }) => name !== 'journal' || hubspot.app !== undefined),
    now,
    links: { ...links, otherPortal: reviews.filter(({ kind }) => kind === 'other-portal').length },
  };
}
