import type { TenantConfig } from '../../config/tenant-config';
import { realClocks } from '../../connectors/clocks';
import { createLocalLimiter, sleepUnlessAborted } from '../../connectors/limits';
import type { Limiter, RateLimit } from '../../connectors/limits';
import { startOfNextDay } from '../../domain/values/time-zone';
import type { Store } from '../../store/store';
import { createBudgetedLimiter } from './budgeted-limiter';
import { createSharedLimiter } from './shared-limiter';

/** Makes the limiter for one vendor from its limits by class. */
export type LimiterFactory = (vendor: 'hubspot' | 'officernd', classes: Readonly<Record<string, RateLimit | null>>) => Limiter;

/** A clock that nobody can set back. */
const monotonicMs = (): number => performance.now();

/**
 * Limits that this process keeps alone, for checks and previews, which must write nothing. A vendor's 429 still corrects them. Daily
 * budgets are not kept.
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
    const limiter: Limiter = createSharedLimiter({ limits, tenant, vendor, classes, sleep: sleepUnlessAborted, clocks: realClocks });
    const { perDay } = config.limits[vendor];
    if (perDay === null) return limiter;
    // Without a configured zone, the portal's zone is known from the last run. A tenant's first run counts days in UTC.
    const zone = async (): Promise<string> => timeZone ?? (await forTenant(tenant).runs.latest())?.mapping.timeZone ?? 'UTC';
    const take = async (wanted: number) =>
      budgets.take(tenant, vendor, { wanted, perDay, resetsAt: new Date(startOfNextDay(Date.now(), await zone())) });
    return createBudgetedLimiter({ limiter, tenant, vendor, perDay, take, now: Date.now });
  };
