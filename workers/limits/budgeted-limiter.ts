import { VendorError } from '../../connectors/errors';
import type { Limiter } from '../../connectors/limits';
import type { BudgetLot } from '../../store/budgets';

export interface BudgetedLimiterDeps {
  /** Keeps the vendor's own limits. */
  readonly limiter: Limiter;
  readonly tenant: string;
  readonly vendor: 'hubspot' | 'officernd';
  /** The tenant's `limits.<vendor>.perDay`. */
  readonly perDay: number;
  /** Takes up to `wanted` calls of what the day still has. */
  readonly take: (wanted: number) => Promise<BudgetLot>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A process takes this part of the day's calls at a time: few enough round trips, and little is lost with a process that ends. */
const LOT_SHARE = 1 / 200;
const LARGEST_LOT = 50;

/**
 * A limiter that also keeps a daily budget. Waiting for tomorrow is nothing to hold a slot for: when the day's calls are used up, `acquire`
 * throws a `VendorError` that tells how long it is until then. One call that was taken and not sent is given to the next.
 */
export function createBudgetedLimiter({ limiter, tenant, vendor, perDay, take, now }: BudgetedLimiterDeps): Limiter {
  const lotSize = Math.max(1, Math.min(LARGEST_LOT, Math.floor(perDay * LOT_SHARE)));
  let left = 0;
  let goodUntilMs = 0;
  let taking: Promise<void> | undefined;

  const refill = async (): Promise<void> => {
    const { given, resetsAt } = await take(lotSize);
    if (given === 0) throw usedUp({ tenant, vendor, perDay, resetsAt, nowMs: now() });
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
  };
}

interface Spent extends Pick<BudgetedLimiterDeps, 'tenant' | 'vendor' | 'perDay'> {
  readonly resetsAt: Date;
  readonly nowMs: number;
}

function usedUp({ tenant, vendor, perDay, resetsAt, nowMs }: Spent): VendorError {
  const setting = `limits.${vendor}.perDay`;
  const until = `${resetsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const message =
    `Today's ${perDay} calls (${setting}) are used up; the run goes on by itself at ${until}. ` +
    `To go on earlier, raise the number with "orsync tenant apply", then "orsync resume ${tenant}".`;
  return new VendorError('rate-limited', message, {
    vendor,
    route: 'any',
    setting,
    // Never at once: another process's clock may be a little behind.
    retryAfterMs: Math.max(1_000, resetsAt.getTime() - nowMs),
  });
}
