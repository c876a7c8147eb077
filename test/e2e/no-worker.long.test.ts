import { idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { poll } from '../support/poll';
import { runsOf, statusOf } from '../support/told';

/** Requests that come while no worker runs: `orsync sync` without `--wait` leaves them with Temporal, and says so. */

let stage: Stage;

beforeAll(async () => {
  stage = await createStage('no-worker');
});

afterAll(() => stage.stop());

test('A5 a request without a worker is stored, told, and carried out once by the worker that comes', async () => {
  const tenant = `no-worker-${process.pid}`;
  await stage.putWorld({ officernd: { companies: [{ _id: idOf('company', 1), name: 'C1' }] }, hubspot: { companies: [] } });
  // The first worker prepares the database.
  const worker = await stage.startWorker();
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  await worker.stop();

  const asked = await stage.cli('sync', tenant, '--timeout', '1', '--json');
  expect([asked.code, JSON.parse(asked.stdout)]).toMatchObject([0, { tenant, outcome: 'stored' }]);
  const again = await stage.cli('sync', tenant, '--timeout', '1');
  expect(again.stdout).toContain('Temporal has stored the request');
  const page = await stage.cli('status', tenant);
  expect(page.stdout).toContain('Worker: none answers');
  expect(page.stdout).toContain('$ orsync worker');
  expect((await stage.cli('sync', tenant, '--wait', '--timeout', '5')).code).toBe(2);

  await stage.startWorker();
  await poll('the end of the run', async () => ((await statusOf(stage, tenant)).running ? undefined : true));
  expect((await runsOf(stage, tenant)).map(({ state }) => state)).toEqual(['completed']);
  expect((await stage.cli('status', tenant)).stdout).toContain('Worker: answers');
});
