import type { CountedCall } from '../../connectors/call-ledger';
import type { HubSpotConnectorConfig } from '../../connectors/hubspot/connector-config';
import type { HubSpotConnector, HubSpotRecord } from '../../connectors/hubspot/hubspot-connector';
import { startHubSpotEmulator } from '../../emulators/hubspot/start';
import { connectHubSpot, failureOf } from '../support/hubspot-connection';

type Emulator = Awaited<ReturnType<typeof startHubSpotEmulator>>;
type WorldRecord = { id: string; properties: Record<string, string>; associations?: { companies?: string[]; contacts?: string[] } };

const PORTAL = '12345678';
let emulator: Emulator;
let calls: readonly CountedCall[];
let connector: HubSpotConnector;

// Settings outlive a world, so each test has an emulator of its own; starting one takes milliseconds.
beforeEach(async () => {
  emulator = await startHubSpotEmulator({ seed: 7 });
  connector = connect();
});
afterEach(async () => emulator.stop());

function connect(changes: Partial<HubSpotConnectorConfig> = {}): HubSpotConnector {
  const connection = connectHubSpot(emulator.apiUrl, { auth: { kind: 'token', accessToken: emulator.accessToken }, ...changes });
  calls = connection.calls;
  return connection.connector;
}

async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${emulator.adminUrl}${path}`, { method, headers, ...sent });
  if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

const aCompany = (id: number, properties: Record<string, string> = {}): WorldRecord => ({
  id: String(id),
  properties: { name: `Company ${id}`, ...properties },
});
const companies = (count: number): WorldRecord[] => Array.from({ length: count }, (_, index) => aCompany(index + 1));

const putWorld = async (world: { companies?: WorldRecord[]; contacts?: WorldRecord[]; deals?: WorldRecord[] }): Promise<unknown> =>
  admin('PUT', '/world', { portalId: PORTAL, properties: {}, pipelines: [], companies: [], contacts: [], deals: [], ...world });
const edit = async (...edits: object[]): Promise<unknown> => admin('POST', '/edits', edits);
const fault = async (...faults: object[]): Promise<unknown> => admin('POST', '/faults', faults);

/** Lays these over the emulator's own behaviour until the test ends. */
async function settings(changes: object): Promise<void> {
  await admin('PUT', '/settings', changes);
}

const routes = (): string[] => calls.map(({ route }) => route);
const name = (record: HubSpotRecord | null | undefined): string | null | undefined => record?.properties['name'];

describe.each(['2026-09', 'v3'] as const)('version %s', (version) => {
  test('account, properties and pipelines', async () => {
    await putWorld({});
    connector = connect({ version });
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
    expect(calls.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  test('lists, reads and writes', async () => {
    await putWorld({ companies: companies(3) });
    connector = connect({ version });
    const page = await connector.listPage('companies', { properties: ['name'], associations: [] });
    expect(page.records.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(page.after).toBeNull();
    expect((await connector.batchUpdate('companies', [{ id: '2', properties: { name: 'Two' } }])).get('2')).toEqual({ kind: 'updated' });
    expect(name((await connector.batchRead('companies', ['2'], ['name'])).get('2'))).toBe('Two');
    expect(name(await connector.readOne('companies', '2', ['name']))).toBe('Two');
  });
});

describe('listPage', () => {
  test('pages of 100 in id order, archived records left out', async () => {
    await putWorld({ companies: companies(250) });
    await edit({ op: 'archive', type: 'companies', id: '17' });
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
    expect(routes()).toEqual(Array(3).fill('GET /crm/objects/2026-09/companies'));
  });

  test('too many property names for one address are read by a second call and joined', async () => {
    await putWorld({ companies: [aCompany(1, { website: 'one.example' }), aCompany(2)] });
    const many = Array.from({ length: 300 }, (_, index) => `no_such_property_${index}`);
    const { records } = await connector.listPage('companies', { properties: ['name', ...many, 'website'], associations: [] });
    expect(records.map(({ properties }) => [properties['name'], properties['website'] ?? null])).toEqual([
      ['Company 1', 'one.example'],
      ['Company 2', null],
    ]);
    expect(routes()).toEqual(['GET /crm/objects/2026-09/companies', 'POST /crm/objects/2026-09/companies/batch/read']);
    expect((await connector.readOne('companies', '1', ['name', ...many, 'website']))?.properties['website']).toBe('one.example');
  });

  test('associations come once each, the primary company first', async () => {
    await putWorld({
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
    await putWorld({ companies: companies(1_250), contacts: [{ id: '9000', properties: {}, associations: { companies: associated } }] });
    const { records } = await connector.listPage('contacts', { properties: [], associations: ['companies'] });
    expect(records[0]?.companyIds).toHaveLength(1_250);
    expect(records[0]?.companyIds[0]).toBe('1');
  });
});

describe('batchRead', () => {
  test('any number of ids; gone ones are absent', async () => {
    await putWorld({ companies: companies(230) });
    await edit({ op: 'archive', type: 'companies', id: '5' });
    const ids = Array.from({ length: 232 }, (_, index) => String(index + 1));
    const found = await connector.batchRead('companies', ids, ['name']);
    expect(found.size).toBe(229);
    expect(found.has('5')).toBe(false);
    expect(found.has('231')).toBe(false);
    expect([...found].every(([id, record]) => record.id === id && name(record) === `Company ${id}`)).toBe(true);
  });

  test.each(['companies', 'contacts', 'deals'] as const)(
    'U3 merged-away %s give the survivor under the id that was asked for',
    async (type) => {
      const records = [1, 2, 3, 4].map((id) => ({ id: String(id), properties: {} }));
      await putWorld({ [type]: records });
      await edit({ op: 'merge', type, id: '2', into: '1' });
      const first = await connector.readOne(type, '2', []);
      await edit({ op: 'merge', type, id: '3', into: first?.id });
      const found = await connector.batchRead(type, ['1', '2', '3', '4'], []);
      const survivor = found.get('1')?.id;
      expect(['1', '2', '3'].map((id) => found.get(id)?.id)).toEqual([survivor, survivor, survivor]);
      expect(found.get('4')?.id).toBe('4');
      expect(found.get('3')?.mergedIds).toEqual(expect.arrayContaining(['2', '3']));
      expect((await connector.readOne(type, '2', []))?.id).toBe(survivor);
    },
  );

  test('U2 one record: archived and unknown are null, a failure is not', async () => {
    await putWorld({ companies: companies(2) });
    await edit({ op: 'archive', type: 'companies', id: '1' });
    expect(await connector.readOne('companies', '1', ['name'])).toBeNull();
    expect(await connector.readOne('companies', '404', ['name'])).toBeNull();
    await fault({ match: { path: '/companies/2' }, times: 1, action: { status: 503 } });
    expect((await failureOf(connector.readOne('companies', '2', ['name']))).kind).toBe('unavailable');
  });
});

describe('batchUpdate', () => {
  const write = (id: number, value = `New ${id}`) => ({ id: String(id), properties: { name: value } });

  test('every input is accounted for: written, unknown, merged away', async () => {
    await putWorld({ companies: companies(120) });
    await edit({ op: 'merge', type: 'companies', id: '2', into: '1' });
    const updates = [...Array.from({ length: 118 }, (_, index) => write(index + 3)), write(2), write(4040)];
    const outcomes = await connector.batchUpdate('companies', updates);
    expect(outcomes.size).toBe(120);
    expect(outcomes.get('3')).toEqual({ kind: 'updated' });
    expect(outcomes.get('4040')).toEqual({ kind: 'missing' });
    expect(outcomes.get('2')).toEqual({ kind: 'unaccounted' });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(118);
  });

  test('an empty value clears', async () => {
    await putWorld({ companies: [aCompany(1, { website: 'one.example' })] });
    await connector.batchUpdate('companies', [{ id: '1', properties: { website: '' } }]);
    expect((await connector.readOne('companies', '1', ['website']))?.properties['website'] ?? '').toBe('');
  });

  test('M10 A4 a refused value holds back its record only, and the reason has no values in it', async () => {
    await putWorld({ contacts: Array.from({ length: 40 }, (_, index) => ({ id: String(index + 1), properties: { firstname: 'A' } })) });
    const updates = Array.from({ length: 40 }, (_, index) => ({
      id: String(index + 1),
      properties: index === 17 ? { firstname: 'B', email: 'not an address' } : { firstname: 'B' },
    }));
    const outcomes = await connector.batchUpdate('contacts', updates);
    expect(outcomes.get('18')).toMatchObject({ kind: 'refused', refusedFields: [{ property: 'email', reason: 'INVALID_EMAIL' }] });
    expect(JSON.stringify(outcomes.get('18'))).not.toContain('not an address');
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(39);
    expect(calls.length).toBeLessThanOrEqual(3);
  });

  test('M10 a property that does not exist is found with one refused call, however many records it concerns', async () => {
    await putWorld({ companies: companies(50) });
    const updates = Array.from({ length: 50 }, (_, index) => ({
      id: String(index + 1),
      properties: index % 2 === 0 ? { name: 'New', no_such_property: 'x' } : { name: 'New' },
    }));
    const outcomes = await connector.batchUpdate('companies', updates);
    expect(outcomes.get('1')).toMatchObject({
      kind: 'refused',
      refusedFields: [{ property: 'no_such_property', reason: 'PROPERTY_DOESNT_EXIST' }],
    });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(25);
    expect(calls).toHaveLength(2);
  });

  test('M10 a taken e-mail names the property', async () => {
    await putWorld({
      contacts: [1, 2, 3].map((id) => ({ id: String(id), properties: { email: `c${id}@example.com` } })),
    });
    const outcomes = await connector.batchUpdate('contacts', [
      { id: '2', properties: { email: 'c1@example.com' } },
      { id: '3', properties: { email: 'free@example.com' } },
    ]);
    expect(outcomes.get('2')).toMatchObject({ kind: 'refused', refusedFields: [{ property: 'email', reason: 'VALUE_TAKEN' }] });
    expect(outcomes.get('3')).toEqual({ kind: 'updated' });
  });

  test('A2 an answer lost after the write may have happened; also one lost after other batches went through', async () => {
    await putWorld({ companies: companies(150) });
    await fault({ match: { path: 'batch/update' }, times: 1, action: { dropAfterCommit: true } });
    const lost = await failureOf(connector.batchUpdate('companies', [write(1)]));
    expect(lost).toMatchObject({ kind: 'unavailable', details: { mayHaveHappened: true } });
    expect(name(await connector.readOne('companies', '1', ['name']))).toBe('New 1');
    await fault({ match: { path: 'batch/update' }, after: 1, times: 1, action: { status: 429 } });
    const half = await failureOf(
      connector.batchUpdate(
        'companies',
        Array.from({ length: 150 }, (_, index) => write(index + 1)),
      ),
    );
    expect(half).toMatchObject({ kind: 'rate-limited', details: { mayHaveHappened: true } });
  });
});

describe('failures', () => {
  const oauth = {
    kind: 'oauth',
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: 'emulated-client-secret',
    refreshToken: 'na1-emulated-refresh-token',
  } as const;

  test('OAuth: works, and a wrong secret or refresh token names its setting', async () => {
    await putWorld({});
    expect(await connect({ auth: oauth }).account()).toMatchObject({ portalId: PORTAL });
    expect(routes()).toEqual(['POST /oauth/2026-09/token', 'GET /account-info/2026-09/details']);
    const revoked = await failureOf(connect({ auth: { ...oauth, refreshToken: 'gone' } }).account());
    expect(revoked).toMatchObject({ kind: 'unauthorized', details: { setting: 'hubspot.oauth.refreshToken' } });
    const stranger = await failureOf(connect({ auth: { ...oauth, clientSecret: 'wrong' } }).account());
    expect(stranger).toMatchObject({ kind: 'configuration', details: { setting: 'hubspot.oauth.clientSecret' } });
  });

  test('an access token that ends early is renewed by the next try', async () => {
    await putWorld({});
    connector = connect({ auth: oauth });
    await connector.account();
    await fault({ match: { path: '/account-info' }, times: 1, action: { expireToken: true } });
    expect((await failureOf(connector.account())).kind).toBe('unavailable');
    expect(await connector.account()).toMatchObject({ portalId: PORTAL });
  });

  test('missing scopes are named', async () => {
    await settings({ scopes: ['crm.objects.companies.read'] });
    const error = await failureOf(connector.listPage('contacts', { properties: [], associations: [] }));
    expect(error).toMatchObject({ kind: 'forbidden', details: { setting: 'hubspot.accessToken' } });
    expect(error.message).toContain('crm.objects.contacts.read');
  });

  test('a truncated body is retryable', async () => {
    await putWorld({ companies: companies(5) });
    await fault({ match: { path: '/companies' }, times: 1, action: { truncate: true } });
    const listing = async () => connector.listPage('companies', { properties: ['name'], associations: [] });
    expect((await failureOf(listing())).kind).toBe('unavailable');
    expect((await listing()).records).toHaveLength(5);
  });

  test('a wrong token is unauthorized and names the setting', async () => {
    connector = connect({ auth: { kind: 'token', accessToken: 'pat-na1-wrong' } });
    expect(await failureOf(connector.account())).toMatchObject({
      kind: 'unauthorized',
      details: { setting: 'hubspot.accessToken', status: 401 },
    });
  });

  test('a rate limit of the vendor is counted as such', async () => {
    await putWorld({ companies: companies(1) });
    await fault({ match: { path: '/companies' }, times: 1, action: { status: 429, headers: { 'Retry-After': '1' } } });
    const error = await failureOf(connector.listPage('companies', { properties: [], associations: [] }));
    expect(error).toMatchObject({ kind: 'rate-limited', details: { retryAfterMs: 1_000 } });
    expect(calls).toEqual([{ vendor: 'hubspot', route: 'GET /crm/objects/2026-09/companies', outcome: 'rate-limited' }]);
  });
});

test('a write whose time is over by the time it may be sent is not sent, and says why', async () => {
  await putWorld({ companies: companies(1) });
  const before = calls.length;
  const beforeSend = async (): Promise<void> => {
    throw new Error('A later attempt has taken over.');
  };
  const update = connector.batchUpdate('companies', [{ id: '1', properties: { name: 'Late' } }], { beforeSend });
  await expect(update).rejects.toThrow('A later attempt has taken over.');
  expect(calls.length).toBe(before);
  expect(name((await connector.batchRead('companies', ['1'], ['name'])).get('1'))).toBe('Company 1');
});
