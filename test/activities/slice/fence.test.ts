import { createFence, CACHE_VALID_MS } from '../../../activities/slice/fence';

/** An attempt that a later one has taken over from writes nothing any more (docs/decisions/0004-slices-and-fences.md). */

const world = () => {
  const state = { nowMs: 0, isHeld: true, questions: 0 };
  const fence = createFence({
    slice: 'update/member',
    now: () => state.nowMs,
    holds: async () => {
      state.questions += 1;
      const { isHeld } = state;
      await Promise.resolve();
      return isHeld;
    },
  });
  return { state, fence };
};

test('writes that are made together ask once', async () => {
  const { state, fence } = world();
  await Promise.all(Array.from({ length: 12 }, () => fence.assertOwnerCached()));
  state.nowMs = CACHE_VALID_MS - 1;
  await fence.assertOwnerCached();
  expect(state.questions).toBe(1);
});

test('an attempt that was held up asks again, and stops where a later one has begun', async () => {
  const { state, fence } = world();
  await fence.assertOwner();
  state.isHeld = false;
  state.nowMs = CACHE_VALID_MS;
  await expect(fence.assertOwnerCached()).rejects.toThrow('A later attempt has taken over update/member.');
  await expect(fence.assertOwnerCached()).rejects.toThrow('A later attempt');
});

test('the first of several writes always asks', async () => {
  const { state, fence } = world();
  await fence.assertOwner();
  await fence.assertOwner();
  expect(state.questions).toBe(2);
  state.isHeld = false;
  await expect(fence.assertOwner()).rejects.toThrow('A later attempt');
});

test('a check is valid from when it was asked: one that took too long does not serve other writes', async () => {
  const { state, fence } = world();
  const first = fence.assertOwnerCached();
  state.nowMs = CACHE_VALID_MS;
  state.isHeld = false;
  await expect(Promise.all([first, fence.assertOwnerCached()])).rejects.toThrow('A later attempt');
  expect(state.questions).toBeGreaterThan(1);
});
