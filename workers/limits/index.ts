import type { TenantConfig } from '../../config/tenant-config';
import { createLocalLimiter, sleepUnlessAborted } from '../../connectors/limits';
import type { Limiter, RateLimit } from '../../connectors/limits';
import { startOfNextDay } from '../../domain/values/time-zone';
import type { Store } from '../../store/store';
import { createBudgetedLimiter } from './budgeted-limiter';
import { createSharedLimiter } from './shared-limiter';

/** Makes the limiter for one vendor, of limits by class. */
export type LimiterFactory = (vendor: 'hubspot' | 'officernd', classes: Readonly<Record<string, RateLimit | null>>) => Limiter;

/** A clock that nobody sets. */
const monotonicMs = (): number => performance.now();

/**
 * Limits kept in this process alone: for what must write nothing anywhere, checks and previews. A vendor's own answers still correct them.
 * Daily budgets are not kept.
 */
export const localLimiters: LimiterFactory = (_vendor, limits) =>
  createLocalLimiter({ limits, now: monotonicMs, sleep: sleepUnlessAborted });

/** Limits and daily budgets that all worker processes keep together. */
export const sharedLimiters =
  (
    { limits, budgets, forTenant }: Pick<Store, 'limits' | 'budgets' | 'forTenant'>,
    { tenant, timeZone, ...config }: TenantConfig,
  ): LimiterFactory =>
  (vendor, classes) => {
    const limiter: Limiter = createSharedLimiter({ limits, tenant, vendor, classes, sleep: sleepUnlessAborted, now: monotonicMs });
    const { perDay } = config.limits[vendor];
    if (perDay === null) return limiter;
    // The portal's zone is known from earlier runs; the very first one of a tenant without a zone of its own counts by UTC.
    const zone = async (): Promise<string> => timeZone ?? (await forTenant(tenant).runs.latest())?.mapping.timeZone ?? 'UTC';
    const take = async (wanted: number) =>
      budgets.take(tenant, vendor, { wanted, perDay, resetsAt: new Date(startOfNextDay(Date.now(), await zone())) });
    return createBudgetedLimiter({ limiter, tenant, vendor, perDay, take, now: Date.now });
  };
