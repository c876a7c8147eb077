import { VendorError } from '../../connectors/errors';
import type { Limiter, RateLimit } from '../../connectors/limits';
import type { Limits } from '../../store/limits';
import { createLeaseLane } from './lease-lane';
import type { LeaseLane } from './lease-lane';

export interface SharedLimiterDeps {
  readonly limits: Limits;
  readonly tenant: string;
  readonly vendor: 'hubspot' | 'officernd';
  /** One entry a class; `null` lets everything through until `penalise`. */
  readonly classes: Readonly<Record<string, RateLimit | null>>;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
}

/** A wait longer than this, which is more than HubSpot's window, is not waited out here: the slot is for somebody else. */
const LONGEST_WAIT_MS = 12_000;
/** Fewer calls in a window than this may not be enough for one record's reading and writing: handing back would begin it again for ever. */
const FEWEST_TO_HAND_BACK = 30;

/**
 * A limiter that all worker processes share: each asks MongoDB for as many calls as wait for it, in order of arrival, and for a few more
 * that are expected where there is room and calls are few, and asks again when the window has moved on. Calls that were leased and then
 * aborted are lost, never sent twice. Short waits are waited out; a long one is handed back as a `VendorError` of the kind `rate-limited`
 * that says when to come again, so that no tenant keeps the slots that others could use.
 */
export function createSharedLimiter({ limits, tenant, vendor, classes, sleep, now }: SharedLimiterDeps): Limiter {
  const lanes = new Map<string, LeaseLane>();
  const laneOf = (classKey: string): LeaseLane => {
    const limit = classes[classKey];
    if (limit === undefined) throw new Error(`There is no rate limit class '${classKey}'; known are ${Object.keys(classes).join(', ')}.`);
    const lane =
      lanes.get(classKey) ??
      createLeaseLane({
        lease: (request) => limits.lease(tenant, `${vendor}/${classKey}`, { ...request, limit }),
        noteUsed: (used) => limits.noteUsed(tenant, `${vendor}/${classKey}`, used),
        sleep,
        now,
        handBack: (waitMs) =>
          waitMs > LONGEST_WAIT_MS && (limit === null || limit.count >= FEWEST_TO_HAND_BACK) ? usedUp(vendor, classKey, waitMs) : null,
      });
    lanes.set(classKey, lane);
    return lane;
  };
  return {
    acquire: async (classKey, signal) => laneOf(classKey).acquire(signal),
    noteRoom: async (classKey, { max, remaining }) => {
      const lane = laneOf(classKey);
      const limit = classes[classKey] ?? null;
      if (limit !== null) await lane.noteUsed({ max, used: max - remaining, perMs: limit.perMs });
    },
    penalise: async (classKey, waitMs) => {
      laneOf(classKey).forgetAhead();
      await limits.silence(tenant, `${vendor}/${classKey}`, waitMs);
    },
  };
}

function usedUp(vendor: SharedLimiterDeps['vendor'], classKey: string, waitMs: number): VendorError {
  const message = `The limit of ${vendor} for ${classKey} calls is used up for ${Math.ceil(waitMs / 1_000)} s; the run goes on by itself.`;
  return new VendorError('rate-limited', message, { vendor, route: 'any', retryAfterMs: waitMs });
}
