import { company, companies, edited, editedInHubSpot } from '../support/companies';
import { poll } from '../support/poll';
import { expectSettled, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** A2: a worker that stands still for longer than its heartbeat's time-out, as on a host that is suspended, and goes on later. */

let stage: Stage;
beforeAll(async () => {
  stage = await createStage('frozen-worker');
});
afterAll(() => stage.stop());

const SOON_NOTICED = { ORSYNC_DEAD_WORKER_SECONDS: '4' };
const ample = { hubspot: { per10s: 100_000, searchPerSecond: 1000 }, officernd: { readsPerMinute: 100_000, writesPerMinute: 100_000 } };
const puts = async (): Promise<number> =>
  Object.entries((await stage.requests('officernd')).byRoute).reduce(
    (sum, [route, count]) => (route.startsWith('PUT ') ? sum + count : sum),
    0,
  );

test('A2 while it stands still another one finishes the run; afterwards it writes nothing twice, and nothing over an edit', async () => {
  const tenant = 'frozen';
  const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
  await stage.putWorld(companies(...numbers));
  // Without link ids, the first run writes nothing to OfficeRnD, so the minute's writes are left.
  const links = { show: false };
  await stage.applyTenant(tenant, { limits: ample, links });
  const doomed = await stage.startWorker(SOON_NOTICED);
  await stage.sync(tenant);
  await stage.edit(
    'hubspot',
    numbers.map((number) => editedInHubSpot(number, { city: 'York' })),
  );
  await stage.applyTenant(tenant, { limits: { ...ample, officernd: { readsPerMinute: 100_000, writesPerMinute: 20 } }, links });
  const before = await puts();
  const running = stage.sync(tenant);
  // The others wait for their places in the limit. So does the worker when it wakes up.
  await poll('the writes of the first minute', async () => ((await puts()) - before >= 20 ? true : undefined), { deadlineMs: 180_000 });
  process.kill(doomed.pid, 'SIGSTOP');
  try {
    await stage.edit('officernd', [edited(24, { 'address.city': 'Mine' })]);
    const survivor = await stage.startWorker(SOON_NOTICED);
    expect(await running).toMatchObject({ state: 'completed', phases: { update: { company: { updatedOfficernd: 23 } } } });
    expect((await puts()) - before).toBe(23);
    await survivor.stop();
  } finally {
    process.kill(doomed.pid, 'SIGCONT');
  }
  const written = await puts();
  // The worker that stood still does this run alone: by then it has dealt with what it held.
  await expectSettled(stage, tenant);
  expect(await puts()).toBe(written);
  const { officernd, values } = await look(stage);
  expect(officernd(company(24))).toMatchObject({ address: { city: 'Mine' } });
  expect(values('24')['city']).toBe('Mine');
  await doomed.stop();
}, 600_000);
