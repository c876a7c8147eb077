import { z } from 'zod';
import { VendorError } from '../../connectors/errors';
import { sleepUnlessAborted } from '../../connectors/limits';
import type { Limiter } from '../../connectors/limits';
import type { LeaseRequest, Limits } from '../../store/limits';
import { createSharedLimiter } from '../../workers/shared-limiter';
import { useTestStore } from './test-store';

/** Architecture.md §4: one limit for all worker processes. Two limiters on one store stand for two processes. */

const LIMIT = { count: 10, perMs: 400 };
/** A call is seen by its process a little after MongoDB has counted it. */
const SLACK_MS = 60;

const own = useTestStore();

const limiterOf = (tenant: string, limits: Limits = own.store.limits): Limiter =>
  createSharedLimiter({
    limits,
    tenant,
    vendor: 'hubspot',
    classes: {
      general: LIMIT,
      free: null,
      minute: { count: 30, perMs: 60_000 },
      few: { count: 2, perMs: 13_000 },
      wide: { count: 200, perMs: 10_000 },
    },
    sleep: sleepUnlessAborted,
  });

async function passTimes(limiters: readonly Limiter[], each: number): Promise<readonly number[]> {
  const times = await Promise.all(
    limiters.flatMap((limiter) =>
      Array.from({ length: each }, async () => {
        await limiter.acquire('general');
        return Date.now();
      }),
    ),
  );
  return times.sort((one, other) => one - other);
}

test('two processes together stay within the limit, and use it', async () => {
  const times = await passTimes([limiterOf('both'), limiterOf('both')], 15);
  for (const [index, time] of times.entries()) {
    const later = times[index + LIMIT.count];
    if (later !== undefined) expect(later - time).toBeGreaterThan(LIMIT.perMs - SLACK_MS);
  }
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(4 * LIMIT.perMs);
});

/** The store's limits, and what is asked of them. */
function watchedLimits(): { readonly limits: Limits; readonly leases: LeaseRequest[]; readonly notes: number[] } {
  const [leases, notes]: [LeaseRequest[], number[]] = [[], []];
  const limits: Limits = {
    ...own.store.limits,
    lease: async (tenant, name, request) => {
      leases.push(request);
      return own.store.limits.lease(tenant, name, request);
    },
    noteUsed: async (tenant, name, used) => {
      notes.push(used.used);
      await own.store.limits.noteUsed(tenant, name, used);
    },
  };
  return { limits, leases, notes };
}

/** What is done in so short a time, in one of some attempts: only then do calls come as fast as the limiter expects. */
async function withinMs<T>(limitMs: number, act: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const startedAt = performance.now();
    const result = await act(attempt);
    if (performance.now() - startedAt < limitMs) return result;
  }
  throw new Error(`It took longer than ${limitMs} ms each time.`);
}

test('calls one after the other are leased some ahead, and stay within the limit all the same', async () => {
  const leases = await withinMs(100, async (attempt) => {
    const watched = watchedLimits();
    const limiter = limiterOf(`in-a-row-${attempt}`, watched.limits);
    for (let call = 0; call < 19; call += 1) await limiter.acquire('wide');
    return watched.leases;
  });
  expect(leases.length).toBeLessThan(7);
  const limiter = limiterOf('in-a-row');
  const times: number[] = [];
  for (let call = 0; call < 30; call += 1) {
    await limiter.acquire('general');
    times.push(Date.now());
  }
  for (const [index, time] of times.entries()) {
    const later = times[index + LIMIT.count];
    if (later !== undefined) expect(later - time).toBeGreaterThan(LIMIT.perMs - SLACK_MS);
  }
});

test('calls that come in batches are leased together, and none ahead', async () => {
  const leases = await withinMs(300, async (attempt) => {
    const watched = watchedLimits();
    const limiter = limiterOf(`in-batches-${attempt}`, watched.limits);
    const batch = () => Promise.all(Array.from({ length: 12 }, () => limiter.acquire('wide')));
    for (let count = 0; count < 4; count += 1) await batch();
    return watched.leases;
  });
  // After the first batch, whatever it is of, more may come one by one; after the second it is clear.
  expect(leases.map(({ wanted, ahead }) => [wanted, ahead])).toEqual([
    [12, 8],
    [4, 0],
    [12, 0],
    [12, 0],
  ]);
});

test('of the last quarter of the window nothing is leased ahead', async () => {
  const lease = (wanted: number) =>
    own.store.limits.lease('scarce', 'hubspot/wide', { wanted, ahead: 20, limit: { count: 40, perMs: 60_000 }, used: null });
  expect(await lease(5)).toMatchObject({ given: 25, goodForMs: 500 });
  expect(await lease(5)).toMatchObject({ given: 5, goodForMs: 0 });
  expect(await lease(0)).toMatchObject({ given: 0 });
});

test('calls ahead count from when they may be sent no more, the wanted ones as sent at once', async () => {
  const limit = { count: 40, perMs: 60_000 };
  await own.store.limits.lease('split', 'hubspot/wide', { wanted: 3, ahead: 7, limit, used: null });
  const found = await own.db.collection('limits').findOne({ tenant: 'split' });
  const [first, second] = z.array(z.object({ at: z.number(), count: z.number() })).parse(found?.['leases']);
  expect([first?.count, second?.count]).toEqual([3, 7]);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(500);
});

test('what many answers tell of the window is noted once, with the newest word, and before the next lease', async () => {
  const { limits, leases, notes } = watchedLimits();
  const limiter = limiterOf('told', limits);
  await limiter.acquire('wide');
  const told = Array.from({ length: 30 }, (_, index) => limiter.noteRoom('wide', { max: 190, remaining: 90 - index }));
  await Promise.all([...told, limiter.acquire('wide')]);
  expect(leases.flatMap(({ used }) => (used === null ? [] : [used.used]))).toEqual([129]);
  expect(notes).toEqual([]);
});

test('what an answer tells is noted soon where no call follows', async () => {
  const { limits, notes } = watchedLimits();
  const limiter = limiterOf('last-word', limits);
  await Promise.all([5, 4, 3].map((remaining) => limiter.noteRoom('wide', { max: 190, remaining })));
  expect(notes).toEqual([187]);
});

test('one tenant’s full window does not make another wait', async () => {
  await passTimes([limiterOf('busy')], LIMIT.count);
  const startedAt = Date.now();
  await passTimes([limiterOf('idle')], 1);
  expect(Date.now() - startedAt).toBeLessThan(LIMIT.perMs / 2);
});

test('a silence that one process was told holds for the other, in a class without a limit too', async () => {
  await limiterOf('silent').penalise('free', 300);
  const startedAt = Date.now();
  await limiterOf('silent').acquire('free');
  expect(Date.now() - startedAt).toBeGreaterThan(200);
});

test('what others use of the account’s window is left to them, for as long as the window is', async () => {
  const [one, another] = [limiterOf('shared'), limiterOf('shared')];
  await passTimes([one], 2);
  // Of 20 calls 14 are used, 2 of them ours: beside 12 of others, and 1 in reserve, there is room for 7.
  await one.noteRoom('general', { max: 20, remaining: 6 });
  const times = await passTimes([another], 8);
  const passedAtOnce = times.filter((time) => time - (times[0] ?? 0) < LIMIT.perMs / 2).length;
  expect(passedAtOnce).toBe(5);
});

test('a window that others use up altogether still lets a call through', async () => {
  const limiter = limiterOf('crowded');
  await limiter.noteRoom('general', { max: 20, remaining: 0 });
  const times = await passTimes([limiter], 2);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(LIMIT.perMs / 2);
});

test('a long wait is handed back with the time to come again, so that the slot is free for another tenant', async () => {
  const limiter = limiterOf('patient');
  await Promise.all(Array.from({ length: 30 }, () => limiter.acquire('minute')));
  const refusal = await limiter.acquire('minute').then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ name: 'VendorError', kind: 'rate-limited' });
  if (refusal instanceof VendorError) expect(refusal.details.retryAfterMs).toBeGreaterThan(50_000);
});

test('a limit of few calls is waited for in place, since a record that needs more than one window would never end', async () => {
  const limiter = limiterOf('floor');
  await Promise.all([limiter.acquire('few'), limiter.acquire('few')]);
  const controller = new AbortController();
  const waiting = limiter.acquire('few', controller.signal);
  await limiterOf('other').acquire('general');
  controller.abort(new Error('still waiting'));
  await expect(waiting).rejects.toThrow('still waiting');
});

test('an abort ends the wait with its reason', async () => {
  const limiter = limiterOf('aborted');
  await passTimes([limiter], LIMIT.count);
  const controller = new AbortController();
  const waiting = limiter.acquire('general', controller.signal);
  controller.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('an unknown class is a mistake in the program', async () => {
  await expect(limiterOf('x').acquire('nonsense')).rejects.toThrow('no rate limit class');
});
