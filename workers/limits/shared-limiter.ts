import type { Clocks } from '../../connectors/clocks';
import { VendorError } from '../../connectors/errors';
import { placesFor } from '../../connectors/limits';
import type { Limiter, RateLimit } from '../../connectors/limits';
import type { Limits } from '../../store/limits';
import { createLeaseLane } from './lease-lane';
import type { LeaseLane } from './lease-lane';

export interface SharedLimiterDeps {
  readonly limits: Limits;
  readonly tenant: string;
  readonly vendor: 'hubspot' | 'officernd';
  /** One entry for each class. `null` lets every call pass, except after `penalise`. */
  readonly classes: Readonly<Record<string, RateLimit | null>>;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly clocks: Clocks;
}

/** A longer wait is handed back. This is a little more than HubSpot's window of ten seconds. */
const HAND_BACK_ABOVE_MS = 12_000;
/**
 * With fewer calls in a window, a wait is never handed back. Such a window may be too small to read and write one record, so the record
 * would be started again and again.
 */
const FEWEST_TO_HAND_BACK = 30;

/** A lease is at most this part of a window. */
const LARGEST_SHARE = 1 / 5;
/** A share of a small window may be fewer calls than this, and each lease costs a call of MongoDB. */
const FEWEST_AT_ONCE = 20;

/** The most calls that one process leases at once. Without a limit no process takes anything from the others. */
const largestLeaseOf = (limit: RateLimit | null): number =>
  limit === null ? Number.POSITIVE_INFINITY : Math.max(FEWEST_AT_ONCE, Math.floor(limit.count * LARGEST_SHARE));

/**
 * A limiter that all worker processes share. This table says who counts what, and when:
 *
 * | event | this process (`lease-lane.ts`, a lane for each class) | MongoDB (`store/limits.ts`, a document for each class) |
 * |---|---|---|
 * | calls ask | they wait in order of arrival; the lane asks for a lease for all of them | counts the leased calls as sent, from now on |
 * | places are taken ahead of their calls (M8) | they wait like calls; the lane asks for as many as there is room for | counts them from the end of their use on |
 * | the window is full | waits as long as MongoDB says, then asks again | says when the oldest calls leave the window |
 * | that wait is long | hands it back: all waiting calls fail as `rate-limited` with the time to wait | |
 * | an answer says what the account has left | notes it with the next lease, or after 0.1 s | for one window, gives out only what others leave |
 * | a 429 | | gives nothing out until the silence ends |
 * | a waiting call is aborted after its lease | the call is lost | it stays counted |
 * | the answer to a lease comes late, as to a host that stood still | asks for another lease | both stay counted |
 *
 * So a call is never sent twice for one count. A long wait is handed back so that the tenant does not hold slots that others could use.
 */
export function createSharedLimiter({ limits, tenant, vendor, classes, sleep, clocks }: SharedLimiterDeps): Limiter {
  const lanes = new Map<string, LeaseLane>();
  const laneOf = (classKey: string): LeaseLane => {
    const limit = classes[classKey];
    if (limit === undefined) throw new Error(`There is no rate limit class '${classKey}'; known are ${Object.keys(classes).join(', ')}.`);
    const lane =
      lanes.get(classKey) ??
      createLeaseLane({
        largestLease: largestLeaseOf(limit),
        lease: (request) => limits.lease(tenant, `${vendor}/${classKey}`, { ...request, limit }),
        noteUsed: (used) => limits.noteUsed(tenant, `${vendor}/${classKey}`, used),
        sleep,
        clocks,
        handBack: (waitMs) =>
          waitMs > HAND_BACK_ABOVE_MS && (limit === null || limit.count >= FEWEST_TO_HAND_BACK)
            ? limitUsedUp(vendor, classKey, waitMs)
            : null,
      });
    lanes.set(classKey, lane);
    return lane;
  };
  return {
    acquire: async (classKey, signal) => laneOf(classKey).acquire(signal),
    reserve: async (classKey, most, signal) => placesFor(await laneOf(classKey).reserve(most, signal)),
    noteRoom: async (classKey, { max, remaining }) => {
      const lane = laneOf(classKey);
      const limit = classes[classKey] ?? null;
      if (limit !== null) await lane.noteUsed({ max, used: max - remaining, perMs: limit.perMs });
    },
    penalise: (classKey, waitMs) => limits.silence(tenant, `${vendor}/${classKey}`, waitMs),
  };
}

function limitUsedUp(vendor: SharedLimiterDeps['vendor'], classKey: string, waitMs: number): VendorError {
  const message = `The limit of ${vendor} for ${classKey} calls is used up for ${Math.ceil(waitMs / 1_000)} s; the run goes on by itself.`;
  return new VendorError('rate-limited', message, { vendor, route: 'any', retryAfterMs: waitMs });
}
