import { z } from 'zod';
import { company, edited, editedInHubSpot } from '../support/companies';
import { addFaults, expectSettled, idOf, look, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Phase 3 with hundreds of records, batches that are tried again and records that OfficeRnD refuses (M3, A2, A4, M10). */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

/** Companies that are linked and the same on both sides. */
async function linkedCompanies(tenant: string, count: number): Promise<readonly number[]> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await stage.putWorld({
    officernd: { companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })) },
    hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
  });
  await stage.applyTenant(tenant, { entities: ['company'] });
  await stage.sync(tenant);
  return numbers;
}

test.each([
  ['as many changes in either direction', { companies: 240, everySo: 2, inHubSpot: 120 }, 2],
  ['few changes for HubSpot, far apart among many for OfficeRnD', { companies: 620, everySo: 20, inHubSpot: 31 }, 1],
])('M3 %s: HubSpot is written to once for each hundred records that change there', async (_, { companies, everySo, inHubSpot }, calls) => {
  const tenant = `update-either-way-${everySo}`;
  const numbers = await linkedCompanies(tenant, companies);
  const isOurs = (number: number) => number % everySo === 0;
  await stage.edit(
    'officernd',
    numbers.filter(isOurs).map((number) => edited(number, { 'address.city': 'Leeds' })),
  );
  await stage.edit(
    'hubspot',
    numbers.filter((number) => !isOurs(number)).map((number) => editedInHubSpot(number, { city: 'York' })),
  );
  const report = await stage.sync(tenant);
  const expected = { compared: companies, updatedOfficernd: companies - inHubSpot, updatedHubspot: inHubSpot };
  expect(report).toMatchObject({ phases: { update: { company: expected } } });
  expect(Object.entries(report.calls.hubspot.byRoute)).toContainEqual([expect.stringMatching(/companies\/batch\/update$/), calls]);
  const { values, officernd } = await look(stage);
  for (const number of numbers) {
    expect(values(`${number}`)['city']).toBe(isOurs(number) ? 'Leeds' : 'York');
    expect(officernd(company(number))).toMatchObject({ address: { city: isOurs(number) ? 'Leeds' : 'York' } });
  }
  await expectSettled(stage, tenant);
});

test('A2 a batch that has to be tried again changes nothing in what the report counts', async () => {
  const tenant = 'update-counted';
  const numbers = await linkedCompanies(tenant, 320);
  const changed = numbers.slice(0, 150);
  await stage.edit(
    'officernd',
    changed.map((number) => edited(number, { 'address.city': 'Leeds' })),
  );
  // With another configuration every link is compared anew.
  await stage.applyTenant(tenant, { entities: ['company'], standard: { 'company.description': { neverErase: true } } });
  const refusal = { status: 429, headers: { 'Retry-After': '1' } };
  await addFaults(stage, 'hubspot', [{ match: { method: 'POST', path: '/companies/batch/update' }, after: 1, times: 1, action: refusal }]);
  const report = await stage.sync(tenant);
  expect(report.phases).toMatchObject({ update: { company: { compared: 320, updatedHubspot: 150, unchanged: 170 } } });
  expect(report.calls.hubspot.rateLimited).toBe(1);
  await expectSettled(stage, tenant);
});

const loggedSchema = z.object({ log: z.array(z.object({ method: z.string(), path: z.string() })) });

test('A4 a record that fails while HubSpot is written is not tried again when OfficeRnD alone is', async () => {
  const tenant = 'update-failed-once';
  await linkedCompanies(tenant, 2);
  await stage.edit('officernd', [edited(1, { 'address.city': 'Leeds' })]);
  await stage.edit('hubspot', [editedInHubSpot(1, { state: 'Kent' }), editedInHubSpot(2, { state: 'Kent' })]);
  const refused = { method: 'PUT', path: `/companies/${company(1)}` };
  const tries = async () => {
    const { log } = loggedSchema.parse(await stage.admin('officernd', 'GET', '/requests?log=1'));
    return log.filter(({ method, path }) => method === refused.method && path.endsWith(refused.path)).length;
  };
  const before = await tries();
  await addFaults(stage, 'officernd', [{ match: refused, action: { status: 500 } }]);
  const report = await stage.sync(tenant);
  expect(report.phases).toMatchObject({ update: { company: { compared: 2, updatedOfficernd: 1 } } });
  expect(report.failures).toBe(1);
  // Three tries of one write, and no second write.
  expect((await tries()) - before).toBe(3);
  await stage.admin('officernd', 'DELETE', '/faults');
  await stage.sync(tenant);
  const { values, officernd } = await look(stage);
  expect(officernd(company(1))).toMatchObject({ address: { city: 'Leeds', state: 'Kent' } });
  expect(values('1')).toMatchObject({ city: 'Leeds', state: 'Kent' });
});

test('M10 a field that OfficeRnD refuses holds back no other', async () => {
  const tenant = 'update-refused-here';
  const ann = idOf('member', 1);
  await stage.putWorld({
    officernd: { members: [{ _id: ann, name: 'Ann Lee', phone: '1' }] },
    hubspot: { contacts: [{ id: '1', properties: { firstname: 'Ann', lastname: 'Lee', phone: '1' } }] },
  });
  await stage.admin('officernd', 'PUT', '/settings', { memberPhoneOnPut: false });
  try {
    await stage.applyTenant(tenant, { entities: ['member'] });
    await stage.sync(tenant);
    await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { phone: '2', city: 'Leeds' } }]);
    expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1 });
    expect((await look(stage)).officernd(ann)).toMatchObject({ phone: '1', address: { city: 'Leeds' } });
    const writes = writesIn(await stage.requests('officernd'));
    expect(await stage.sync(tenant)).toMatchObject({ state: 'completed' });
    expect(writesIn(await stage.requests('officernd'))).toEqual(writes);
  } finally {
    await stage.admin('officernd', 'PUT', '/settings', { memberPhoneOnPut: true });
  }
});
