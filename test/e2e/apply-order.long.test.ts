import { appliedSchema } from '../support/apply-oracle';
import { poll } from '../support/poll';
import { addFaults, idOf, look, release } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { runsOf, statusOf } from '../support/told';

/** A preview that is applied while other runs are under way, and one whose run breaks off. */

let stage: Stage;
beforeAll(async () => {
  stage = await createSharedStage();
});
afterAll(() => stage.stop());

const cities = ['Leeds', 'York'];
const company = (number: number) => idOf('company', number);

/** Two linked companies whose city a person has changed in OfficeRnD, and a preview that lists the two updates. */
async function previewOfTwo(tenant: string): Promise<string> {
  await stage.putWorld({
    officernd: { companies: [1, 2].map((number) => ({ _id: company(number), name: `C${number}` })) },
    hubspot: { companies: [1, 2].map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await stage.edit(
    'officernd',
    cities.map((city, index) => ({ op: 'update', type: 'companies', id: company(index + 1), fields: { 'address.city': city } })),
  );
  return (await stage.sync(tenant, ['--mode', 'preview'])).runId;
}

const applied = async (...args: readonly string[]) => {
  const { code, stdout } = await stage.cli('apply', ...args, '--wait', '--json');
  const said = appliedSchema.safeParse(JSON.parse(stdout));
  if (!said.success) throw new Error(stdout);
  return { code, ...said.data };
};

/** Holds these requests to HubSpot until they are released. */
const hold = (method: string, path: string) => addFaults(stage, 'hubspot', [{ match: { method, path }, action: { hold: true } }]);

const untilIn = (phase: string, tenant: string) =>
  poll(`the run to be in ${phase}`, async () => {
    const { stdout } = await stage.cli('status', tenant, '--json');
    return stdout.includes(`"phase": "${phase}"`) ? true : undefined;
  });

test('A5 a preview that is applied while a run is under way waits for its own run, and shares it with no other request', async () => {
  const tenant = 'apply-queued';
  const preview = await previewOfTwo(tenant);
  await hold('POST', 'companies/batch/update');
  const ahead = stage.sync(tenant);
  await untilIn('update', tenant);
  const applying = applied(tenant, preview);
  const later = stage.sync(tenant, ['--mode', 'incremental']);
  await release(stage, 'hubspot');
  expect(await ahead).toMatchObject({ phases: { update: { company: { updatedHubspot: 2 } } } });
  // The run ahead has done all that was listed.
  expect(await applying).toMatchObject({ code: 0, state: 'completed', applied: { effects: 2, done: 0, notDone: { 'no-longer': 2 } } });
  expect(await later).toMatchObject({ state: 'completed' });
  expect((await runsOf(stage, tenant)).filter(({ mode }) => mode !== 'preview')).toHaveLength(4);
}, 120_000);

test('A2, P2 a run that is cancelled says what it has not done, and the preview may be applied again', async () => {
  const tenant = 'apply-cancelled';
  const preview = await previewOfTwo(tenant);
  await hold('GET', '/objects/[^/]+/companies(\\?|$)');
  const first = applied(tenant, preview);
  await untilIn('observe', tenant);
  await stage.cli('cancel', tenant);
  expect(await first).toMatchObject({ code: 1, state: 'cancelled', applied: { done: 0, notDone: { 'run-ended': 2 } } });
  await release(stage, 'hubspot');
  await poll('its end', async () => ((await statusOf(stage, tenant)).running ? undefined : true));
  const again = await applied(tenant, preview);
  expect(again).toMatchObject({ code: 0, state: 'completed', applied: { done: 2 } });
  const { values } = await look(stage);
  expect(['1', '2'].map((id) => values(id)['city'])).toEqual(cities);
}, 120_000);
