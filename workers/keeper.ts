import type { Client } from '@temporalio/client';
import { sendRequest } from '../client/runs/ask';
import { usableTenantConfig } from '../config/tenant-file';
import { firstSettledAtMs, settledAtMs, settleMsOf } from '../domain/hints/settle';
import type { Store } from '../store/store';
import type { StoredTenant } from '../store/tenants';
import type { KeeperActivities } from '../activities/api';

export interface KeeperDeps {
  readonly store: Store;
  readonly temporal: Client;
  readonly queuePrefix: string;
  /** Whether workers have versions. */
  readonly isVersioned: boolean;
  readonly now: () => number;
}

/** Hints that are looked at for the next that settles. More are due soon anyway. */
const LOOKED_AT = 1_000;

/** The local activity of `keepInStep`. It may be repeated. */
export const createKeeperActivities = (deps: KeeperDeps): KeeperActivities => ({
  tendInbox: async (input) => {
    const stored = await deps.store.tenants.get(input.tenant);
    // The keeper of a tenant that was removed ends, too.
    if (stored === null) return { nextAtMs: null, endsWhenIdle: true };
    return { nextAtMs: await tend(deps, stored, input), ...(deps.isVersioned && { endsWhenIdle: true }) };
  },
});

/** Asks for the runs that are due. Returns when the next hint settles; null where there is none, or nothing may be started. */
async function tend(
  { store, temporal, queuePrefix, now }: KeeperDeps,
  stored: StoredTenant,
  { tenant, requestId }: { readonly tenant: string; readonly requestId: string },
): Promise<number | null> {
  const kept = store.forTenant(tenant);
  const latest = await kept.runs.latestSync();
  // The first sync is a person's, and so is the next one after one that a person has cancelled or that failed.
  if (latest === null || latest.state === 'cancelled' || latest.state === 'failed') return null;
  const config = usableTenantConfig(stored.config);
  // A run would say what is wrong, and a person has to mend it first.
  if (config === null) return null;
  const settleMs = settleMsOf(config);
  const nowMs = now();
  if (await kept.gaps.ask(new Date(nowMs)))
    await sendRequest(temporal, queuePrefix, { tenant, mode: 'full', entities: null, requestId: `${requestId}/full`, needsOwnRun: true });
  const hints = await kept.inbox.waiting(LOOKED_AT);
  const later = hints.filter((hint) => settledAtMs(hint, settleMs) > nowMs);
  if (later.length < hints.length)
    await sendRequest(temporal, queuePrefix, { tenant, mode: 'incremental', entities: null, requestId, hints: true });
  return firstSettledAtMs(later, settleMs);
}
