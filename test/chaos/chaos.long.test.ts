import { scheduleOf } from './generate';
import { knownCases } from './known-cases';
import type { Schedule } from './schedule';
import { search } from './search';
import type { SearchResult } from './search';

/**
 * Checks the whole engine against its laws: real servers, both emulators, a worker that dies, and a seeded schedule of edits, faults,
 * crashes and restarts. This file plays a fixed set. For more, run `npm run chaos -- --seconds 600` (docs/reliability.md).
 */

/** The worker of this schedule dies in phase 1, between a call and storing that it was made. */
const CRASHING_SEED = 144;
/**
 * Chosen so that few runs meet most kinds of short fault, of edit, of vendors that are unlike usual, kills, crash points and cancellations.
 * Changes of the configuration and something aimed at each phase come, too. `restart.long.test.ts` restarts Temporal and MongoDB.
 */
const FIXED_SEEDS = [CRASHING_SEED, 171, 374, 558, 560, 200, 323, 1778, 672];

/**
 * A fixed seed that has not begun by then is left out and printed, because a slow machine breaks no law. The known cases are always played.
 */
const BEGUN_WITHIN_MS = 120_000;
/** The time for the test. A schedule that has begun is played to its end. */
const TIME_MS = BEGUN_WITHIN_MS + 300_000;

function* schedules(): Generator<Schedule> {
  const untilMs = Date.now() + BEGUN_WITHIN_MS;
  for (const { schedule } of knownCases) yield schedule;
  for (const seed of FIXED_SEEDS) if (Date.now() < untilMs) yield scheduleOf(seed);
}
const played = new Set<number>();
let result: SearchResult;

beforeAll(async () => {
  result = await search({
    schedules: schedules(),
    untilMs: Infinity,
    lanes: 3,
    onPlayed: ({ seed }) => played.add(seed),
  });
}, TIME_MS);

const brokenBy = (seed: number): readonly string[] => result.found.find(({ schedule }) => schedule.seed === seed)?.violations ?? [];

test.each(knownCases.map(({ note, schedule }) => [note, schedule.seed] as const))('%s: never again', (_note, seed) => {
  expect(played).toContain(seed);
  expect(brokenBy(seed)).toEqual([]);
});

test.each(FIXED_SEEDS)('A1 A2 A3 L12 L13 L14 U2 hold under the faults of seed %d', (seed) => {
  if (!played.has(seed)) process.stderr.write(`Seed ${seed} was not played: the time was over.\n`);
  expect(brokenBy(seed)).toEqual([]);
});

test('L12 no OfficeRnD record was made twice', () => {
  expect(result.counted.created).toBeGreaterThan(0);
  expect(result.counted.duplicates).toBe(0);
});

test('a worker has died at its crash point', () => {
  const crashes = result.counted.incidents.filter(({ kind }) => kind === 'crash point unlink-called');
  expect(crashes.length > 0).toBe(played.has(CRASHING_SEED));
});
