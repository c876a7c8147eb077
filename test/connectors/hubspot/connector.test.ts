import type { HubSpotConnector } from '../../../connectors/hubspot/connector';
import { PORTAL, aCompany, companies, nameOf, startConnectedHubSpot } from '../../support/connected-hubspot';
import type { ConnectedHubSpot } from '../../support/connected-hubspot';
import { failureOf } from '../../support/hubspot-connection';

let hub: ConnectedHubSpot;
let connector: HubSpotConnector;

beforeEach(async () => {
  hub = await startConnectedHubSpot();
  connector = hub.connect();
});
afterEach(() => hub.stop());

describe.each(['2026-09', 'v3'] as const)('version %s', (version) => {
  test('account, properties and pipelines', async () => {
    await hub.putWorld({});
    connector = hub.connect({ version });
    expect(await connector.account()).toMatchObject({ portalId: PORTAL });
    const properties = await connector.properties('deals');
    expect(properties.find((property) => property.name === 'dealname')).toMatchObject({
      type: 'string',
      fieldType: 'text',
      readOnly: false,
    });
    expect(properties.find((property) => property.name === 'hs_object_id')).toMatchObject({ readOnly: true });
    const [pipeline] = await connector.dealPipelines();
    expect(pipeline?.id).toBe('default');
    expect(pipeline?.stages.find(({ id }) => id === 'closedwon')).toMatchObject({ probability: 1 });
    expect(hub.calls().every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  test('lists, reads and writes', async () => {
    await hub.putWorld({ companies: companies(3) });
    connector = hub.connect({ version });
    const page = await connector.listPage('companies', { properties: ['name'], associations: [] });
    expect(page.records.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(page.after).toBeNull();
    expect((await connector.batchUpdate('companies', [{ id: '2', properties: { name: 'Two' } }])).get('2')).toEqual({ kind: 'updated' });
    expect(nameOf((await connector.batchRead('companies', ['2'], ['name'])).get('2'))).toBe('Two');
    expect(nameOf(await connector.readOne('companies', '2', ['name']))).toBe('Two');
  });
});

describe('listPage', () => {
  test('pages of 100 in id order, archived records left out', async () => {
    await hub.putWorld({ companies: companies(250) });
    await hub.edit({ op: 'archive', type: 'companies', id: '17' });
    const ids: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await connector.listPage('companies', {
        properties: ['name'],
        associations: [],
        ...(after === undefined ? {} : { after }),
      });
      ids.push(...page.records.map(({ id }) => id));
      after = page.after;
    }
    expect(ids).toHaveLength(249);
    expect(ids).not.toContain('17');
    expect(ids).toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
    expect(hub.routes()).toEqual(Array(3).fill('GET /crm/objects/2026-09/companies'));
  });

  test('too many property names for one address are read by a second call and joined', async () => {
    await hub.putWorld({ companies: [aCompany(1, { website: 'one.example' }), aCompany(2)] });
    const many = Array.from({ length: 300 }, (_, index) => `no_such_property_${index}`);
    const { records } = await connector.listPage('companies', { properties: ['name', ...many, 'website'], associations: [] });
    expect(records.map(({ properties }) => [properties['name'], properties['website'] ?? null])).toEqual([
      ['Company 1', 'one.example'],
      ['Company 2', null],
    ]);
    expect(hub.routes()).toEqual(['GET /crm/objects/2026-09/companies', 'POST /crm/objects/2026-09/companies/batch/read']);
    expect((await connector.readOne('companies', '1', ['name', ...many, 'website']))?.properties['website']).toBe('one.example');
  });

  test('associations come once each, the primary company first', async () => {
    await hub.putWorld({
      companies: companies(3),
      contacts: [{ id: '10', properties: { email: 'a@example.com' }, associations: { companies: ['3', '1', '2'] } }],
      deals: [{ id: '20', properties: { dealname: 'Deal' }, associations: { companies: ['2'], contacts: ['10'] } }],
    });
    const contacts = await connector.listPage('contacts', { properties: ['email'], associations: ['companies'] });
    expect(contacts.records[0]?.companyIds[0]).toBe('3');
    expect([...(contacts.records[0]?.companyIds ?? [])].sort()).toEqual(['1', '2', '3']);
    const deals = await connector.listPage('deals', { properties: ['dealname'], associations: ['companies', 'contacts'] });
    expect(deals.records[0]).toMatchObject({ companyIds: ['2'], contactIds: ['10'] });
  });

  test('a list of associations that is cut off is read to its end', async () => {
    const associated = Array.from({ length: 1_250 }, (_, index) => String(index + 1));
    await hub.putWorld({
      companies: companies(1_250),
      contacts: [{ id: '9000', properties: {}, associations: { companies: associated } }],
    });
    const { records } = await connector.listPage('contacts', { properties: [], associations: ['companies'] });
    expect(records[0]?.companyIds).toHaveLength(1_250);
    expect(records[0]?.companyIds[0]).toBe('1');
  });
});

describe('batchRead', () => {
  test('any number of ids; gone ones are absent', async () => {
    await hub.putWorld({ companies: companies(230) });
    await hub.edit({ op: 'archive', type: 'companies', id: '5' });
    const ids = Array.from({ length: 232 }, (_, index) => String(index + 1));
    const found = await connector.batchRead('companies', ids, ['name']);
    expect(found.size).toBe(229);
    expect(found.has('5')).toBe(false);
    expect(found.has('231')).toBe(false);
    expect([...found].every(([id, record]) => record.id === id && nameOf(record) === `Company ${id}`)).toBe(true);
  });

  test.each(['companies', 'contacts', 'deals'] as const)(
    'U3 merged-away %s give the survivor under the id that was asked for',
    async (type) => {
      const records = [1, 2, 3, 4].map((id) => ({ id: String(id), properties: {} }));
      await hub.putWorld({ [type]: records });
      await hub.edit({ op: 'merge', type, id: '2', into: '1' });
      const first = await connector.readOne(type, '2', []);
      await hub.edit({ op: 'merge', type, id: '3', into: first?.id });
      const found = await connector.batchRead(type, ['1', '2', '3', '4'], []);
      const survivor = found.get('1')?.id;
      expect(['1', '2', '3'].map((id) => found.get(id)?.id)).toEqual([survivor, survivor, survivor]);
      expect(found.get('4')?.id).toBe('4');
      expect(found.get('3')?.mergedIds).toEqual(expect.arrayContaining(['2', '3']));
      expect((await connector.readOne(type, '2', []))?.id).toBe(survivor);
    },
  );

  test.each(['abc', '..', '.', 'jane@example.com', '1/../2', '9'.repeat(19), ''])(
    'U7 an id that no record can have is gone without a call: %j',
    async (id) => {
      await hub.putWorld({ companies: companies(2) });
      expect(await connector.readOne('companies', id, ['name'])).toBeNull();
      expect(hub.calls()).toEqual([]);
      expect([...(await connector.batchRead('companies', ['1', id, '2'], ['name'])).keys()]).toEqual(['1', '2']);
      expect(hub.calls()).toHaveLength(1);
    },
  );

  test('U2 one record: archived and unknown are null, a failure is not', async () => {
    await hub.putWorld({ companies: companies(2) });
    await hub.edit({ op: 'archive', type: 'companies', id: '1' });
    expect(await connector.readOne('companies', '1', ['name'])).toBeNull();
    expect(await connector.readOne('companies', '404', ['name'])).toBeNull();
    await hub.fault({ match: { path: '/companies/2' }, times: 1, action: { status: 503 } });
    expect((await failureOf(connector.readOne('companies', '2', ['name']))).kind).toBe('unavailable');
  });
});
