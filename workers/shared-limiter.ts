import { VendorError } from '../connectors/errors';
import type { Limiter, RateLimit } from '../connectors/limits';
import type { Limits } from '../store/store';

export interface SharedLimiterDeps {
  readonly limits: Limits;
  readonly tenant: string;
  readonly vendor: 'hubspot' | 'officernd';
  /** One entry a class; `null` lets everything through until `penalise`. */
  readonly classes: Readonly<Record<string, RateLimit | null>>;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** So many calls are asked for at once at the most, so that one process can't take a whole window from the others. */
const LARGEST_LEASE = 20;

/** A wait longer than this, which is more than HubSpot's window, is not waited out here: the slot is for somebody else. */
const LONGEST_WAIT_MS = 12_000;
/** Fewer calls in a window than this may not be enough for one record's reading and writing: handing back would begin it again for ever. */
const FEWEST_TO_HAND_BACK = 30;

/**
 * A limiter that all worker processes share: each asks MongoDB for as many calls as wait for it, in order of arrival, and asks again when the
 * window has moved on. Calls that were leased and then aborted are lost, never sent twice. Short waits are waited out; a long one is handed back
 * as a `VendorError` of the kind `rate-limited` that says when to come again, so that no tenant keeps the slots that others could use.
 */
export function createSharedLimiter({ limits, tenant, vendor, classes, sleep }: SharedLimiterDeps): Limiter {
  const lanes = new Map<string, Lane>();
  const laneOf = (classKey: string): Lane => {
    const limit = classes[classKey];
    if (limit === undefined) throw new Error(`There is no rate limit class '${classKey}'; known are ${Object.keys(classes).join(', ')}.`);
    const lane =
      lanes.get(classKey) ??
      createLane({
        lease: (wanted) => limits.lease(tenant, `${vendor}/${classKey}`, { wanted, limit }),
        sleep,
        handBack: (waitMs) =>
          waitMs > LONGEST_WAIT_MS && (limit === null || limit.count >= FEWEST_TO_HAND_BACK) ? usedUp(vendor, classKey, waitMs) : null,
      });
    lanes.set(classKey, lane);
    return lane;
  };
  return {
    acquire: async (classKey, signal) => laneOf(classKey).acquire(signal),
    noteRoom: async (classKey, { max, remaining }) => {
      laneOf(classKey);
      const limit = classes[classKey] ?? null;
      if (limit !== null) await limits.noteUsed(tenant, `${vendor}/${classKey}`, { max, used: max - remaining, perMs: limit.perMs });
    },
    penalise: async (classKey, waitMs) => {
      laneOf(classKey);
      await limits.silence(tenant, `${vendor}/${classKey}`, waitMs);
    },
  };
}

function usedUp(vendor: SharedLimiterDeps['vendor'], classKey: string, waitMs: number): VendorError {
  const message = `The limit of ${vendor} for ${classKey} calls is used up for ${Math.ceil(waitMs / 1_000)} s; the run goes on by itself.`;
  return new VendorError('rate-limited', message, { vendor, route: 'any', retryAfterMs: waitMs });
}

interface Lane {
  readonly acquire: (signal?: AbortSignal) => Promise<void>;
}

interface Waiting {
  readonly pass: () => void;
  readonly fail: (error: unknown) => void;
}

interface LaneDeps extends Pick<SharedLimiterDeps, 'sleep'> {
  readonly lease: (wanted: number) => ReturnType<Limits['lease']>;
  /** What those who wait are told where the wait is too long, else null. */
  readonly handBack: (waitMs: number) => VendorError | null;
}

function createLane({ lease, sleep, handBack }: LaneDeps): Lane {
  const waiting = new Set<Waiting>();
  let nap: AbortController | undefined;
  let serving = false;

  const serve = async (): Promise<void> => {
    if (serving) return;
    serving = true;
    try {
      while (waiting.size > 0) {
        const { given, waitMs } = await lease(Math.min(waiting.size, LARGEST_LEASE));
        for (const { pass } of [...waiting].slice(0, given)) pass();
        if (given > 0 || waiting.size === 0) continue;
        const tooLong = handBack(waitMs);
        if (tooLong !== null) throw tooLong;
        nap = new AbortController();
        await sleep(waitMs, nap.signal).catch(() => undefined);
      }
    } catch (error) {
      // The wait is too long, or MongoDB gives no answer and nothing is known of the limit: whoever waits hears of it and tries again later.
      for (const { fail } of waiting) fail(error);
    } finally {
      serving = false;
    }
  };

  return {
    acquire: async (signal) => {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const done = (settle: () => void): void => {
          signal?.removeEventListener('abort', leave);
          waiting.delete(entry);
          settle();
        };
        const entry: Waiting = { pass: () => done(resolve), fail: (error) => done(() => reject(error)) };
        const leave = (): void => {
          entry.fail(signal?.reason);
          if (waiting.size === 0) nap?.abort();
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.add(entry);
        void serve();
      });
    },
  };
}
