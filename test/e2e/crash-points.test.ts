import { kinds } from '../support/crash-kinds';
import { createCrashPlays, playKilled } from '../support/crash-plays';
import type { CrashPlays } from '../support/crash-plays';

/** A2: one crash point for each kind of operation. crash-points.long.test.ts has every point. */

let plays: CrashPlays;

beforeAll(async () => {
  plays = await createCrashPlays('one-crash-point');
});

afterAll(() => plays.stop());

test.each([
  ['unlink (U1)', 'unlink-called', 'another attempt'],
  ['relink (U3)', 'relink-snapshot', 'the next run'],
  ['link (L3)', 'link-applied', 'another attempt'],
  ['create', 'create-called', 'another attempt'],
  ['create', 'create-called', 'the next run'],
  ['updateOfficernd', 'update-officernd-called', 'the next run'],
  ['updateHubspot', 'update-hubspot-called', 'another attempt'],
] as const)('A2 %s, killed at %s: %s ends as if nothing had happened, and tells the same', async (name, point, who) => {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`There is no kind ${name}.`);
  const { seen, expected } = await playKilled(plays, { name, kind, point, goesOn: who === 'another attempt' });
  expect(seen).toEqual(expected);
});
