import type { VendorError } from '../../connectors/errors';
import type { Lease, LeaseRequest, UsedWindow } from '../../store/limits';

/** One class of calls of one tenant and vendor in this process. */
export interface LeaseLane {
  /** As `Limiter.acquire`. */
  readonly acquire: (signal?: AbortSignal) => Promise<void>;
  /** Notes with the next lease, and soon in any case, what the vendor has told; the newest word counts. Resolves when it is noted. */
  readonly noteUsed: (used: UsedWindow) => Promise<void>;
  /** Gives up what was leased ahead: the vendor wants silence. */
  readonly forgetAhead: () => void;
}

export interface LeaseLaneDeps {
  readonly lease: (request: Pick<LeaseRequest, 'wanted' | 'ahead' | 'used'>) => Promise<Lease>;
  readonly noteUsed: (used: UsedWindow) => Promise<void>;
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What those who wait are told where the wait is too long, else null. */
  readonly handBack: (waitMs: number) => VendorError | null;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
}

/** So many calls are asked for at once at the most, so that one process can't take a whole window from the others. */
const LARGEST_LEASE = 20;
/**
 * As many calls are expected soon as there were a short while ago. Where those would be a whole lease, they wait for each other anyway, and
 * nothing is leased ahead: that counts later than it is sent, and all windows after it would begin later.
 */
const LOOK_BACK_MS = 400;
/** What the vendor has told waits so long for a lease to be noted with. */
const NOTE_WITHIN_MS = 100;

interface Waiting {
  readonly pass: () => void;
  readonly fail: (error: unknown) => void;
}

interface Lot {
  count: number;
  readonly goodUntilMs: number;
}

/**
 * Lets calls through in order of arrival, as many as MongoDB leases. While there is room and calls are few, some are leased ahead, so that
 * a call which follows another one, as the next page of a listing does, waits for nothing.
 */
export function createLeaseLane(deps: LeaseLaneDeps): LeaseLane {
  const { sleep, handBack, now } = deps;
  const waiting = new Set<Waiting>();
  let stock: Lot[] = [];
  let asked: number[] = [];
  let nap: AbortController | undefined;
  let serving = false;
  const used = createUsedNotes(deps);

  const inStock = (): number => {
    const time = now();
    stock = stock.filter(({ count, goodUntilMs }) => count > 0 && goodUntilMs > time);
    return stock.reduce((sum, { count }) => sum + count, 0);
  };
  const takeFromStock = (): boolean => {
    if (inStock() === 0) return false;
    const [first] = stock;
    if (first !== undefined) first.count -= 1;
    return true;
  };
  const expected = (): number => {
    const since = now() - LOOK_BACK_MS;
    asked = asked.filter((time) => time > since);
    return asked.length < LARGEST_LEASE ? asked.length : 0;
  };
  const isLow = (): boolean => inStock() < expected() / 2;

  const leaseOnce = async (): Promise<number | null> => {
    const wanted = Math.min(waiting.size, LARGEST_LEASE);
    const ahead = Math.max(0, Math.min(LARGEST_LEASE - wanted, expected() - inStock()));
    const startedAt = now();
    const { given, waitMs, goodForMs } = await used.noteWith((room) => deps.lease({ wanted, ahead, used: room }));
    const passing = [...waiting].slice(0, given);
    for (const { pass } of passing) pass();
    // Those that were wanted count as sent already: where nobody waits for them any more, they are lost.
    const left = given - Math.max(passing.length, wanted);
    if (left > 0) stock.push({ count: left, goodUntilMs: startedAt + goodForMs });
    // Nothing given ahead says nothing of those who wait.
    return given > 0 || wanted === 0 ? null : waitMs;
  };

  const serve = async (): Promise<void> => {
    if (serving) return;
    serving = true;
    // Those who ask at the same time are served together.
    await Promise.resolve();
    try {
      do {
        const waitMs = await leaseOnce();
        if (waitMs === null || waiting.size === 0) continue;
        const tooLong = handBack(waitMs);
        if (tooLong !== null) throw tooLong;
        nap = new AbortController();
        await sleep(waitMs, nap.signal).catch(() => undefined);
      } while (waiting.size > 0);
    } catch (error) {
      // The wait is too long, or MongoDB gives no answer and nothing is known of the limit: whoever waits hears of it and tries again
      // later.
      for (const { fail } of waiting) fail(error);
    } finally {
      serving = false;
    }
  };

  return {
    acquire: async (signal) => {
      signal?.throwIfAborted();
      asked.push(now());
      if (waiting.size === 0 && takeFromStock()) {
        if (isLow()) void serve();
        return;
      }
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
    noteUsed: (room) => used.note(room),
    forgetAhead: () => {
      stock = [];
    },
  };
}

interface UsedNotes {
  readonly note: (used: UsedWindow) => Promise<void>;
  /** Makes a request that notes what there is to note, too. */
  readonly noteWith: <T>(request: (used: UsedWindow | null) => Promise<T>) => Promise<T>;
}

/** Every answer tells of the window, and only the newest word counts: it goes with the next lease, or by itself where none follows soon. */
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
        // Whoever listens is told when it fails.
        if (listening.length === 1) void noteSoon().catch(() => undefined);
      }),
  };
}
