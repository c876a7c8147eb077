import { afterFirst, contact, kinds, member, phonesInOfficernd } from '../support/crash-kinds';
import { createCrashPlays, playKilled } from '../support/crash-plays';
import type { CrashPlays } from '../support/crash-plays';

/**
 * Every named crash point for every kind of operation (A2). After a stop there, another attempt and the next run end as if nothing had
 * happened. Nothing is created twice (L12), and nothing is left to do (A1). The activities run in this process; resume.long.test.ts kills real
 * workers.
 */

let plays: CrashPlays;

beforeAll(async () => {
  plays = await createCrashPlays('crash-points');
});

afterAll(() => plays.stop());

const cases = Object.entries(kinds).flatMap(([name, kind]) =>
  kind.points.flatMap((point) =>
    [true, false].map((goesOn) => [name, point, goesOn ? 'another attempt' : 'the next run', { kind, goesOn }] as const),
  ),
);

test.each(cases)(
  'A2 %s, killed at %s: %s ends as if nothing had happened, and tells the same',
  async (name, point, _who, { kind, goesOn }) => {
    const { seen, expected } = await playKilled(plays, { name, kind, point, goesOn });
    expect(seen).toEqual(expected);
  },
);

test('A3 links that an attempt has settled, and of which Temporal has not heard, are compared by none after it and counted all the same', async () => {
  const many = Array.from({ length: 250 }, (_, index) => index + 1);
  const tenant = await plays.prepare({
    world: { officernd: { members: many.map((number) => member(number)) }, hubspot: { contacts: many.map(contact) } },
    rounds: afterFirst((stage) => phonesInOfficernd(stage, many)),
  });
  // Of three batches, 100 and 100 and 50, the second has been written.
  const { wasKilled, told: counts } = await plays.engine.run(tenant, { killAt: { point: 'update-planned', nth: 3 }, stepsHeard: 1 });
  expect(wasKilled).toBe(true);
  expect(counts['update']).toMatchObject({ compared: 250, updatedHubspot: 250 });
});
