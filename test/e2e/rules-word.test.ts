import { idOf, storedLinks } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { firstOrAll } from '../support/thorough';

/** The vendors' word (V1–V5), and the pair and mapping that stored data belong to (B1–B3), on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterEach(async () => {
  for (const side of ['officernd', 'hubspot'] as const) await stage.admin(side, 'DELETE', '/faults');
  await stage.admin('officernd', 'PUT', '/settings', { omitFields: { members: [] } });
  await stage.admin('hubspot', 'PUT', '/settings', { omitProperties: { contacts: [] } });
});

afterAll(() => stage.stop());

const member = (number: number) => idOf('member', number);
const people = [1, 2];

/** Two linked people with a phone on both sides. */
async function linkedPeople(tenant: string): Promise<void> {
  await stage.putWorld({
    officernd: {
      members: people.map((number) => ({
        _id: member(number),
        name: `P ${number}`,
        email: `p${number}@example.com`,
        phone: `+44 ${number}`,
      })),
    },
    hubspot: {
      contacts: people.map((number) => ({
        id: `${number}`,
        properties: { firstname: 'P', lastname: `${number}`, email: `p${number}@example.com`, phone: `+44 ${number}` },
      })),
    },
  });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  await stage.sync(tenant);
}

const phones = async () => {
  const { officernd, hubspot } = await stage.world();
  return [...officernd.members.map(({ phone }) => phone), ...hubspot.contacts.map(({ properties }) => properties['phone'])];
};
const activeLinks = async (tenant: string) => (await storedLinks(stage, tenant)).filter(({ state }) => state === 'active').length;
const all = ['+44 1', '+44 2', '+44 1', '+44 2'];

test('V1 V3 a property that HubSpot leaves out of its answers is unread: nothing is erased, and the report names it', async () => {
  await linkedPeople('word-hubspot');
  await stage.admin('hubspot', 'PUT', '/settings', { omitProperties: { contacts: ['phone'] } });
  const report = await stage.sync('word-hubspot', ['--mode', 'full']);
  expect(report).toMatchObject({ state: 'completed', conflicts: 0, unread: [{ side: 'hubspot', entity: 'member', field: 'phone' }] });
  expect(await phones()).toEqual(all);
  await stage.admin('hubspot', 'PUT', '/settings', { omitProperties: { contacts: [] } });
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { phone: '' } }]);
  expect(await stage.sync('word-hubspot', ['--mode', 'full'])).toMatchObject({ unread: [] });
  expect((await phones()).map((phone) => phone ?? null)).toEqual([null, '+44 2', null, '+44 2']);
});

test('V2 a field that OfficeRnD’s whole list leaves out is unread; one that a single record leaves out is blank', async () => {
  await linkedPeople('word-officernd');
  await stage.admin('officernd', 'PUT', '/settings', { omitFields: { members: ['phone'] } });
  const report = await stage.sync('word-officernd', ['--mode', 'full']);
  expect(report).toMatchObject({ state: 'completed', conflicts: 0, unread: [{ side: 'officernd', entity: 'member', field: 'phone' }] });
  expect(await phones()).toEqual(all);
  await stage.admin('officernd', 'PUT', '/settings', { omitFields: { members: [] } });
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(2), fields: { phone: null } }]);
  expect(await stage.sync('word-officernd', ['--mode', 'full'])).toMatchObject({ unread: [] });
  expect((await phones())[3] ?? null).toBeNull();
});

test.each(
  firstOrAll([
    ['officernd', '/members', 404],
    ['officernd', '/members', 401],
    ['hubspot', 'contacts', 403],
  ] as const),
)('V4 a page of somebody between, for %s%s with status %d, ends nothing and blames nobody', async (side, path, status) => {
  const tenant = `word-page-${side}-${status}`;
  await linkedPeople(tenant);
  const action = { status, headers: { 'content-type': 'text/html' }, body: '<html>Just a moment…</html>' };
  await stage.admin(side, 'POST', '/faults', [{ match: { path }, times: 1, action }]);
  expect(await stage.sync(tenant, ['--mode', 'full'])).toMatchObject({ state: 'completed', failures: 0 });
  expect(await activeLinks(tenant)).toBe(2);
});

test('V5 an empty page of a search that has a next one is not its end', async () => {
  await linkedPeople('word-search');
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: 1_800_000 });
  await stage.admin('officernd', 'POST', '/clock', { advanceMs: 1_800_000 });
  const properties = { firstname: 'Nina', lastname: 'New', email: 'nina@example.com' };
  await stage.edit('hubspot', [{ op: 'create', type: 'contacts', id: '9', properties }]);
  const found = { id: '9', properties: {}, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
  await stage.admin('hubspot', 'POST', '/faults', [
    {
      match: { path: 'contacts/search' },
      times: 1,
      action: { status: 200, body: { total: 1, results: [], paging: { next: { after: '200' } } } },
    },
    { match: { path: 'contacts/search' }, after: 1, times: 1, action: { status: 200, body: { total: 1, results: [found] } } },
  ]);
  await stage.sync('word-search', ['--mode', 'incremental']);
  expect((await stage.world()).officernd.members.map(({ name }) => name)).toContain('Nina New');
});

test('B1 B2 a pair belongs to one tenant, and a tenant to one pair; a new pair begins afresh, and going back brings all back', async () => {
  await linkedPeople('word-pair');
  const file = stage.tenantFile('word-pair', { entities: ['member'] });
  const other = stage.writeFile('other.json', { ...file, tenant: 'word-pair-other' });
  expect(await stage.cli('tenant', 'apply', other)).toMatchObject({ code: 2, stderr: expect.stringContaining('word-pair') as unknown });

  await stage.admin('hubspot', 'PUT', '/world', { portalId: '87654321', contacts: [] });
  const changed = stage.writeFile('changed.json', { ...file, hubspot: { ...Object(file['hubspot']), portalId: '87654321' } });
  const refused = await stage.cli('tenant', 'apply', changed);
  expect(refused.code).toBe(2);
  for (const portal of ['12345678', '87654321']) expect(refused.stderr).toContain(portal);
  expect(await stage.cli('tenant', 'apply', changed, '--new-pair')).toMatchObject({ code: 0 });
  expect(await stage.sync('word-pair', ['--mode', 'full'])).toMatchObject({ state: 'completed' });
  expect(await activeLinks('word-pair')).toBe(0);

  await stage.admin('hubspot', 'PUT', '/world', { portalId: '12345678', contacts: [] });
  expect(await stage.cli('tenant', 'apply', stage.writeFile('back.json', file), '--new-pair')).toMatchObject({ code: 0 });
  expect(await activeLinks('word-pair')).toBe(2);
});

test('B3 M2 a field that is mapped to another property meets as at a first link, and apply lists it', async () => {
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'VAT', type: 'String', targets: ['team'] }],
      companies: [{ _id: idOf('company', 1), name: 'Acme', properties: { VAT: 'GB1' } }],
    },
    hubspot: {
      properties: { companies: [{ name: 'vat_old' }, { name: 'vat_id' }] },
      companies: [{ id: '1', properties: { name: 'Acme', vat_id: 'other' } }],
    },
  });
  const mapped = (hubspot: string) => ({ additional: { company: [{ officernd: 'properties.VAT', hubspot, direction: '↔' }] } });
  expect(await stage.applyTenant('word-mapped', mapped('vat_old'))).toMatchObject({ code: 0 });
  await stage.sync('word-mapped');
  const again = stage.writeFile('again.json', stage.tenantFile('word-mapped', { entities: ['company'], ...mapped('vat_id') }));
  const applied = await stage.cli('tenant', 'apply', again, '--json');
  expect(JSON.parse(applied.stdout)).toMatchObject({ withoutBase: [{ entity: 'company', field: 'properties.VAT', why: 'property' }] });
  expect(await stage.sync('word-mapped', ['--mode', 'full'])).toMatchObject({ conflicts: 0, firstLink: 1 });
  expect((await stage.world()).hubspot.companies[0]?.properties).toMatchObject({ vat_old: 'GB1', vat_id: 'GB1' });
});

test('M13 M14 a probability that follows from stage and status is no value, and an amount in another currency is drift', async () => {
  const status = idOf('opportunity', 90);
  await stage.putWorld({
    officernd: {
      opportunityStatuses: [{ _id: status, description: 'New', probability: 35 }],
      companies: [{ _id: idOf('company', 1), name: 'Acme' }],
      opportunities: [{ _id: idOf('opportunity', 1), name: 'Rent', company: idOf('company', 1), status, probability: 35, dealSize: 5 }],
    },
    hubspot: {
      companies: [{ id: '1', properties: { name: 'Acme' } }],
      deals: [
        {
          id: '10',
          properties: { dealname: 'Rent', pipeline: 'default', dealstage: 'appointmentscheduled', amount: '7', deal_currency_code: 'USD' },
          associations: { companies: ['1'] },
        },
      ],
    },
  });
  const opportunities = { statuses: { appointmentscheduled: 'New' } };
  expect(await stage.applyTenant('word-deals', { opportunities })).toMatchObject({ code: 0 });
  const report = await stage.sync('word-deals', ['--mode', 'full']);
  expect(report).toMatchObject({ state: 'completed', drift: 1, firstLink: 0 });
  const { officernd, hubspot } = await stage.world();
  expect(officernd.opportunities[0]).toMatchObject({ probability: 35, dealSize: 5 });
  expect(hubspot.deals[0]?.properties).toMatchObject({ amount: '7' });
});
