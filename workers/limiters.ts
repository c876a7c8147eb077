import { createLocalLimiter, sleepUnlessAborted } from '../connectors/limits';
import type { Limits } from '../store/store';
import type { LimiterFactory } from './connectors';
import { createSharedLimiter } from './shared-limiter';

/** Limits kept in this process alone: for what must write nothing anywhere, checks and previews. A vendor's own 429 still corrects them. */
export const localLimiters: LimiterFactory = (_vendor, limits) => createLocalLimiter({ limits, now: Date.now, sleep: sleepUnlessAborted });

/** Limits that all worker processes keep together. */
export const sharedLimiters =
  (limits: Limits, tenant: string): LimiterFactory =>
  (vendor, classes) =>
    createSharedLimiter({ limits, tenant, vendor, classes, sleep: sleepUnlessAborted });
