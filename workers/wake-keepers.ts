import type { Client } from '@temporalio/client';
import { wakeKeeper } from '../client/hints/receive';
import type { Store } from '../store/store';

/** A keeper that was told needs no longer than this. */
const OVERDUE_MS = 5 * 60_000;

/**
 * Wakes keepers whose hints wait for too long, as when a program died between storing a hint and telling of it (T1). It looks at the beginning,
 * and then once in five minutes at what has become overdue since. Without such hints it costs one query.
 */
export function startWakingKeepers(deps: { readonly store: Store; readonly temporal: Client; readonly prefix: string }): {
  readonly stop: () => void;
} {
  let lookedUpTo = new Date(0);
  const look = async (): Promise<void> => {
    const before = new Date(Date.now() - (lookedUpTo.getTime() === 0 ? 0 : OVERDUE_MS));
    const tenants = await deps.store.tenantsWaiting({ after: lookedUpTo, before });
    lookedUpTo = before;
    for (const tenant of tenants) await wakeKeeper(deps.temporal, deps.prefix, tenant);
  };
  // The next look, or that of another worker, takes what this one could not.
  const tryToLook = (): void => void look().catch(() => undefined);
  tryToLook();
  const timer = setInterval(tryToLook, OVERDUE_MS);
  return { stop: () => clearInterval(timer) };
}
