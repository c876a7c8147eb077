import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { startOf } from '../client/runs/ask';
import { SYNC_NOW, SYNC_TENANT } from '../client/runs/temporal-names';
import { ConfigurationError } from '../config/configuration-error';
import { parseTenantConfig } from '../config/tenant-file';
import { settledAtMs, settleMsOf } from '../domain/hints/settle';
import type { Store } from '../store/store';
import type { StoredTenant } from '../store/tenants';
import type { KeeperActivities } from '../activities/api';
import type { SyncRequest, SyncTenant, SyncTicket } from '../workflows/api';

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
  deps: KeeperDeps,
  stored: StoredTenant,
  { tenant, requestId }: { readonly tenant: string; readonly requestId: string },
): Promise<number | null> {
  const kept = deps.store.forTenant(tenant);
  const latest = await kept.runs.latestSync();
  // The first sync is a person's, and so is the next one after one that a person has cancelled or that failed.
  if (latest === null || latest.state === 'cancelled' || latest.state === 'failed') return null;
  const settleMs = settleMsIn(stored, tenant);
  if (settleMs === null) return null;
  const nowMs = deps.now();
  if (await kept.gaps.ask(new Date(nowMs)))
    await ask(deps, { tenant, mode: 'full', entities: null, requestId: `${requestId}/full`, needsOwnRun: true });
  const times = (await kept.inbox.waiting(LOOKED_AT)).map((hint) => settledAtMs(hint, settleMs));
  const later = times.filter((atMs) => atMs > nowMs);
  if (later.length < times.length) await ask(deps, { tenant, mode: 'incremental', entities: null, requestId, hints: true });
  return later.length === 0 ? null : Math.min(...later);
}

/** Null where the stored tenant file can't be read any more. A run would say so, and a person has to mend it first. */
function settleMsIn({ config }: StoredTenant, tenant: string): number | null {
  try {
    return settleMsOf(parseTenantConfig(config, `tenant ${tenant}`));
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

/** Asks for a run as `SyncClient` does. Under way, it lines up (A5). */
async function ask({ temporal, queuePrefix }: KeeperDeps, asked: SyncRequest & { readonly requestId: string }): Promise<void> {
  await temporal.workflow.executeUpdateWithStart<SyncTenant, SyncTicket, [SyncRequest]>(SYNC_NOW, {
    updateId: asked.requestId,
    args: [asked],
    startWorkflowOperation: new WithStartWorkflowOperation<SyncTenant>(SYNC_TENANT, startOf(asked, queuePrefix)),
  });
}
