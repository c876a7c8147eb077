import { inHubSpot, inOfficernd, linkedMembers, memberWrites } from '../support/members';
import { expectSettled, idOf, look, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Values that a vendor takes once and another record holds (M10). */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const contactWrites = async (): Promise<number> =>
  Object.entries(writesIn(await stage.requests('hubspot'))).reduce(
    (sum, [route, count]) => (route.endsWith('contacts/batch/update') ? sum + count : sum),
    0,
  );

test('M10 an address that passes along a chain of people, in either direction, arrives in one run', async () => {
  const tenant = 'refused-chain';
  await linkedMembers(stage, tenant, [1, 2, 3]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  const emails = ['m2@example.com', 'm3@example.com', 'new@example.com'];
  for (const number of [3, 2, 1]) await inHubSpot(stage, number, { email: emails[number - 1] ?? '' });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0 });
  const arrived = await look(stage);
  expect([1, 2, 3].map((number) => arrived.officernd(idOf('member', number))?.['email'])).toEqual(emails);
  await expectSettled(stage, tenant);

  const back = ['m3@example.com', 'new@example.com', 'last@example.com'];
  for (const number of [3, 2, 1]) await inOfficernd(stage, number, { email: back[number - 1] });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0 });
  const returned = await look(stage);
  expect([1, 2, 3].map((number) => returned.values(`${number}`)['email'])).toEqual(back);
  await expectSettled(stage, tenant);
});

test('M10 two people who exchange their addresses are reported, lose nothing, and cost no call until one of them changes', async () => {
  const tenant = 'refused-swap';
  await linkedMembers(stage, tenant, [1, 2]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  await inHubSpot(stage, 1, { email: 'passing@example.com' });
  await inHubSpot(stage, 2, { email: 'm1@example.com', phone: '+44 2' });
  await inHubSpot(stage, 1, { email: 'm2@example.com', phone: '+44 1' });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 2 });
  const swapped = await look(stage);
  expect([1, 2].map((number) => swapped.officernd(idOf('member', number)))).toMatchObject([
    { email: 'm1@example.com', phone: '+44 1' },
    { email: 'm2@example.com', phone: '+44 2' },
  ]);
  expect([swapped.values('1')['email'], swapped.values('2')['email']]).toEqual(['m2@example.com', 'm1@example.com']);
  await expectSettled(stage, tenant);
  await inHubSpot(stage, 2, { email: 'free@example.com' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'm2@example.com' });
  await expectSettled(stage, tenant);
});

test('M10 A1 what one retried write lets go of, another one takes in the same run', async () => {
  const tenant = 'refused-behind';
  await linkedMembers(stage, tenant, [1, 2]);
  const stranger = idOf('member', 9);
  await stage.edit('officernd', [{ op: 'create', type: 'members', id: stranger, fields: { name: 'Zed', email: 'taken@example.com' } }]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  await inHubSpot(stage, 1, { email: 'taken@example.com' });
  await inHubSpot(stage, 2, { email: 'm1@example.com' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 2 });
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: stranger, fields: { email: 'free@example.com' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  const after = await look(stage);
  expect([1, 2].map((number) => after.officernd(idOf('member', number))?.['email'])).toEqual(['taken@example.com', 'm1@example.com']);
  await expectSettled(stage, tenant);
});

test('M10 a value that a record without a link holds is tried again when that record lets go of it, and in no other run', async () => {
  const tenant = 'refused-held';
  await linkedMembers(stage, tenant, [1, 2]);
  const stranger = idOf('member', 9);
  await stage.edit('officernd', [{ op: 'create', type: 'members', id: stranger, fields: { name: 'Zed', email: 'taken@example.com' } }]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  await inHubSpot(stage, 1, { email: 'taken@example.com', phone: '+44 1' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'm1@example.com', phone: '+44 1' });
  await expectSettled(stage, tenant);
  // Somebody else's edit is none of this record's business.
  await inHubSpot(stage, 2, { phone: '+44 2' });
  const before = await memberWrites(stage);
  await stage.sync(tenant);
  expect((await memberWrites(stage)) - before).toBe(1);
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: stranger, fields: { email: 'zed@example.com' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'taken@example.com' });
  await expectSettled(stage, tenant);
});

test('M10 an address that another contact has in HubSpot is tried again when that contact lets go of it', async () => {
  const tenant = 'refused-held-hubspot';
  await linkedMembers(stage, tenant, [1]);
  await stage.edit('hubspot', [{ op: 'create', type: 'contacts', id: '77', properties: { email: 'taken@example.com' } }]);
  await inOfficernd(stage, 1, { email: 'taken@example.com', phone: '+44 1' });
  // A contact without a name is created in OfficeRnD, so this tenant creates nothing.
  await stage.applyTenant(tenant, { entities: ['member'], create: { filter: [{ property: 'lifecyclestage', in: ['customer'] }] } });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  expect((await look(stage)).values('1')).toMatchObject({ email: 'm1@example.com', phone: '+44 1' });
  const before = await contactWrites();
  await stage.sync(tenant);
  expect(await contactWrites()).toBe(before);
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '77', properties: { email: 'other@example.com' } }]);
  await stage.sync(tenant);
  expect((await look(stage)).values('1')).toMatchObject({ email: 'taken@example.com' });
});

test('M10 where the holder of a unique value is not known, any change of its side is reason for one more try', async () => {
  const tenant = 'refused-unique';
  await stage.admin('hubspot', 'PUT', '/settings', { rules: [], namelessRefusals: false });
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'VAT', type: 'String', targets: ['team'] }],
      companies: [1, 2].map((number) => ({ _id: idOf('company', number), name: `C${number}` })),
    },
    hubspot: {
      properties: { companies: [{ name: 'vat', type: 'string', fieldType: 'text', hasUniqueValue: true }] },
      companies: [
        ...[1, 2].map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })),
        { id: '77', properties: { name: 'Stranger', vat: 'GB 1' } },
      ],
    },
  });
  const additional = { company: [{ officernd: 'properties.VAT', hubspot: 'vat', direction: '→' }] };
  const create = { filter: [{ property: 'lifecyclestage', in: ['customer'] }] };
  await stage.applyTenant(tenant, { entities: ['company'], additional, create });
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: idOf('company', 1), properties: { VAT: 'GB 1' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  await expectSettled(stage, tenant);
  const tries = async () => writesIn(await stage.requests('hubspot'));
  const before = await tries();
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '2', properties: { city: 'Leeds' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  expect(await tries()).not.toEqual(before);
  await expectSettled(stage, tenant);
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '77', properties: { vat: 'GB 77' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).values('1')).toMatchObject({ vat: 'GB 1' });
  await expectSettled(stage, tenant);
});
