import { companies } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** The beginning of a run may take longer than the heartbeat time-out. Causes are a slow vendor, a low limit or a preview's copies. */

const SLOW_MS = 20_000;
const ACCOUNT = 'GET /account-info/2026-09/details';
const LOCATIONS = 'GET /organizations/{org}/locations';

const ofThisFile: Stage[] = [];
afterAll(() => Promise.all(ofThisFile.map((stage) => stage.stop())));

/** Begins a run on a stage of its own. HubSpot answers the first call after `ACCOUNT` slowly. The tenant has the stage's name. */
async function beginSlowly(
  name: string,
  code: number,
): Promise<{ readonly stage: Stage; readonly end: Promise<SeenReport>; readonly asked: () => Promise<readonly number[]> }> {
  const stage = await createSharedStage();
  ofThisFile.push(stage);
  await stage.putWorld(companies(1));
  await stage.applyTenant(name);
  const timesAsked = async () => [
    (await stage.requests('hubspot')).byRoute[ACCOUNT] ?? 0,
    (await stage.requests('officernd')).byRoute[LOCATIONS] ?? 0,
  ];
  const before = await timesAsked();
  await addFaults(stage, 'hubspot', [{ match: { method: 'GET', path: '/properties/' }, times: 1, action: { delayMs: SLOW_MS } }]);
  const end = stage.sync(name, [], code);
  return { stage, end, asked: async () => (await timesAsked()).map((count, index) => count - (before[index] ?? 0)) };
}

test.concurrent('A2 a preparation that takes longer than the heartbeat time-out is not begun again', async () => {
  const { end, asked } = await beginSlowly('preparation-slow', 0);
  expect(await end).toMatchObject({ state: 'completed', phases: { link: { company: { linked: 1 } } } });
  expect(await asked()).toEqual([1, 1]);
}, 240_000);

test.concurrent('a run that is cancelled while its preparation takes long ends as cancelled', async () => {
  const tenant = 'preparation-cancelled';
  const { stage, end, asked } = await beginSlowly(tenant, 1);
  await poll('the preparation', async () => ((await asked())[0] === 1 ? true : undefined), { deadlineMs: 60_000 });
  expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
  expect(await end).toMatchObject({ state: 'cancelled' });
  expect(await asked()).toEqual([1, 1]);
}, 240_000);
