import { z } from 'zod';
import type { Clocks, Moment } from '../../connectors/clocks';
import { VendorError } from '../../connectors/errors';
import { PLACE_MS } from '../../connectors/limits';
import type { Limiter } from '../../connectors/limits';
import { createLimits } from '../../store/limits';
import type { LeaseRequest, Limits } from '../../store/limits';
import { createTimeline } from '../support/timeline';
import { createSharedLimiter } from '../../workers/limits/shared-limiter';
import { useTestStore } from './test-store';

/**
 * One limit for all worker processes. Two limiters on one store stand for two processes. The clock is the test's, since
 * what is tested are moments: a call that came late on a busy machine would be another case.
 */

const LIMIT = { count: 10, perMs: 400 };

const own = useTestStore();
const time = createTimeline();
const limitsAt = (): Limits => time.watch(createLimits(own.db, () => ({ $toLong: time.now() })));

const steadily: Clocks = () => ({ wallMs: time.now(), steadyMs: time.now() });

const limiterOf = (tenant: string, limits = limitsAt(), clocks = steadily): Limiter =>
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
    sleep: time.sleep,
    clocks,
  });

async function passTimes(limiters: readonly Limiter[], each: number): Promise<readonly number[]> {
  const times = await Promise.all(
    limiters.flatMap((limiter) =>
      Array.from({ length: each }, async () => {
        await limiter.acquire('general');
        return time.now();
      }),
    ),
  );
  return times.sort((one, other) => one - other);
}

/** The shortest time in which more calls passed than the limit allows in a window. */
const shortestOfTooMany = (times: readonly number[]): number =>
  Math.min(...times.slice(LIMIT.count).map((later, index) => later - (times[index] ?? 0)));

test('two processes together stay within the limit, and use it', async () => {
  const times = await passTimes([limiterOf('both'), limiterOf('both')], 15);
  expect(shortestOfTooMany(times)).toBeGreaterThanOrEqual(LIMIT.perMs);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(2.1 * LIMIT.perMs);
});

/** Limits that note every lease that is asked for. */
function recordedLimits(): { readonly limits: Limits; readonly leases: LeaseRequest[]; readonly notes: number[] } {
  const [leases, notes]: [LeaseRequest[], number[]] = [[], []];
  const real = limitsAt();
  const limits: Limits = {
    ...real,
    lease: async (tenant, name, request) => {
      leases.push(request);
      return real.lease(tenant, name, request);
    },
    noteUsed: async (tenant, name, used) => {
      notes.push(used.used);
      await real.noteUsed(tenant, name, used);
    },
  };
  return { limits, leases, notes };
}

test('calls one after the other stay within the limit', async () => {
  const limiter = limiterOf('in-a-row');
  const times: number[] = [];
  for (let call = 0; call < 30; call += 1) {
    await limiter.acquire('general');
    times.push(time.now());
  }
  expect(shortestOfTooMany(times)).toBeGreaterThanOrEqual(LIMIT.perMs);
});

test('calls that come at the same time are leased together', async () => {
  const { limits, leases } = recordedLimits();
  const limiter = limiterOf('in-batches', limits);
  for (let batch = 0; batch < 4; batch += 1) await Promise.all(Array.from({ length: 12 }, () => limiter.acquire('wide')));
  expect(leases.map(({ wanted }) => wanted)).toEqual([12, 12, 12, 12]);
});

test('the server’s clock counts, not the clock of a process', async () => {
  const serverTime = async () =>
    z
      .object({ localTime: z.date() })
      .parse(await own.db.command({ hello: 1 }))
      .localTime.getTime();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
  const before = await serverTime();
  await own.store.limits.lease('clocks', 'hubspot/wide', { wanted: 1, limit: LIMIT, used: null });
  const after = await serverTime();
  clock.mockRestore();
  const found = z.object({ givenAt: z.number() }).parse(await own.db.collection('limits').findOne({ tenant: 'clocks' }));
  expect(found.givenAt).toBeGreaterThanOrEqual(before);
  expect(found.givenAt).toBeLessThanOrEqual(after);
});

test('what was given counts until the window has passed, and no longer', async () => {
  const given: number[] = [];
  for (let lease = 0; lease < 6; lease += 1) {
    given.push((await limitsAt().lease('rolling', 'hubspot/general', { wanted: 3, limit: LIMIT, used: null })).given);
    await time.sleep(LIMIT.perMs / 4, new AbortController().signal);
  }
  expect(given).toEqual([3, 3, 3, 1, 3, 3]);
});

test('one process leases a fifth of a window at most, or twenty calls of a small one; without a limit as many as it needs', async () => {
  const { limits, leases } = recordedLimits();
  const limiter = limiterOf('shares', limits);
  for (const name of ['minute', 'wide', 'free']) await limiter.reserve(name, 100);
  expect(leases.map(({ wanted }) => wanted)).toEqual([20, 40, 100]);
});

test('what many answers say about the window is noted once, with the newest values, before the next lease', async () => {
  const { limits, leases, notes } = recordedLimits();
  const limiter = limiterOf('told', limits);
  await limiter.acquire('wide');
  const told = Array.from({ length: 30 }, (_, index) => limiter.noteRoom('wide', { max: 190, remaining: 90 - index }));
  await Promise.all([...told, limiter.acquire('wide')]);
  expect(leases.flatMap(({ used }) => (used === null ? [] : [used.used]))).toEqual([129]);
  expect(notes).toEqual([]);
});

test('the headers of an answer are noted soon when no call follows', async () => {
  const { limits, notes } = recordedLimits();
  const limiter = limiterOf('last-word', limits);
  await Promise.all([5, 4, 3].map((remaining) => limiter.noteRoom('wide', { max: 190, remaining })));
  expect(notes).toEqual([187]);
});

test('one tenant’s full window does not make another wait', async () => {
  await passTimes([limiterOf('busy')], LIMIT.count);
  const startedAt = time.now();
  expect(await passTimes([limiterOf('idle')], 1)).toEqual([startedAt]);
});

test('a pause that a vendor asks of one process holds for the other, also in a class without a limit', async () => {
  await limiterOf('silent').penalise('free', 300);
  const startedAt = time.now();
  await limiterOf('silent').acquire('free');
  expect(time.now() - startedAt).toBe(300);
});

test('what others use of the account’s window is left to them, for as long as the window is', async () => {
  const [one, another] = [limiterOf('shared'), limiterOf('shared')];
  await passTimes([one], 2);
  // 14 of 20 calls are used, 2 of them by us. So others have used 12, and 1 is in reserve: 7 are left for us.
  await one.noteRoom('general', { max: 20, remaining: 6 });
  const times = await passTimes([another], 8);
  const passedAtOnce = times.filter((passedAt) => passedAt === times[0]).length;
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
  const startedAt = time.now();
  await Promise.all([1, 2, 3].map(() => limiter.acquire('few')));
  expect(time.now() - startedAt).toBeGreaterThanOrEqual(13_000);
});

test('M8 places are taken together, as many as there is room for, and count from the end of their time on', async () => {
  const { limits, leases } = recordedLimits();
  const limiter = limiterOf('places', limits);
  expect(await limiter.reserve('few', 12)).toHaveLength(2);
  const takenAt = time.now();
  expect(await limiter.reserve('few', 1)).toHaveLength(1);
  expect(time.now() - takenAt).toBeGreaterThanOrEqual(13_000 + PLACE_MS);
  expect(leases[0]).toMatchObject({ wanted: 12, heldMs: PLACE_MS });
});

test('M8 calls and places that wait for one class pass in the order in which they asked', async () => {
  const limiter = limiterOf('mixed');
  const passed: string[] = [];
  const noting = (name: string) => (): void => {
    passed.push(name);
  };
  await Promise.all([
    limiter.acquire('few').then(noting('call')),
    limiter.reserve('few', 2).then(noting('places')),
    limiter.acquire('few').then(noting('later call')),
  ]);
  expect(passed).toEqual(['call', 'places', 'later call']);
});

test('M8 a long wait for places is handed back before anything is read', async () => {
  const limiter = limiterOf('patient-places');
  await Promise.all(Array.from({ length: 30 }, () => limiter.acquire('minute')));
  await expect(limiter.reserve('minute', 12)).rejects.toMatchObject({ kind: 'rate-limited' });
});

test.each([
  ['the steady clock stood still', { wallMs: 60_000, steadyMs: 0 }],
  ['the wall clock stood still', { wallMs: 0, steadyMs: 60_000 }],
  ['the wall clock was set back', { wallMs: -1, steadyMs: 10 }],
])('calls that were leased before the host stood still are not sent: %s', async (_what, pause) => {
  const { limits, leases } = recordedLimits();
  const [atFirst, moment] = [leases.length, { wallMs: 1_000, steadyMs: 1_000 }];
  const slept: Limits = {
    ...limits,
    lease: async (...request) => {
      const answer = await limits.lease(...request);
      if (leases.length > atFirst + 1) return answer;
      moment.wallMs += pause.wallMs;
      moment.steadyMs += pause.steadyMs;
      return answer;
    },
  };
  await limiterOf(`stood-still-${pause.wallMs}`, slept, () => ({ ...moment })).acquire('wide');
  expect(leases).toHaveLength(2);
});

test('a MongoDB that always answers late is believed at last', async () => {
  const { limits, leases } = recordedLimits();
  let nowMs = 0;
  const slow = (): Moment => ({ wallMs: (nowMs += 2_000), steadyMs: nowMs });
  const limiter = limiterOf('always-late', limits, slow);
  await limiter.acquire('wide');
  await limiter.acquire('wide');
  expect(leases).toHaveLength(6);
});

test('a server’s clock that is set back neither closes the window for long nor opens it', async () => {
  const at = (ms: number) => createLimits(own.db, () => ({ $toLong: 2_000_000_000_000 + ms }));
  const take = (ms: number, wanted = LIMIT.count) => at(ms).lease('set-back', 'hubspot/general', { wanted, limit: LIMIT, used: null });
  expect(await take(3_600_000)).toMatchObject({ given: LIMIT.count });
  await at(3_600_000).silence('set-back', 'hubspot/general', 200);
  // The clock goes back by an hour, in the middle of the window.
  expect(await take(50)).toMatchObject({ given: 0, waitMs: 200 });
  expect(await take(250)).toMatchObject({ given: 0 });
  expect(await take(2 * LIMIT.perMs)).toMatchObject({ given: LIMIT.count });
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
