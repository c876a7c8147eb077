import { createFence, CACHE_VALID_MS } from '../../../activities/slice/fence';
import type { Moment } from '../../../connectors/clocks';

/** An attempt that a later one has taken over from writes nothing any more (docs/decisions/0004-slices-and-fences.md). */

const TAKEN_OVER = 'A later attempt or run has taken over update/member.';

function world() {
  const state = { wallMs: 10_000, steadyMs: 10_000, isHeld: true, questions: 0, answerTakesMs: 0 };
  const clocks = (): Moment => ({ wallMs: state.wallMs, steadyMs: state.steadyMs });
  const pass = (ms: number): void => {
    state.wallMs += ms;
    state.steadyMs += ms;
  };
  const fence = createFence({
    slice: 'update/member',
    clocks,
    takenAt: clocks(),
    holds: async () => {
      state.questions += 1;
      const { isHeld } = state;
      await Promise.resolve();
      pass(state.answerTakesMs);
      return isHeld;
    },
  });
  return { state, fence, pass };
}

test('a slice that has just begun need not ask, and writes that are made together ask once', async () => {
  const { state, fence, pass } = world();
  await fence.assertOwnerCached();
  expect(state.questions).toBe(0);
  pass(CACHE_VALID_MS);
  await Promise.all(Array.from({ length: 12 }, () => fence.assertOwnerCached()));
  pass(CACHE_VALID_MS - 1);
  await fence.assertOwnerCached();
  expect(state.questions).toBe(1);
});

test('an attempt that was held up asks again, and stops where a later one has begun', async () => {
  const { state, fence, pass } = world();
  await fence.assertOwner();
  state.isHeld = false;
  pass(CACHE_VALID_MS);
  await expect(fence.assertOwnerCached()).rejects.toThrow(TAKEN_OVER);
  await expect(fence.assertOwnerCached()).rejects.toThrow(TAKEN_OVER);
});

test.each([
  ['the steady clock stood still in a pause of the host', { wallMs: 600_000, steadyMs: 0 }],
  ['the wall clock stood still', { wallMs: 0, steadyMs: 600_000 }],
  ['the wall clock was set back', { wallMs: -1, steadyMs: 10 }],
])('an answer is fresh only by both clocks: %s', async (_what, { wallMs, steadyMs }) => {
  const { state, fence } = world();
  await fence.assertOwner();
  state.isHeld = false;
  state.wallMs += wallMs;
  state.steadyMs += steadyMs;
  await expect(fence.assertOwnerCached()).rejects.toThrow(TAKEN_OVER);
});

test('the first of several writes always asks', async () => {
  const { state, fence } = world();
  await fence.assertOwner();
  await fence.assertOwner();
  expect(state.questions).toBe(2);
  state.isHeld = false;
  await expect(fence.assertOwner()).rejects.toThrow(TAKEN_OVER);
});

test('a check is valid from when it was asked: one that took too long does not serve other writes', async () => {
  const { state, fence, pass } = world();
  pass(CACHE_VALID_MS);
  const first = fence.assertOwnerCached();
  pass(CACHE_VALID_MS);
  state.isHeld = false;
  await expect(Promise.all([first, fence.assertOwnerCached()])).rejects.toThrow(TAKEN_OVER);
  expect(state.questions).toBeGreaterThan(1);
});

test('an answer that a host in a pause has slept over is asked for again; a store that is always slow is believed', async () => {
  const slept = world();
  slept.state.answerTakesMs = 600_000;
  const asked = slept.fence.assertOwner();
  slept.state.isHeld = false;
  await expect(asked).rejects.toThrow(TAKEN_OVER);
  const slow = world();
  slow.state.answerTakesMs = 2_000;
  await slow.fence.assertOwner();
  expect(slow.state.questions).toBe(3);
});
