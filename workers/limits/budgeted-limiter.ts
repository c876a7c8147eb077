import { VendorError } from '../../connectors/errors';
import type { Limiter, Place } from '../../connectors/limits';
import type { BudgetLot } from '../../store/budgets';

export interface BudgetedLimiterDeps {
  /** The limiter that keeps the vendor's own limits. */
  readonly limiter: Limiter;
  readonly tenant: string;
  readonly vendor: 'hubspot' | 'officernd';
  /** The tenant's `limits.<vendor>.perDay`. */
  readonly perDay: number;
  /** Takes up to `wanted` of the day's remaining calls. */
  readonly take: (wanted: number) => Promise<BudgetLot>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A process takes this part of the day's calls at a time. That needs few round trips, and little is lost when a process ends. */
const LOT_SHARE = 1 / 200;
const LARGEST_LOT = 50;

/**
 * A limiter that also keeps a daily budget. The way of one call:
 *
 * | step | what happens |
 * |---|---|
 * | this process has calls of today's lot left | one is taken from the lot |
 * | the lot is empty, or its day is over | the process takes a new lot in MongoDB (`store/budgets.ts`), once for all waiting calls |
 * | MongoDB gives none: the day's calls are used up | `acquire` throws a `VendorError` with the time until the next day |
 * | then | the vendor's own limiter decides when the call passes; if that fails, the call goes back into the lot |
 *
 * It throws instead of waiting for the next day, because a waiting call would hold a slot that other tenants could use.
 */
export function createBudgetedLimiter({ limiter, tenant, vendor, perDay, take, now }: BudgetedLimiterDeps): Limiter {
  const lotSize = Math.max(1, Math.min(LARGEST_LOT, Math.floor(perDay * LOT_SHARE)));
  let left = 0;
  let goodUntilMs = 0;
  let taking: Promise<void> | undefined;

  const refill = async (): Promise<void> => {
    const { given, resetsAt } = await take(lotSize);
    if (given === 0) throw dayUsedUp({ tenant, vendor, perDay, resetsAt, nowMs: now() });
    left = given;
    goodUntilMs = resetsAt.getTime();
  };

  const takeOne = async (signal: AbortSignal | undefined): Promise<void> => {
    while (left === 0 || now() >= goodUntilMs) {
      taking ??= refill().finally(() => {
        taking = undefined;
      });
      await taking;
      signal?.throwIfAborted();
    }
    left -= 1;
  };

  return {
    ...limiter,
    acquire: async (classKey, signal) => {
      signal?.throwIfAborted();
      await takeOne(signal);
      try {
        await limiter.acquire(classKey, signal);
      } catch (error) {
        left += 1;
        throw error;
      }
    },
    reserve: async (classKey, most, signal) => {
      signal?.throwIfAborted();
      await takeOne(signal);
      const taken = 1 + Math.min(most - 1, left);
      left -= taken - 1;
      let places: readonly Place[] = [];
      try {
        places = await limiter.reserve(classKey, taken, signal);
        return places;
      } finally {
        left += taken - places.length;
      }
    },
  };
}

interface UsedDay extends Pick<BudgetedLimiterDeps, 'tenant' | 'vendor' | 'perDay'> {
  readonly resetsAt: Date;
  readonly nowMs: number;
}

function dayUsedUp({ tenant, vendor, perDay, resetsAt, nowMs }: UsedDay): VendorError {
  const setting = `limits.${vendor}.perDay`;
  const until = `${resetsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const message =
    `Today's ${perDay} calls (${setting}) are used up; the run goes on by itself at ${until}. ` +
    `To go on earlier, raise the number with "orsync tenant apply", then "orsync resume ${tenant}".`;
  return new VendorError('rate-limited', message, {
    vendor,
    route: 'any',
    setting,
    // At least a second: the clock of another process may be a little behind.
    retryAfterMs: Math.max(1_000, resetsAt.getTime() - nowMs),
  });
}
