import { createPatience, quickPauseMs } from '../../connectors/patience';

/** A4: which calls are sent again after trouble, how soon, and when their vendor counts as down. */

function world() {
  const slept: number[] = [];
  const patience = createPatience({
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
    },
    random: () => 1,
  });
  return { patience, slept };
}

test('a call is sent five times, after pauses that double', async () => {
  const { patience, slept } = world();
  const call = patience.begin();
  const goesOn: boolean[] = [];
  for (let tries = 1; tries <= 5; tries += 1) goesOn.push(await call.afterTrouble(undefined));
  expect(goesOn).toEqual([true, true, true, true, false]);
  expect(slept).toEqual([100, 200, 400, 800]);
});

test('a pause is a random part of its time, so that calls that failed together come back one by one', () => {
  expect([0, 0.25, 1].map((part) => quickPauseMs(3, () => part))).toEqual([0, 100, 400]);
});

test('after five different calls in a row without an answer the vendor is down, and no call is repeated until it answers', async () => {
  const { patience } = world();
  const first = patience.begin();
  expect(await first.afterTrouble(undefined)).toBe(true);
  for (let call = 2; call <= 4; call += 1) expect(await patience.begin().afterTrouble(undefined)).toBe(true);
  expect(await patience.begin().afterTrouble(undefined)).toBe(false);
  expect(await first.afterTrouble(undefined)).toBe(false);
  patience.begin().answered();
  expect(await patience.begin().afterTrouble(undefined)).toBe(true);
});

test('one call that fails again and again does not mean that the vendor is down', async () => {
  const { patience } = world();
  const call = patience.begin();
  for (let tries = 1; tries <= 5; tries += 1) await call.afterTrouble(undefined);
  expect(await patience.begin().afterTrouble(undefined)).toBe(true);
});

test('calls that wait when the vendor is found to be down are not sent again', async () => {
  let wake = (): void => undefined;
  const patience = createPatience({ sleep: () => new Promise<void>((resolve) => (wake = resolve)), random: () => 1 });
  const waiting = patience.begin().afterTrouble(undefined);
  const wakeFirst = wake;
  for (let call = 2; call <= 5; call += 1) void patience.begin().afterTrouble(undefined);
  wakeFirst();
  expect(await waiting).toBe(false);
});

test('a pause of seconds is waited for, five times at most; a longer one is not', () => {
  const { patience } = world();
  expect(patience.begin().isShortPause(10_000)).toBe(true);
  expect(patience.begin().isShortPause(10_001)).toBe(false);
  const call = patience.begin();
  expect([1, 2, 3, 4, 5, 6].map(() => call.isShortPause(1_000))).toEqual([true, true, true, true, true, false]);
});

test('an abort ends the wait with its own reason', async () => {
  const { patience } = world();
  const aborted = AbortSignal.abort(new Error('The run was cancelled.'));
  await expect(patience.begin().afterTrouble(aborted)).rejects.toThrow('The run was cancelled.');
});
