import { randomUUID } from 'node:crypto';
import type { CrashPoint } from '../../activities/deps';
import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine, RunEnd } from '../support/activity-engine';
import { idOf, inStore, linkId, look, storedLinks, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage, StageWorld } from '../support/stage';

/**
 * Every named crash point for every operation kind (A2). After a stop there, another attempt and the next run both end as if nothing had
 * happened. Nothing is created twice (L12), and nothing is left to do (A1). The activities run in this process; resume.test.ts kills real
 * workers.
 */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('crash-points');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const COUNT = 3;
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
const member = (number: number, more: Readonly<Record<string, unknown>> = {}) => ({
  _id: idOf('member', number),
  name: `Ann ${number}`,
  email: `ann${number}@example.com`,
  ...more,
});
const contact = (number: number) => ({
  id: `${number}`,
  properties: { firstname: 'Ann', lastname: `${number}`, email: `ann${number}@example.com`, phone: `+4420${number}` },
});
const onHubSpot = (op: 'archive' | 'restore') => () =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op, type: 'contacts', id: `${number}` })),
  );
const phonesInHubSpot = () =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties: { phone: `+4930${number}` } })),
  );
const phonesInOfficernd = (changed: readonly number[] = numbers) =>
  stage.edit(
    'officernd',
    changed.map((number) => ({ op: 'update', type: 'members', id: idOf('member', number), fields: { phone: `+3310${number}` } })),
  );
const both: StageWorld = { officernd: { members: numbers.map((number) => member(number)) }, hubspot: { contacts: numbers.map(contact) } };

interface Kind {
  readonly world: StageWorld;
  /** People's edits. A run follows each round except the last. */
  readonly rounds: readonly (() => Promise<unknown>)[];
  readonly points: readonly CrashPoint[];
}

const unlinkPoints = ['unlink-planned', 'unlink-called', 'unlink-applied'] as const;
const untouched = async (): Promise<void> => undefined;
const afterFirst = (edit: () => Promise<unknown>): Kind['rounds'] => [untouched, edit];

const kinds: Readonly<Record<string, Kind>> = {
  'unlink (U1)': { world: both, rounds: afterFirst(onHubSpot('archive')), points: unlinkPoints },
  'unlink (U5)': {
    world: both,
    rounds: afterFirst(() =>
      stage.edit(
        'officernd',
        numbers.map((number) => ({ op: 'delete', type: 'members', id: idOf('member', number) })),
      ),
    ),
    points: unlinkPoints,
  },
  'unlink (U7)': {
    world: { officernd: { members: numbers.map((number) => member(number, { properties: { hubspot_link_id: linkId(`99${number}`) } })) } },
    rounds: [untouched],
    points: unlinkPoints,
  },
  'relink (U3)': {
    world: both,
    rounds: afterFirst(async () => {
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'create', type: 'contacts', id: `1${number}`, properties: { firstname: 'Survivor' } })),
      );
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'merge', type: 'contacts', id: `${number}`, into: `1${number}` })),
      );
    }),
    points: ['unlink-planned', 'relink-snapshot', 'unlink-applied'],
  },
  'link (U6)': {
    world: both,
    rounds: [
      untouched,
      onHubSpot('archive'),
      async () => {
        await onHubSpot('restore')();
        await phonesInHubSpot();
      },
    ],
    points: ['unlink-planned', 'unlink-applied'],
  },
  'link (L3)': { world: both, rounds: [untouched], points: ['link-planned', 'link-applied'] },
  create: {
    world: { hubspot: { contacts: numbers.map(contact) } },
    rounds: [untouched],
    points: ['create-planned', 'create-calling', 'create-called', 'create-snapshot', 'create-applied'],
  },
  updateOfficernd: {
    world: both,
    rounds: afterFirst(phonesInHubSpot),
    points: ['update-planned', 'update-officernd-called', 'update-officernd-snapshot', 'update-applied'],
  },
  updateHubspot: {
    world: both,
    rounds: afterFirst(() => phonesInOfficernd()),
    points: ['update-planned', 'update-hubspot-called', 'update-hubspot-read', 'update-applied'],
  },
  'updateOfficernd (the link id alone, L14)': {
    world: {
      officernd: {
        members: numbers.map((number) => member(number, { phone: `+4420${number}` })),
      },
      hubspot: { contacts: numbers.map(contact) },
    },
    rounds: [untouched],
    points: ['update-planned', 'update-officernd-called', 'update-officernd-snapshot', 'update-applied'],
  },
  'both updates, with a conflict (M4)': {
    world: both,
    rounds: afterFirst(async () => {
      await phonesInHubSpot();
      await phonesInOfficernd();
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties: { city: 'Leeds' } })),
      );
    }),
    points: [
      'update-planned',
      'update-officernd-called',
      'update-officernd-snapshot',
      'update-hubspot-called',
      'update-hubspot-read',
      'update-applied',
    ],
  },
};

let tenants = 0;

/** Prepares the kind's world. The edits of the last round are left for the caller's run. */
async function prepare({ world, rounds }: Pick<Kind, 'world' | 'rounds'>): Promise<string> {
  const tenant = `crash-${(tenants += 1)}`;
  await stage.putWorld(world);
  await engine.addTenant(tenant);
  for (const [index, edit] of rounds.entries()) {
    await edit();
    if (index < rounds.length - 1) await engine.run(tenant);
  }
  return tenant;
}

const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

/** Everything that a run leaves behind, without ids of vendors and times, which differ from run to run. */
async function endState(tenant: string) {
  const { world } = await look(stage);
  const nameOf = new Map(world.officernd.members.map(({ _id, name }) => [_id, name]));
  const links = await storedLinks(stage, tenant);
  const conflicts = await inStore(stage, (db) =>
    db
      .collection<{
        readonly tenant: string;
        readonly kind: string;
        readonly hubspotId: string;
        readonly field: string;
        readonly hubspot: unknown;
      }>('conflicts')
      .find({ tenant })
      .toArray(),
  );
  return {
    members: world.officernd.members
      .map(({ name, properties, ...rest }) => JSON.stringify([name, properties, rest['email'], rest['phone'], rest['address']]))
      .toSorted(),
    contacts: world.hubspot.contacts.map(({ id, properties, archived }) => ({
      id,
      archived,
      properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !/date|modified|merged_vids/.test(name))),
    })),
    links: links
      .map(({ officerndId, hubspotId, state, reason }) => JSON.stringify([nameOf.get(officerndId), hubspotId, state, reason]))
      .toSorted(),
    conflicts: [
      ...new Set(conflicts.map(({ kind, hubspotId, field, hubspot }) => JSON.stringify([kind, hubspotId, field, hubspot]))),
    ].toSorted(),
  };
}

/** The counters of the run's report (A3). */
const told = async (tenant: string, runId: string, { told: counts }: RunEnd) => ({
  ...counts,
  operations: (await engine.store.forTenant(tenant).operations.tally(runId))
    .map(({ phase, kind, reason, count }) => `${phase} ${kind} ${reason}: ${count}`)
    .toSorted(),
});

/** The end states of undisturbed runs. Each kind is played once. */
const undisturbed = new Map<string, Promise<{ readonly end: unknown; readonly told: unknown }>>();
const endUndisturbed = (name: string, kind: Kind) => {
  const known =
    undisturbed.get(name) ??
    prepare(kind).then(async (tenant) => {
      const runId = randomUUID();
      const run = await engine.run(tenant, { runId });
      return { end: await endState(tenant), told: await told(tenant, runId, run) };
    });
  undisturbed.set(name, known);
  return known;
};

const cases = Object.entries(kinds).flatMap(([name, kind]) =>
  kind.points.flatMap((point) =>
    [true, false].map((goesOn) => [name, point, goesOn ? 'another attempt' : 'the next run', { kind, goesOn }] as const),
  ),
);

test.each(cases)(
  'A2 %s, killed at %s: %s ends as if nothing had happened, and tells the same',
  async (name, point, _who, { kind, goesOn }) => {
    const expected = await endUndisturbed(name, kind);
    const tenant = await prepare(kind);
    // The worker dies at the second record, or at the only batch.
    const nth = /^(?:unlink|create-called|relink)/.test(point) ? 2 : 1;
    const runId = randomUUID();
    const run = await engine.run(tenant, { runId, killAt: { point, nth }, goesOn });
    expect(run.wasKilled).toBe(true);
    if (goesOn) expect(await told(tenant, runId, run)).toEqual(expected.told);
    else await engine.run(tenant);
    expect(await endState(tenant)).toEqual(expected.end);
    const before = await writes();
    await engine.run(tenant);
    expect(await writes()).toEqual(before);
    expect(await endState(tenant)).toEqual(expected.end);
  },
);

test('A3 links that an attempt has settled without telling Temporal are not compared again, but are counted', async () => {
  const many = Array.from({ length: 250 }, (_, index) => index + 1);
  const tenant = await prepare({
    world: { officernd: { members: many.map((number) => member(number)) }, hubspot: { contacts: many.map(contact) } },
    rounds: afterFirst(() => phonesInOfficernd(many)),
  });
  // There are three batches, of 100, 100 and 50. The second has been written.
  const { wasKilled, told: counts } = await engine.run(tenant, { killAt: { point: 'update-planned', nth: 3 }, stepsHeard: 1 });
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

  test.each(held)('%s, held up at %s', async (name, point) => {
    const kind = kinds[name];
    if (kind === undefined) throw new Error(`There is no kind ${name}.`);
    const expected = await endUndisturbed(name, kind);
    const tenant = await prepare(kind);
    let arrived: () => void = () => undefined;
    let wake: () => void = () => undefined;
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    const sleeps = new Promise<void>((resolve) => (wake = resolve));
    const runId = randomUUID();
    const zombie = engine.run(tenant, {
      runId,
      at: async (reached) => {
        if (reached !== point) return;
        arrived();
        await sleeps;
      },
    });
    const end = zombie.then(
      () => 'went on to its end',
      (error: unknown) => String(error),
    );
    await isThere;
    const run = await engine.run(tenant, { runId });
    const before = await writes();
    wake();
    expect(await end).toMatch('A later attempt has taken over');
    expect(await writes()).toEqual(before);
    expect(await told(tenant, runId, run)).toEqual(expected.told);
    expect(await endState(tenant)).toEqual(expected.end);
  });
});
