import { createLocalLimiter, type Limiter } from '../../connectors/limits';

interface Bench {
  readonly limiter: Limiter;
  readonly now: () => number;
  /** The number of sleeps that have not ended yet. */
  readonly openNaps: () => number;
}

/** A clock that moves only when the limiter sleeps. Then it jumps to the end of the sleep. */
function aBench(limit: { count: number; perMs: number } | null): Bench {
  let time = 0;
  let naps = 0;
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    naps += 1;
    await new Promise(setImmediate);
    naps -= 1;
    if (!signal.aborted) time += ms;
  };
  const limiter = createLocalLimiter({ limits: { general: limit, search: { count: 1, perMs: 1_000 } }, now: () => time, sleep });
  return { limiter, now: () => time, openNaps: () => naps };
}

test('any window holds at most the limit, and calls pass in the order in which they asked', async () => {
  const { limiter, now } = aBench({ count: 3, perMs: 10_000 });
  const passed: [number, number][] = [];
  await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      await limiter.acquire('general');
      passed.push([n, now()]);
    }),
  );
  expect(passed).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 10_000],
    [4, 10_000],
    [5, 10_000],
    [6, 20_000],
    [7, 20_000],
  ]);
});

test('classes do not hold each other up', async () => {
  const { limiter, now } = aBench({ count: 1, perMs: 10_000 });
  await limiter.acquire('general');
  await limiter.acquire('search');
  expect(now()).toBe(0);
});

test('a penalty silences its class, and a shorter one does not end a longer one', async () => {
  const { limiter, now } = aBench(null);
  await limiter.penalise('general', 5_000);
  await limiter.penalise('general', 1_000);
  await limiter.acquire('general');
  expect(now()).toBe(5_000);
});

test('M8 places are taken as far as there is room, count as calls, and serve one call each', async () => {
  const { limiter, now } = aBench({ count: 3, perMs: 10_000 });
  await limiter.acquire('general');
  const places = await limiter.reserve('general', 12);
  expect(now()).toBe(0);
  expect(places.map((place) => [place.use(), place.use()])).toEqual([
    [true, false],
    [true, false],
  ]);
  expect(await limiter.reserve('general', 2)).toHaveLength(2);
  expect(now()).toBe(10_000);
});

test('an abort leaves the queue, uses up nothing and ends the nap that only it needed', async () => {
  const { limiter, now, openNaps } = aBench({ count: 1, perMs: 10_000 });
  await limiter.acquire('general');
  const stop = new AbortController();
  const waiting = limiter.acquire('general', stop.signal);
  expect(openNaps()).toBe(1);
  const reason = new Error('stopped');
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(limiter.acquire('general', stop.signal)).rejects.toBe(reason);
  await limiter.acquire('general');
  expect(now()).toBe(10_000);
});

test('an unknown class is named', async () => {
  await expect(aBench(null).limiter.acquire('serach')).rejects.toThrow("no rate limit class 'serach'; known are general, search");
});
