import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** L12 with a creation that takes effect after its caller has given up, in real time. */

let stage: Stage;

beforeAll(async () => {
  stage = await createStage('late-effects');
  // The tenant's own time, as in production.
  await stage.startWorker({ ORSYNC_LATE_EFFECT_MS: '' });
});

afterAll(() => stage.stop());

test('L12, L9 a company that comes to be after 40 s is made once, and what belongs into it waits for it', async () => {
  const tenant = 'late-effects';
  const inCompany = { companies: ['1'] };
  await stage.putWorld({
    officernd: { opportunityStatuses: [{ _id: idOf('status', 1), description: 'New', probability: 20 }] },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'Slow Ltd' } },
        { id: '2', properties: { name: 'Quick Ltd' } },
      ],
      contacts: [
        { id: '11', properties: { firstname: 'Ann' }, associations: inCompany },
        { id: '12', properties: { firstname: 'Bob' } },
      ],
      deals: [{ id: '21', properties: { dealname: 'Desks', dealstage: 'appointmentscheduled' }, associations: inCompany }],
    },
  });
  await stage.applyTenant(tenant, { opportunities: { statuses: { appointmentscheduled: 'New' } } });
  await addFaults(stage, 'officernd', [
    { match: { method: 'POST', path: '/companies$' }, times: 1, action: { delayMs: 40_000, before: true, lateEffect: true } },
  ]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', pending: 1, failures: 0 });
  expect(report.phases.link).toMatchObject({ company: { created: 1 }, member: { created: 1 }, opportunity: { created: 0 } });
  const slow = await poll('the late effect', async () => (await look(stage)).linkedTo('1'));
  expect(await stage.sync(tenant)).toMatchObject({
    state: 'completed',
    pending: 0,
    failures: 0,
    phases: { link: { company: { adopted: 1, created: 0 }, member: { created: 1 }, opportunity: { created: 1 } } },
  });
  const { world, linkedTo } = await look(stage);
  expect(world.officernd.companies.map(({ name }) => name).toSorted()).toEqual(['Quick Ltd', 'Slow Ltd']);
  expect([linkedTo('11')?.['company'], linkedTo('12')?.['company'], linkedTo('21')?.['company']]).toEqual([slow._id, undefined, slow._id]);
  await expectSettled(stage, tenant);
}, 240_000);
