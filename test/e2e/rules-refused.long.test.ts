import { addFaults, expectSettled, idOf, look, notedFailures, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Refusals of values in phase 3 (M10): in words that name no field, and because another record holds the value. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const memberPath = 'PUT /organizations/{org}/members/{id}';
const memberWrites = async (): Promise<number> => writesIn(await stage.requests('officernd'))[memberPath] ?? 0;
const contactWrites = async (): Promise<number> =>
  Object.entries(writesIn(await stage.requests('hubspot'))).reduce(
    (sum, [route, count]) => (route.endsWith('contacts/batch/update') ? sum + count : sum),
    0,
  );

const places = { address: '1 Oak Road', city: 'Leeds', state: 'Kent', zip: 'LS1', country: 'UK' };

/** One linked member per number, equal on both sides and with its link id. */
async function linkedMembers(tenant: string, numbers: readonly number[], settings: Record<string, unknown> = {}): Promise<void> {
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [], memberEmailUnique: false });
  await stage.admin('hubspot', 'PUT', '/settings', { rules: [], namelessRefusals: false });
  await stage.putWorld({
    officernd: {
      members: numbers.map((number) => ({ _id: idOf('member', number), name: `Ann No${number}`, email: `m${number}@example.com` })),
    },
    hubspot: {
      contacts: numbers.map((number) => ({
        id: `${number}`,
        properties: { firstname: 'Ann', lastname: `No${number}`, email: `m${number}@example.com` },
      })),
    },
  });
  await stage.applyTenant(tenant, { entities: ['member'], ...settings });
  await stage.sync(tenant);
}

const inHubSpot = (number: number, properties: Readonly<Record<string, string>>): Promise<void> =>
  stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: `${number}`, properties }]);
const inOfficernd = (number: number, fields: Readonly<Record<string, unknown>>): Promise<void> =>
  stage.edit('officernd', [{ op: 'update', type: 'members', id: idOf('member', number), fields }]);

const noLetters = { resource: 'members', field: 'phone', pattern: '[a-z]', message: 'Invalid phone number' };

test('M10 a refusal by OfficeRnD that names no field holds back that field alone, is found in halves, and is not tried again', async () => {
  const tenant = 'refused-nameless';
  await linkedMembers(tenant, [1]);
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [noLetters] });
  await inHubSpot(1, { ...places, phone: 'call me', email: 'new1@example.com' });
  const before = await memberWrites();
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1 });
  // Seven fields: 2·log2(7) + 2 calls at most.
  expect((await memberWrites()) - before).toBeLessThanOrEqual(8);
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({
    email: 'new1@example.com',
    address: { street: '1 Oak Road', city: 'Leeds', state: 'Kent', zip: 'LS1', country: 'UK' },
  });
  expect(await notedFailures(stage, tenant)).toMatchObject([{ field: 'phone', said: 'Invalid phone number' }]);
  const { stdout } = await stage.cli('status', tenant);
  expect(stdout).toContain('Invalid phone number');
  await expectSettled(stage, tenant);
  // The value changes.
  await inHubSpot(1, { phone: '+44 9' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ phone: '+44 9' });
  expect(await notedFailures(stage, tenant)).toEqual([]);
});

test('M10 a search that is handed back again and again goes on where it was', async () => {
  const tenant = 'refused-handed-back';
  await linkedMembers(tenant, [1]);
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [noLetters] });
  await inHubSpot(1, { ...places, phone: 'call me', email: 'new1@example.com' });
  // Each third write meets a limit, which ends the attempt.
  await addFaults(
    stage,
    'officernd',
    Array.from({ length: 20 }, (_, index) => ({
      match: { method: 'PUT', path: '/members/' },
      after: 3 * index + 2,
      times: 1,
      action: { status: 429, headers: { 'retry-after': '1' }, body: { ...ofOfficernd('Too many'), statusCode: 429 } },
    })),
  );
  try {
    const before = await memberWrites();
    expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1 });
    expect((await memberWrites()) - before).toBeLessThanOrEqual(8 + 5);
    expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'new1@example.com', address: { zip: 'LS1' } });
    expect(await notedFailures(stage, tenant)).toMatchObject([{ field: 'phone', said: 'Invalid phone number' }]);
  } finally {
    await stage.admin('officernd', 'DELETE', '/faults');
  }
  await expectSettled(stage, tenant);
});

test('M10 a refused value is tried again when the record that refused it changes, also where the change is not mapped', async () => {
  const tenant = 'refused-until-changed';
  await linkedMembers(tenant, [1]);
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [noLetters] });
  await inHubSpot(1, { city: 'Leeds', phone: 'call me' });
  await stage.sync(tenant);
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [] });
  await expectSettled(stage, tenant);
  await inOfficernd(1, { isBillingPerson: true });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ phone: 'call me' });
});

test('M10 a refused option is tried again when the definition of its property lists it', async () => {
  const tenant = 'refused-option';
  const property = { name: 'office', type: 'enumeration', fieldType: 'select', options: [{ label: 'North', value: 'North' }] };
  const one = idOf('member', 1);
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'Office', type: 'String', targets: ['member'] }],
      members: [{ _id: one, name: 'Ann One', email: 'm1@example.com' }],
    },
    hubspot: {
      properties: { contacts: [property] },
      contacts: [{ id: '1', properties: { firstname: 'Ann', lastname: 'One', email: 'm1@example.com' } }],
    },
  });
  const additional = { member: [{ officernd: 'properties.Office', hubspot: 'office', direction: '→' }] };
  await stage.applyTenant(tenant, { entities: ['member'], additional });
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: one, properties: { Office: 'South' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  await expectSettled(stage, tenant);
  const world: unknown = await stage.admin('hubspot', 'GET', '/world');
  await stage.admin('hubspot', 'PUT', '/world', {
    ...(typeof world === 'object' ? world : {}),
    properties: { contacts: [{ ...property, options: [...property.options, { label: 'South', value: 'South' }] }] },
  });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).values('1')).toMatchObject({ office: 'South' });
});

test('M10 HubSpot’s refusal that names no field is found in halves, too, each record’s by itself', async () => {
  const tenant = 'refused-nameless-hubspot';
  await linkedMembers(tenant, [1, 2, 3]);
  await stage.admin('hubspot', 'PUT', '/settings', {
    namelessRefusals: true,
    rules: [{ type: 'contacts', property: 'city', kind: 'alpha' }],
  });
  for (const number of [1, 2, 3])
    await inOfficernd(number, {
      phone: `+44 ${number}`,
      'address.street': 'Oak',
      'address.city': number === 2 ? 'District 9' : 'Leeds',
      'address.zip': 'LS1',
    });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1 });
  const after = await look(stage);
  expect(after.values('1')).toMatchObject({ phone: '+44 1', city: 'Leeds', zip: 'LS1' });
  expect(after.values('2')).toMatchObject({ phone: '+44 2', address: 'Oak', zip: 'LS1' });
  expect(after.values('2')['city'] ?? '').toBe('');
  expect(after.values('3')).toMatchObject({ phone: '+44 3', city: 'Leeds', zip: 'LS1' });
  expect(await notedFailures(stage, tenant)).toMatchObject([{ field: 'address.city', said: 'Invalid input: check the values' }]);
  await expectSettled(stage, tenant);
});

test('M10 several refused fields are found; a record that OfficeRnD refuses as a whole costs a bounded number of calls, once', async () => {
  const tenant = 'refused-several';
  await linkedMembers(tenant, [1, 2]);
  await stage.admin('officernd', 'PUT', '/settings', {
    refusals: [noLetters, { ...noLetters, field: 'address.zip', message: 'That is not a code' }],
  });
  await addFaults(stage, 'officernd', [
    { match: { method: 'PUT', path: `/members/${idOf('member', 2)}` }, action: { status: 400, body: ofOfficernd('Member is locked') } },
  ]);
  const changes = { ...places, zip: 'none', phone: 'call me', email: 'new@example.com' };
  await inHubSpot(1, changes);
  await inHubSpot(2, { ...changes, email: 'new2@example.com' });
  const before = await memberWrites();
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed' });
  expect((await memberWrites()) - before).toBeLessThanOrEqual(14 + 10);
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'new@example.com', address: { city: 'Leeds' } });
  const noted = await notedFailures(stage, tenant);
  expect(noted.map(({ field, said }) => [field, said])).toEqual(
    expect.arrayContaining([
      ['phone', 'Invalid phone number'],
      ['address.zip', 'That is not a code'],
      [null, 'Member is locked'],
    ]),
  );
  await expectSettled(stage, tenant);
  await stage.admin('officernd', 'DELETE', '/faults');
});

const ofOfficernd = (message: string) => ({ statusCode: 400, message, error: 'Bad Request', timestamp: '2026-01-01T00:00:00.000Z' });

test('M10 an address that passes along a chain of people, in either direction, arrives in one run', async () => {
  const tenant = 'refused-chain';
  await linkedMembers(tenant, [1, 2, 3]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  const emails = ['m2@example.com', 'm3@example.com', 'new@example.com'];
  for (const number of [3, 2, 1]) await inHubSpot(number, { email: emails[number - 1] ?? '' });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0 });
  const arrived = await look(stage);
  expect([1, 2, 3].map((number) => arrived.officernd(idOf('member', number))?.['email'])).toEqual(emails);
  await expectSettled(stage, tenant);

  const back = ['m3@example.com', 'new@example.com', 'last@example.com'];
  for (const number of [3, 2, 1]) await inOfficernd(number, { email: back[number - 1] });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0 });
  const returned = await look(stage);
  expect([1, 2, 3].map((number) => returned.values(`${number}`)['email'])).toEqual(back);
  await expectSettled(stage, tenant);
});

test('M10 two people who exchange their addresses are reported, lose nothing, and cost no call until one of them changes', async () => {
  const tenant = 'refused-swap';
  await linkedMembers(tenant, [1, 2]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  await inHubSpot(1, { email: 'passing@example.com' });
  await inHubSpot(2, { email: 'm1@example.com', phone: '+44 2' });
  await inHubSpot(1, { email: 'm2@example.com', phone: '+44 1' });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 2 });
  const swapped = await look(stage);
  expect([1, 2].map((number) => swapped.officernd(idOf('member', number)))).toMatchObject([
    { email: 'm1@example.com', phone: '+44 1' },
    { email: 'm2@example.com', phone: '+44 2' },
  ]);
  expect([swapped.values('1')['email'], swapped.values('2')['email']]).toEqual(['m2@example.com', 'm1@example.com']);
  await expectSettled(stage, tenant);
  await inHubSpot(2, { email: 'free@example.com' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'm2@example.com' });
  await expectSettled(stage, tenant);
});

test('M10 a value that a record without a link holds is tried again when that record lets go of it, and in no other run', async () => {
  const tenant = 'refused-held';
  await linkedMembers(tenant, [1, 2]);
  const stranger = idOf('member', 9);
  await stage.edit('officernd', [{ op: 'create', type: 'members', id: stranger, fields: { name: 'Zed', email: 'taken@example.com' } }]);
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  await inHubSpot(1, { email: 'taken@example.com', phone: '+44 1' });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'm1@example.com', phone: '+44 1' });
  await expectSettled(stage, tenant);
  // Somebody else's edit is none of this record's business.
  await inHubSpot(2, { phone: '+44 2' });
  const before = await memberWrites();
  await stage.sync(tenant);
  expect((await memberWrites()) - before).toBe(1);
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: stranger, fields: { email: 'zed@example.com' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ email: 'taken@example.com' });
  await expectSettled(stage, tenant);
});

test('M10 an address that another contact has in HubSpot is tried again when that contact lets go of it', async () => {
  const tenant = 'refused-held-hubspot';
  await linkedMembers(tenant, [1]);
  await stage.edit('hubspot', [{ op: 'create', type: 'contacts', id: '77', properties: { email: 'taken@example.com' } }]);
  await inOfficernd(1, { email: 'taken@example.com', phone: '+44 1' });
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
