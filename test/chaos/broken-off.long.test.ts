import { scheduleOf } from './generate';
import { search } from './search';

/** A play that hangs must not block its lane. */

test('a play that takes too long is reported like a broken law at once, and the next schedule gets another lane', async () => {
  const told: string[] = [];
  const { found, counted } = await search({
    schedules: [scheduleOf(3281), scheduleOf(413)],
    untilMs: Infinity,
    lanes: 1,
    playWithinMs: 1,
    onPlayed: ({ seed }, violations) => told.push(`${seed} ${violations.length}`),
  });
  expect(told).toEqual(['3281 1', '413 1']);
  expect(found.map(({ violations }) => violations[0])).toEqual([expect.stringContaining('not over'), expect.stringContaining('not over')]);
  expect(counted).toMatchObject({ schedules: 2, violations: 2, duplicates: 0 });
}, 120_000);
