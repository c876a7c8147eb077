import type { Client } from '@temporalio/client';
import { wakeKeeper } from '../client/hints/receive';
import type { Store } from '../store/store';

/** A keeper that was told needs no longer than this. */
const OVERDUE_MS = 5 * 60_000;
/** Hints that have waited for longer wait for a person, such as before a first sync. */
const GIVEN_UP_MS = 60 * 60_000;

/**
 * Wakes keepers whose hints wait for too long, as when a program died between storing a hint and telling of it (T1). It looks at the beginning,
 * and then once in five minutes. Without such hints it costs one query.
 */
export function startWakingKeepers(deps: { readonly store: Store; readonly temporal: Client; readonly prefix: string }): {
  readonly stop: () => void;
} {
  let isFirst = true;
  const look = async (): Promise<void> => {
    const nowMs = Date.now();
    const since = isFirst
      ? { after: new Date(0), before: new Date(nowMs) }
      : { after: new Date(nowMs - GIVEN_UP_MS), before: new Date(nowMs - OVERDUE_MS) };
    const tenants = await deps.store.tenantsWaiting(since);
    isFirst = false;
    for (const tenant of tenants) await wakeKeeper(deps.temporal, deps.prefix, tenant);
  };
  // The next look, or that of another worker, takes what this one could not.
  const tryToLook = (): void => void look().catch(() => undefined);
  tryToLook();
  const timer = setInterval(tryToLook, OVERDUE_MS);
  return { stop: () => clearInterval(timer) };
}
