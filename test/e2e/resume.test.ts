import { MongoClient } from 'mongodb';
import { poll } from '../support/poll';
import { addFaults } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * A2: a worker that is killed in the middle of a phase is replaced by another, and the run finishes by itself. All other points are in
 * crash-points.test.ts.
 */

const id = (kind: string, number: number) => `65f0${kind}${String(number).padStart(19, '0')}`;

/** All three phases have work: two obsolete links, matches, creations, and differences in both directions. */
const world = {
  officernd: {
    companies: [
      { _id: id('c', 1), name: 'Gone', properties: { hubspot_link_id: '12345678-901' } },
      { _id: id('c', 2), name: 'Matched', description: 'from OfficeRnD' },
      ...many(10, (n) => ({ _id: id('c', 100 + n), name: `Firm ${n}`, url: `https://firm${n}.example` })),
    ],
    members: [{ _id: id('e', 1), name: 'Gone Too', email: 'gone@example.com', properties: { hubspot_link_id: '12345678-902' } }],
  },
  hubspot: {
    portalId: '12345678',
    companies: [
      { id: '1', properties: { name: 'Matched', city: 'London' } },
      ...many(10, (n) => ({ id: `${100 + n}`, properties: { name: `Firm ${n}`, city: `City ${n}` } })),
    ],
    contacts: many(15, (n) => ({
      id: `${500 + n}`,
      properties: { firstname: 'Ann', lastname: `Lee${n}`, email: `ann${n}@example.com` },
      associations: { companies: ['1'] },
    })),
  },
};

function many<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

const ofThisFile: Stage[] = [];

async function openStage(name: string): Promise<Stage> {
  const stage = await createStage(name);
  ofThisFile.push(stage);
  await stage.putWorld(world);
  return stage;
}

afterAll(() => Promise.all(ofThisFile.map((stage) => stage.stop())));

/** The end state of an undisturbed run. It is played once. */
let undisturbed: Promise<unknown> | undefined;
async function runUndisturbed(): Promise<unknown> {
  const stage = await openStage('undisturbed');
  await stage.applyTenant('undisturbed');
  const worker = await stage.startWorker();
  await stage.sync('undisturbed');
  await worker.stop();
  return endState(stage);
}

/** Both worlds without the ids of OfficeRnD and times, which differ from run to run. */
async function endState(stage: Stage) {
  const { officernd, hubspot } = await stage.world();
  const names = new Map(officernd.companies.map(({ _id, name }) => [_id, name]));
  return {
    companies: officernd.companies.map(({ name, properties, ...rest }) => ({
      name,
      properties,
      city: rest['address'],
      url: rest['url'],
      description: rest['description'],
    })),
    members: officernd.members
      .map(({ name, properties, ...rest }) => ({ name, properties, email: rest['email'], company: names.get(String(rest['company'])) }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    hubspot: [...hubspot.companies, ...hubspot.contacts].map((record) => ({
      id: record.id,
      properties: Object.fromEntries(Object.entries(record.properties).filter(([name]) => !/date|modified/.test(name))),
    })),
  };
}

test.concurrent.each([
  ['phase 1, between call and note', 'unlink-called:2'],
  ['phase 2, between link and note', 'link-applied:1'],
  ['phase 2, between a creation and its note', 'create-called:7'],
  ['phase 3, between OfficeRnD and HubSpot', 'update-officernd-called:1'],
  ['phase 3, between call and base', 'update-hubspot-called:1'],
])(
  'A2 killed in %s: another worker finishes the run, with the same end and nothing twice (L12)',
  async (_where, point) => {
    const name = `killed-${point.replace(':', '-')}`;
    const stage = await openStage(name);
    await stage.applyTenant(name);
    const doomed = await stage.startWorker({ ORSYNC_CRASH_AT: point });
    const running = stage.sync(name);
    await doomed.ended;
    const survivor = await stage.startWorker();
    const report = await running;
    await survivor.stop();
    expect(report.state).toBe('completed');
    expect(report.phases.link['member']).toMatchObject({ created: 15 });
    expect(await endState(stage)).toEqual(await (undisturbed ??= runUndisturbed()));
    await expectOneLinkEach(stage);
  },
  240_000,
);

test('the other worker goes on within 30 s of the last sign of life (heartbeat time-out)', async () => {
  const stage = await openStage('takeover');
  await stage.applyTenant('takeover');
  const doomed = await stage.startWorker({ ORSYNC_CRASH_AT: 'create-called:2' });
  const running = stage.sync('takeover');
  await doomed.ended;
  const killedAt = Date.now();
  const calls = await callsSoFar(stage);
  const survivor = await stage.startWorker();
  await poll('the first call of the other worker', async () => ((await callsSoFar(stage)) > calls ? true : undefined), {
    deadlineMs: 60_000,
  });
  expect(Date.now() - killedAt).toBeLessThan(30_000);
  await running;
  await survivor.stop();
}, 120_000);

test('the other worker goes on within 30 s though the vendor had refused the step many times before', async () => {
  const stage = await openStage('takeover-after-refusals');
  await stage.putWorld({
    officernd: { companies: [{ _id: id('c', 2), name: 'Matched', description: 'from OfficeRnD' }] },
    hubspot: { portalId: '12345678', companies: [{ id: '1', properties: { name: 'Matched', city: 'London' } }] },
  });
  await stage.applyTenant('refused');
  const refusal = { status: 429, headers: { 'retry-after': '1' } };
  await addFaults(stage, 'hubspot', [{ match: { method: 'POST', path: '/companies/batch/read$' }, times: REFUSALS, action: refusal }]);
  const doomed = await stage.startWorker({ ORSYNC_CRASH_AT: 'update-hubspot-called' });
  const running = stage.sync('refused');
  await doomed.ended;
  const killedAt = Date.now();
  expect((await stage.requests('hubspot')).byStatus['429']).toBe(REFUSALS);
  const calls = await callsSoFar(stage);
  const survivor = await stage.startWorker();
  await poll('the first call of the other worker', async () => ((await callsSoFar(stage)) > calls ? true : undefined), {
    deadlineMs: 120_000,
  });
  expect(Date.now() - killedAt).toBeLessThan(30_000);
  expect(await running).toMatchObject({ state: 'completed', phases: { update: { company: { updatedOfficernd: 1 } } } });
  await survivor.stop();
}, 240_000);

/** The number of refusals. After one more, the pause would be 64 s. */
const REFUSALS = 6;

const callsSoFar = async (stage: Stage): Promise<number> =>
  (await stage.requests('officernd')).total + (await stage.requests('hubspot')).total;

/** L13: no OfficeRnD or HubSpot record is in two active links. */
async function expectOneLinkEach(stage: Stage): Promise<void> {
  const client = await MongoClient.connect(stage.env['MONGODB_URI'] ?? '');
  try {
    const links = client.db().collection('links');
    const active = await links.countDocuments({ state: 'active' });
    expect(active).toBeGreaterThan(0);
    for (const side of ['hubspotId', 'officerndId']) {
      const groups = await links
        .aggregate([
          { $match: { state: 'active' } },
          { $group: { _id: { tenant: '$tenant', entity: '$entity', id: `$${side}` }, count: { $sum: 1 } } },
          { $match: { count: { $gt: 1 } } },
        ])
        .toArray();
      expect(groups).toEqual([]);
    }
  } finally {
    await client.close();
  }
}

test('without a worker, starting or pausing a run says so, and the next worker answers it', async () => {
  const tenant = 'no-worker';
  const stage = await openStage(tenant);
  await stage.applyTenant(tenant);
  const started = stage.cli('sync', tenant);
  await poll('the run to be there', async () => (await stage.cli('status', tenant)).stderr.includes('no worker answers') || undefined);
  const paused = stage.cli('pause', tenant);
  // Each of these commands waits for a worker's answer until it reports that there is none.
  for (const _ of [1, 2]) await stage.cli('status', tenant);
  const worker = await stage.startWorker();
  expect(await started).toMatchObject({ code: 0, stderr: expect.stringContaining('No worker answers') });
  expect(await paused).toMatchObject({ code: 0, stderr: expect.stringContaining('No worker answers') });
  expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
  await worker.stop();
});
