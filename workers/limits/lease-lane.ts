import { elapsedMs } from '../../connectors/clocks';
import type { Clocks } from '../../connectors/clocks';
import type { VendorError } from '../../connectors/errors';
import { PLACE_MS } from '../../connectors/limits';
import type { Lease, LeaseRequest, UsedWindow } from '../../store/limits';

/** One class of calls of one tenant and vendor in this process. */
export interface LeaseLane {
  /** See `Limiter.acquire`. */
  readonly acquire: (signal?: AbortSignal) => Promise<void>;
  /** See `Limiter.reserve`. Returns the number of calls that may be sent. */
  readonly reserve: (most: number, signal?: AbortSignal) => Promise<number>;
  /** Notes how much of the account's window is used: with the next lease, or alone soon after. The newest note counts. */
  readonly noteUsed: (used: UsedWindow) => Promise<void>;
}

export interface LeaseLaneDeps {
  /** The most calls of one lease, so that one process can't take a whole window from the others. */
  readonly largestLease: number;
  readonly lease: (request: Pick<LeaseRequest, 'wanted' | 'heldMs' | 'used'>) => Promise<Lease>;
  readonly noteUsed: (used: UsedWindow) => Promise<void>;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A lease is young only by both: one of them may have stood still. */
  readonly clocks: Clocks;
  /** Returns the error with which waiting calls fail if the wait is too long, else null. */
  readonly handBack: (waitMs: number) => VendorError | null;
}

/** So many leases in a row are given up because they came late. A MongoDB that is always slow is believed then. */
const MOST_LATE = 2;
/** A note waits this long for a lease to travel with. */
const NOTE_WITHIN_MS = 100;

interface WaitingCall {
  /** The calls that it can use at once. */
  readonly most: number;
  /** Whether its calls are places, which are sent a little later. */
  readonly isHeld: boolean;
  readonly pass: (count: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Lets calls pass in order of arrival, as many as MongoDB leases. The states of a lane:
 *
 * | state | a call that asks | how the state ends |
 * |---|---|---|
 * | idle: no call waits | waits | at once: leasing |
 * | leasing: a request is at MongoDB | waits | calls given: as many pass. None given: sleeping, or the wait is handed back. Given too late, as to a host that stood still: leasing again |
 * | sleeping: the window is full, or there is a silence | waits | the time is over: leasing. All waiting calls were aborted: idle |
 * | handing back: the wait is too long | | all waiting calls fail as `rate-limited`: idle |
 * | failed: MongoDB did not answer | | all waiting calls fail with its error: idle |
 */
export function createLeaseLane(deps: LeaseLaneDeps): LeaseLane {
  const { largestLease, sleep, handBack, clocks } = deps;
  const waiting = new Set<WaitingCall>();
  let sleeping: AbortController | undefined;
  let serving = false;
  let late = 0;
  const used = createUsedNotes(deps);

  /** The first of those that wait, and all behind it that are of its kind. Places and calls count from different times. */
  const nextToPass = (isHeld: boolean): readonly WaitingCall[] => {
    const all = [...waiting];
    const end = all.findIndex((one) => one.isHeld !== isHeld);
    return end === -1 ? all : all.slice(0, end);
  };

  const leaseOnce = async (): Promise<number | null> => {
    const [first] = waiting;
    const isHeld = first?.isHeld ?? false;
    const wanted = Math.min(
      nextToPass(isHeld).reduce((sum, { most }) => sum + most, 0),
      largestLease,
    );
    const askedAt = clocks();
    const { given, waitMs } = await used.noteWith((room) => deps.lease({ wanted, heldMs: isHeld ? PLACE_MS : 0, used: room }));
    // The window counts these calls from a time that is over. They stay counted, and are not sent.
    late = given > 0 && elapsedMs(askedAt, clocks()) > PLACE_MS ? late + 1 : 0;
    if (late > 0 && late <= MOST_LATE) return null;
    late = 0;
    let toPass = given;
    for (const { most, pass } of nextToPass(isHeld)) {
      if (toPass === 0) break;
      const count = Math.min(most, toPass);
      toPass -= count;
      pass(count);
    }
    // If callers have gone in the meantime, their calls are lost: they are counted as sent already.
    return given > 0 || wanted === 0 ? null : waitMs;
  };

  const serve = async (): Promise<void> => {
    if (serving) return;
    serving = true;
    // One turn later, so that calls which ask at the same time share one lease.
    await Promise.resolve();
    try {
      do {
        const waitMs = await leaseOnce();
        if (waitMs === null || waiting.size === 0) continue;
        const tooLong = handBack(waitMs);
        if (tooLong !== null) throw tooLong;
        sleeping = new AbortController();
        await sleep(waitMs, sleeping.signal).catch(() => undefined);
      } while (waiting.size > 0);
    } catch (error) {
      // The wait is too long, or MongoDB did not answer and the limit is unknown: all waiting calls fail, and their activities try again.
      for (const { fail } of waiting) fail(error);
    } finally {
      serving = false;
    }
  };

  const wait = (kind: Pick<WaitingCall, 'most' | 'isHeld'>, signal: AbortSignal | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        signal?.removeEventListener('abort', leave);
        waiting.delete(entry);
        settle();
      };
      const entry: WaitingCall = { ...kind, pass: (count) => done(() => resolve(count)), fail: (error) => done(() => reject(error)) };
      const leave = (): void => {
        entry.fail(signal?.reason);
        if (waiting.size === 0) sleeping?.abort();
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(entry);
      void serve();
    });

  return {
    acquire: async (signal) => {
      signal?.throwIfAborted();
      await wait({ most: 1, isHeld: false }, signal);
    },
    reserve: async (most, signal) => {
      signal?.throwIfAborted();
      return wait({ most, isHeld: true }, signal);
    },
    noteUsed: (room) => used.note(room),
  };
}

interface UsedNotes {
  /** Resolves when this note, or a newer one, was noted. */
  readonly note: (used: UsedWindow) => Promise<void>;
  /** Makes a request that takes the newest note along. */
  readonly noteWith: <T>(request: (used: UsedWindow | null) => Promise<T>) => Promise<T>;
}

/**
 * Every answer brings a note on the window, but only the newest one counts. It travels with the next lease, or alone if none follows soon.
 */
function createUsedNotes({ noteUsed, sleep }: Pick<LeaseLaneDeps, 'noteUsed' | 'sleep'>): UsedNotes {
  let newest: UsedWindow | null = null;
  let listening: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  const noteWith: UsedNotes['noteWith'] = async (request) => {
    const [used, told] = [newest, listening];
    [newest, listening] = [null, []];
    try {
      const answer = await request(used);
      for (const { resolve } of told) resolve();
      return answer;
    } catch (error) {
      for (const { reject } of told) reject(error);
      throw error;
    }
  };
  const noteSoon = async (): Promise<void> => {
    const mine = listening;
    await sleep(NOTE_WITHIN_MS, new AbortController().signal);
    if (listening === mine) await noteWith((used) => (used === null ? Promise.resolve() : noteUsed(used)));
  };

  return {
    noteWith,
    note: (used) =>
      new Promise((resolve, reject) => {
        newest = used;
        listening.push({ resolve, reject });
        // After a failure, `noteWith` has already rejected the promise of each listener.
        if (listening.length === 1) void noteSoon().catch(() => undefined);
      }),
  };
}
