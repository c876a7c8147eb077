import { createFence, GOOD_FOR_MS } from '../../../activities/slice/fence';

/** An attempt of an activity writes nothing after a later attempt has taken over. */

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
  state.nowMs = GOOD_FOR_MS - 1;
  await fence.assertOwnerCached();
  expect(state.questions).toBe(1);
});

test('an attempt that was delayed checks again, and finds its successor', async () => {
  const { state, fence } = world();
  await fence.assertOwner();
  state.isHeld = false;
  state.nowMs = GOOD_FOR_MS;
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

test('a check is valid from its start: one that took too long does not serve other writes', async () => {
  const { state, fence } = world();
  const first = fence.assertOwnerCached();
  state.nowMs = GOOD_FOR_MS;
  state.isHeld = false;
  await expect(Promise.all([first, fence.assertOwnerCached()])).rejects.toThrow('A later attempt');
  expect(state.questions).toBeGreaterThan(1);
});
