import { randomUUID } from 'node:crypto';
import { CACHE_VALID_MS } from '../../activities/slice/fence';
import { afterFirst, contact, kinds, member, phonesInOfficernd } from '../support/crash-kinds';
import type { RunOptions } from '../support/activity-engine';
import { poll } from '../support/poll';
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

describe('zombies: an attempt that was timed out but is alive writes nothing once its successor has begun', () => {
  const held = [
    ['unlink (U1)', 'unlink-planned'],
    ['create', 'create-planned'],
    ['create', 'create-calling'],
    ['updateOfficernd', 'update-planned'],
    ['updateHubspot', 'update-planned'],
  ] as const;

  test.each(held)('A2 %s, held up at %s', async (name, point) => {
    const { seen, expected } = await playZombie(name, (hold) => ({ at: async (reached) => (reached === point ? hold() : undefined) }));
    expect(seen).toEqual(expected);
  });

  // The wait for the limiter lies after the activity's own questions.
  const heldInLimiter = [
    ['unlink (U1)', 'update'],
    ['create', 'create'],
    ['updateOfficernd', 'update'],
    ['updateHubspot', 'batchUpdate'],
  ] as const;

  test.each(heldInLimiter)('A2 %s, held up where %s waits for the limiter', async (name, call) => {
    const { seen, expected } = await playZombie(name, (hold) => ({
      beforeWrite: async (waiting) => (waiting === call ? hold() : undefined),
    }));
    expect(seen).toEqual(expected);
  });

  async function playZombie(name: string, heldBy: (hold: () => Promise<void>) => RunOptions) {
    const kind = kinds[name];
    if (kind === undefined) throw new Error(`There is no kind ${name}.`);
    const expected = await plays.endUndisturbed(name, kind);
    const tenant = await plays.prepare(kind);
    let arrived: () => void = () => undefined;
    let wake: () => void = () => undefined;
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    const sleeps = new Promise<void>((resolve) => (wake = resolve));
    const runId = randomUUID();
    let heldAtMs = 0;
    const hold = async (): Promise<void> => {
      heldAtMs = performance.now();
      arrived();
      await sleeps;
    };
    const zombie = plays.engine.run(tenant, { runId, ...heldBy(hold) });
    const end = zombie.then(
      () => 'went on to its end',
      (error: unknown) => String(error),
    );
    await isThere;
    const run = await plays.engine.run(tenant, { runId });
    const before = await plays.writes();
    // An answer of the fence is good for a moment.
    await poll('the fence to be asked again', async () => (performance.now() - heldAtMs > CACHE_VALID_MS ? true : undefined));
    wake();
    const left = 'A later attempt has taken over';
    return {
      seen: {
        end: (await end).includes(left) ? left : await end,
        writes: await plays.writes(),
        told: await plays.told(tenant, runId, run),
        state: await plays.endState(tenant),
      },
      expected: { end: left, writes: before, told: expected.told, state: expected.end },
    };
  }
});
