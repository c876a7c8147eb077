import fc from 'fast-check';
import { differences, expectedCalls, halvesThatDiffer, LISTED_AT_ONCE, openRange, questionAbout } from '../../domain/count-tree';
import type { CountedRange, IdRange } from '../../domain/count-tree';
import { RUNS, SEED } from './fuzz';

/** Finding differences by counts: whatever is gone is found, with few calls. */

interface Found {
  readonly missing: readonly number[];
  readonly unknown: readonly number[];
  readonly calls: number;
}

/** Asks until nothing is open, as a run does, of a vendor that has `theirs`. Both lists are in numeric order. */
function findDifferences(ours: readonly number[], theirs: readonly number[]): Found {
  const within = ({ from, to }: IdRange) => theirs.filter((id) => id >= from && id <= (to ?? Infinity));
  let calls = 1;
  const found = { missing: [] as number[], unknown: [] as number[] };
  const whole = openRange(ours, 0, theirs.length);
  const open: CountedRange[] = whole === null ? [] : [whole];
  for (let range = open.shift(); range !== undefined; range = open.shift()) {
    const question = questionAbout(ours, range);
    const answer = within(question.range);
    if (question.kind === 'count') {
      calls += 1;
      open.unshift(...halvesThatDiffer(ours, range, answer.length));
    } else {
      calls += Math.max(1, Math.ceil(answer.length / LISTED_AT_ONCE));
      const { missing, unknown } = differences(ours, range, answer);
      found.missing.push(...missing);
      found.unknown.push(...unknown);
    }
  }
  return { ...found, calls };
}

const inOrder = (ids: Iterable<number>): readonly number[] => [...ids].sort((one, other) => one - other);

/** Ids as an account hands them out: mostly near each other, with gaps, and of different lengths. */
const idLists = fc.array(fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 90_000_000_000, max: 90_000_003_000 })), {
  maxLength: 1_500,
  size: 'max',
});

const check = <Values extends readonly [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<Values>) =>
  fc.assert(property, { seed: SEED, numRuns: RUNS });

test('U1 every set of deletions is found, and nothing else, with one path down the ranges for each', () => {
  check(
    fc.property(idLists, fc.integer({ min: 1, max: 100 }), fc.integer(), (list, oneIn, seed) => {
      const ours = inOrder(new Set(list));
      const isGone = (id: number) => Math.abs(Math.imul(id ^ seed, 2_654_435_761)) % oneIn === 0;
      const gone = ours.filter(isGone);
      const { missing, unknown, calls } = findDifferences(
        ours,
        ours.filter((id) => !isGone(id)),
      );
      expect(missing).toEqual(gone);
      expect(unknown).toEqual([]);
      const depth = Math.ceil(Math.log2(Math.max(1, ours.length / LISTED_AT_ONCE)));
      expect(calls).toBeLessThanOrEqual(1 + gone.length * (depth + 1));
    }),
  );
});

test('records that we do not know are found, wherever their ids lie', () => {
  check(
    fc.property(idLists, idLists, (list, more) => {
      const ours = inOrder(new Set(list));
      const unknown = inOrder(new Set(more.filter((id) => !list.includes(id))));
      const found = findDifferences(ours, inOrder([...ours, ...unknown]));
      expect(found).toMatchObject({ missing: [], unknown });
    }),
  );
});

test('of both together nothing is told that is not so, and a second look with what the first has found finds more or agrees', () => {
  check(
    fc.property(idLists, idLists, (one, other) => {
      const [ours, theirs] = [inOrder(new Set(one)), inOrder(new Set(other))];
      const { missing, unknown } = findDifferences(ours, theirs);
      expect(missing.filter((id) => theirs.includes(id))).toEqual([]);
      expect(unknown.filter((id) => ours.includes(id))).toEqual([]);
      expect(missing.length + unknown.length > 0 || ours.length === theirs.length).toBe(true);
    }),
  );
});

test('ten deletions among 100,000 records cost less than eighty calls, as expected', () => {
  const ours = Array.from({ length: 100_000 }, (_, index) => 50_000_000_000 + index * 3);
  const gone = new Set(Array.from({ length: 10 }, (_, index) => 50_000_000_000 + (3_331 + index * 9_973) * 3));
  const { missing, calls } = findDifferences(
    ours,
    ours.filter((id) => !gone.has(id)),
  );
  expect(missing).toEqual([...gone]);
  expect(calls).toBeLessThan(80);
  expect(Math.abs(expectedCalls({ known: 100_000, difference: 10 }) - calls)).toBeLessThan(15);
});

test('an answer that was told too late, so that a half seems to have less than none, ends as well', () => {
  const ours = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const range = openRange(ours, 0, 400);
  expect(range).not.toBeNull();
  if (range === null) return;
  const halves = halvesThatDiffer(ours, range, 500);
  expect(halves).toEqual([{ from: 501, to: null, begin: 500, end: 1_000, total: -100 }]);
  expect(halves.map((half) => questionAbout(ours, half))).toEqual([{ kind: 'list', range: { from: 501, to: null } }]);
});

test.each([
  [100_000, 0, 1],
  [100, 1, 3],
  [100_000, 100_000, 1_001],
])('with %i known records and a difference of %i, %i calls are expected', (known, difference, calls) => {
  expect(expectedCalls({ known, difference })).toBe(calls);
});
