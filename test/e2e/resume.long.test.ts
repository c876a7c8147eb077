import { createKilledRuns, id } from '../support/killed-runs';
import { poll } from '../support/poll';
import { addFaults } from '../support/sight';
import type { Stage } from '../support/stage';

/** A2: kills of a worker at more points than in resume.test.ts, and how soon another worker goes on. */

const { openStage, finishByAnother, stop } = createKilledRuns();
afterAll(stop);

test.concurrent.each([
  ['phase 1, between call and note', 'unlink-called:2'],
  ['phase 2, between link and note', 'link-applied:1'],
  ['phase 3, between OfficeRnD and HubSpot', 'update-officernd-called:1'],
])(
  'A2 killed in %s: another worker finishes the run, with the same end and nothing twice (L12)',
  async (_where, point) => {
    const { seen, expected } = await finishByAnother(point);
    expect(seen).toEqual(expected);
  },
  240_000,
);

/** The heartbeat's time-out of 25 s and the pause of 2 s after it, and what a busy machine adds. */
const SOON_MS = 40_000;

test('the other worker goes on soon after the last sign of life (heartbeat time-out)', async () => {
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
  expect(Date.now() - killedAt).toBeLessThan(SOON_MS);
  await running;
  await survivor.stop();
}, 120_000);

test('the other worker goes on as soon though the vendor had refused the step many times before', async () => {
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
  expect(Date.now() - killedAt).toBeLessThan(SOON_MS);
  expect(await running).toMatchObject({ state: 'completed', phases: { update: { company: { updatedOfficernd: 1 } } } });
  await survivor.stop();
}, 240_000);

/** The pause after one more refusal would be 64 s. */
const REFUSALS = 6;

const callsSoFar = async (stage: Stage): Promise<number> =>
  (await stage.requests('officernd')).total + (await stage.requests('hubspot')).total;

test('whoever starts or pauses a run while no worker is there is told so, and answered by the next worker', async () => {
  const tenant = 'no-worker';
  const stage = await openStage(tenant);
  await stage.applyTenant(tenant);
  const started = stage.cli('sync', tenant);
  await poll('the run to be there', async () => (await stage.cli('status', tenant)).stderr.includes('no worker answers') || undefined);
  const paused = stage.cli('pause', tenant);
  // Each of these waits for a worker's answer as long as it takes until silence is told.
  for (const _ of [1, 2]) await stage.cli('status', tenant);
  const worker = await stage.startWorker();
  expect(await started).toMatchObject({ code: 0, stderr: expect.stringContaining('No worker answers') });
  expect(await paused).toMatchObject({ code: 0, stderr: expect.stringContaining('No worker answers') });
  expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
  await worker.stop();
});
