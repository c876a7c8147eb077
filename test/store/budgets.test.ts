import { VendorError } from '../../connectors/errors';
import type { Limiter } from '../../connectors/limits';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { startOfNextDay } from '../../domain/values/time-zone';
import { createBudgetedLimiter } from '../../workers/limits/budgeted-limiter';
import { mongodbUri, openTestStore } from './test-store';
import type { TestStore } from './test-store';

/** All processes together count a tenant's daily calls. Two limiters on one store stand for two processes. The test moves the clock. */

const ZONE = 'Europe/London';
const clock = { ms: Date.parse('2030-05-01T12:00:00Z') };

let own: TestStore;
let store: Store;

beforeAll(async () => {
  own = await openTestStore();
  store = await connectStore({ uri: mongodbUri(), databaseName: own.db.databaseName, historyDays: 30, now: () => new Date(clock.ms) });
});
afterAll(async () => {
  await store.close();
  await own.drop();
});
beforeEach(() => {
  clock.ms = Date.parse('2030-05-01T12:00:00Z');
});

const unlimited: Limiter = {
  acquire: async () => undefined,
  reserve: async () => [],
  penalise: async () => undefined,
  noteRoom: async () => undefined,
};

/** A process with a daily limit. Its `takes` grow with every round trip to MongoDB. */
function processOf(tenant: string, perDay: number, limiter = unlimited) {
  const takes: number[] = [];
  const budgeted = createBudgetedLimiter({
    limiter,
    tenant,
    vendor: 'hubspot',
    perDay,
    now: () => clock.ms,
    take: async (wanted) => {
      takes.push(wanted);
      return store.budgets.take(tenant, 'hubspot', { wanted, perDay, resetsAt: new Date(startOfNextDay(clock.ms, ZONE)) });
    },
  });
  return { takes, acquire: (signal?: AbortSignal) => budgeted.acquire('general', signal) };
}

/** The number of calls that pass when `count` calls are made at the same time. */
async function passing(count: number, ...processes: readonly { readonly acquire: () => Promise<void> }[]): Promise<number> {
  const outcomes = await Promise.allSettled(processes.flatMap(({ acquire }) => Array.from({ length: count }, () => acquire())));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

test('two processes together never send more than the day has, and use it up', async () => {
  expect(await passing(20, processOf('both', 25), processOf('both', 25))).toBe(25);
});

test('a used-up day ends at the zone’s midnight, and the next one has all its calls', async () => {
  const one = processOf('days', 3);
  expect(await passing(5, one)).toBe(3);
  const error: unknown = await one.acquire().catch((reason: unknown) => reason);
  // British Summer Time: the day ends at 23:00 UTC, eleven hours from noon.
  expect(error).toBeInstanceOf(VendorError);
  expect(error).toMatchObject({ kind: 'rate-limited', details: { setting: 'limits.hubspot.perDay', retryAfterMs: 11 * 3_600_000 } });
  expect(error).toMatchObject({ message: expect.stringContaining('goes on by itself at 2030-05-01 23:00 UTC') });
  clock.ms += 11 * 3_600_000 - 1;
  expect(await passing(1, one)).toBe(0);
  clock.ms += 1;
  expect(await passing(5, one, processOf('days', 3))).toBe(3);
});

test('calls that were taken yesterday and not sent are not today’s', async () => {
  const one = processOf('leftover', 400);
  expect(await passing(1, one)).toBe(1);
  expect(one.takes).toEqual([2]);
  clock.ms += 86_400_000;
  expect(await passing(400, one)).toBe(400);
  expect(await passing(1, one)).toBe(0);
});

test('a larger budget takes calls in lots, few round trips for many calls', async () => {
  const one = processOf('lots', 100_000);
  expect(await passing(500, one)).toBe(500);
  expect(one.takes).toHaveLength(10);
});

test('a raised number counts at once, a lowered one too', async () => {
  expect(await passing(5, processOf('raised', 2))).toBe(2);
  expect(await passing(5, processOf('raised', 4))).toBe(2);
  expect(await passing(5, processOf('raised', 3))).toBe(0);
});

test('tenants and vendors have budgets of their own', async () => {
  expect(await passing(5, processOf('mine', 2))).toBe(2);
  expect(await passing(5, processOf('yours', 2))).toBe(2);
  expect(await store.budgets.take('mine', 'officernd', { wanted: 1, perDay: 2, resetsAt: new Date(clock.ms + 1) })).toMatchObject({
    given: 1,
  });
});

test('a call that was given up while it waited for the vendor’s limit is not counted', async () => {
  const one = processOf('aborted', 1, { ...unlimited, acquire: async (_class, signal) => signal?.throwIfAborted() });
  const stop = new AbortController();
  const waiting = one.acquire(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  expect(await passing(1, one)).toBe(1);
});
