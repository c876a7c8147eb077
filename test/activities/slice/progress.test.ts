import { attemptsInVain, movedAtIn, noteMoved } from '../../../activities/slice/progress';

/** The pause after a failed attempt grows with the attempts that have moved nothing, not with all attempts of a slice. */

test.each([
  ['the first attempt', 1, undefined, 1],
  ['attempts that have never moved on', 4, undefined, 4],
  ['heartbeats of another version', 4, { cursor: 'a', counters: {}, done: false }, 4],
  ['the attempt after one that has moved on', 8, { movedAt: 7 }, 2],
  ['three in vain after that', 10, { movedAt: 7 }, 4],
])('%s', (_title, attempt, heartbeatDetails, expected) => {
  expect(attemptsInVain({ attempt, heartbeatDetails }, new Error('No.'))).toBe(expected);
});

test('an attempt that has moved on and then fails is the first in vain', () => {
  const error = new Error('No.');
  noteMoved(error);
  expect(attemptsInVain({ attempt: 9, heartbeatDetails: { movedAt: 2 } }, error)).toBe(1);
});

test('only a number is an attempt', () => {
  expect([{ movedAt: 3 }, { movedAt: '3' }, null, 'text'].map(movedAtIn)).toEqual([3, 1, 1, 1]);
});
