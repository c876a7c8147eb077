import { isRecordId } from '../../../domain/hints/hint';
import { firstSettledAtMs, settledAtMs } from '../../../domain/hints/settle';

test('T2 a record settles a while after its last hint, and a minute after its first at most', () => {
  expect(settledAtMs({ firstAtMs: 0, lastAtMs: 0 }, 5_000)).toBe(5_000);
  expect(settledAtMs({ firstAtMs: 0, lastAtMs: 30_000 }, 5_000)).toBe(35_000);
  expect(settledAtMs({ firstAtMs: 0, lastAtMs: 59_000 }, 5_000)).toBe(60_000);
  expect(settledAtMs({ firstAtMs: 0, lastAtMs: 200_000 }, 5_000)).toBe(60_000);
  expect(settledAtMs({ firstAtMs: 7, lastAtMs: 9 }, 0)).toBe(9);
});

test('T2 of several records, the one that settles first counts', () => {
  expect(firstSettledAtMs([], 5_000)).toBeNull();
  const hints = [
    { firstAtMs: 0, lastAtMs: 9_000 },
    { firstAtMs: 3_000, lastAtMs: 4_000 },
  ];
  expect(firstSettledAtMs(hints, 5_000)).toBe(9_000);
});

test.each([
  ['12345', true],
  ['65f0e0000000000000000001', true],
  ['', false],
  ['../../secret', false],
  ['a b', false],
  ['1'.repeat(65), false],
])('a record may have the id %j: %s', (id, isPossible) => {
  expect(isRecordId(id)).toBe(isPossible);
});
