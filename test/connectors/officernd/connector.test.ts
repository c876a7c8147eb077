import type { CountedCall } from '../../../connectors/call-ledger';
import { VendorError } from '../../../connectors/errors';
import { createLocalLimiter, sleepUnlessAborted } from '../../../connectors/limits';
import { officerndRateLimits, type OfficerndConnectorConfig } from '../../../connectors/officernd/connector-config';
import { createOfficerndConnector } from '../../../connectors/officernd/create-connector';
import type { OfficerndConnector } from '../../../connectors/officernd/connector';
import { readPath, writeBody } from '../../../connectors/officernd/record';
import type { JsonValue } from '../../../domain/json';
import { startOfficerndEmulator, type OfficerndEmulator } from '../../../emulators/officernd';

const COMPANY = '65f0c0ffee000000000000a1';
const MEMBER = '65f0c0ffee000000000000b1';
const NOBODY = '65f0c0ffee0000000000dead';
const LINK = '12345678-1';

const world: JsonValue = {
  locations: [
    { _id: '65f0c0ffee000000000000f1', name: 'Downtown' },
    { _id: '65f0c0ffee000000000000f2', name: 'Harbour' },
  ],
  opportunityStatuses: [{ _id: '65f0c0ffee000000000000e1', description: 'New', probability: 10 }],
  customProperties: [{ key: 'VAT number', title: 'VAT', type: 'String', targets: ['team'] }],
  companies: [
    {
      _id: COMPANY,
      name: 'Company 1',
      properties: { hubspot_link_id: LINK, 'Access Card Nr.': '7' },
      address: { city: 'Sofia', zip: '1000' },
    },
    ...Array.from({ length: 119 }, (_, n) => ({ name: `Company ${n + 2}`, properties: { hubspot_link_id: `${LINK}${n}` } })),
  ],
  members: [
    { _id: MEMBER, name: 'Ada Byron', email: 'ada+1@example.com', company: COMPANY },
    { name: 'Bob', email: 'bob@example.com' },
  ],
  opportunities: [{ name: 'Deal', company: COMPANY, properties: { hubspot_link_id: LINK } }],
};

let emulator: OfficerndEmulator;
beforeAll(async () => {
  emulator = await startOfficerndEmulator({ seed: 7 });
});
afterAll(async () => emulator.stop());
beforeEach(async () => {
  await admin('PUT', '/settings', { tokenLifetimeSeconds: 3600, propertiesOnPut: 'replace', opportunityFilters: 'all' });
  await admin('PUT', '/world', world);
});

async function admin(method: string, path: string, body?: JsonValue): Promise<unknown> {
  const response = await fetch(`${emulator.adminUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect(response.status).toBe(200);
  return response.json();
}

interface Connected {
  readonly connector: OfficerndConnector;
  readonly calls: CountedCall[];
  readonly clock: { ms: number };
}

function connect(config: Partial<OfficerndConnectorConfig> = {}): Connected {
  const calls: CountedCall[] = [];
  const clock = { ms: 0 };
  const limits = officerndRateLimits({ readsPerMinute: 1_000, writesPerMinute: 1_000 });
  const limiter = createLocalLimiter({ limits, now: Date.now, sleep: sleepUnlessAborted });
  const connector = createOfficerndConnector({
    config: { ...emulator, ...config },
    ledger: { count: (call) => calls.push(call) },
    limiter,
    now: () => clock.ms,
  });
  return { connector, calls, clock };
}

async function errorOf(call: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  if (error instanceof VendorError) return error;
  throw new Error(`Not a VendorError: ${String(error)}`);
}

const tokenCalls = (calls: readonly CountedCall[]): number => calls.filter(({ route }) => route === 'POST /oauth/token').length;

describe('reading', () => {
  test('pages of 50 lead to every record once, and each call is in the ledger by its pattern', async () => {
    const { connector, calls } = connect();
    const sizes: number[] = [];
    const ids = new Set<string>();
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<OfficerndConnector['listPage']>> = await connector.listPage(
        'companies',
        cursor === null ? {} : { cursor },
      );
      sizes.push(page.records.length);
      page.records.forEach(({ id }) => ids.add(id));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(sizes).toEqual([50, 50, 20]);
    expect(ids.size).toBe(120);
    expect(calls).toEqual([
      { vendor: 'officernd', route: 'POST /oauth/token', outcome: 'ok' },
      ...Array.from({ length: 3 }, () => ({ vendor: 'officernd', route: 'GET /organizations/{org}/companies', outcome: 'ok' })),
    ]);
  });

  test('U2 a record is read whole; one that is gone, or an id of another form, is null', async () => {
    const { connector, calls } = connect();
    const record = await connector.readOne('members', MEMBER);
    expect(record).toMatchObject({ id: MEMBER, body: { _id: MEMBER, name: 'Ada Byron', email: 'ada+1@example.com', company: COMPANY } });
    expect(calls.at(-1)?.route).toBe('GET /organizations/{org}/members/{id}');
    for (const id of [NOBODY, 'not-an-id', '../companies', '']) expect(await connector.readOne('members', id)).toBeNull();
  });

  test('L12 a record is found by its link property, exactly', async () => {
    const { connector } = connect();
    expect((await connector.findByLinkId('companies', LINK)).map(({ id }) => id)).toEqual([COMPANY]);
    expect(await connector.findByLinkId('companies', '12345678-none')).toEqual([]);
    expect(await connector.findByLinkId('opportunities', LINK)).toHaveLength(1);
  });

  test('L12 where opportunities have no such filter all are read, and the filter is tried once', async () => {
    await admin('PUT', '/settings', { opportunityFilters: 'documented' });
    const { connector, calls } = connect();
    for (const _ of [1, 2]) expect(await connector.findByLinkId('opportunities', LINK)).toHaveLength(1);
    expect(calls.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'ok', 'ok']);
  });

  test('L12 a member is found by e-mail, its plus sign included', async () => {
    const { connector } = connect();
    expect((await connector.findMembersByEmail('ada+1@example.com')).map(({ id }) => id)).toEqual([MEMBER]);
    expect(await connector.findMembersByEmail('ada 1@example.com')).toEqual([]);
  });

  test('a filter that the vendor ignores finds no other records', async () => {
    const strangers = { results: [{ _id: NOBODY, email: 'else@example.com', properties: {} }] };
    await admin('POST', '/faults', [{ match: { path: '/members' }, action: { status: 200, body: strangers } }]);
    const { connector } = connect();
    expect(await connector.findMembersByEmail('ada+1@example.com')).toEqual([]);
    expect(await connector.findByLinkId('members', LINK)).toEqual([]);
  });

  test('a list that never ends is not read for ever', async () => {
    await admin('POST', '/faults', [
      { match: { path: '/locations' }, action: { status: 200, body: { results: [], cursorNext: 'again' } } },
    ]);
    await expect(connect().connector.locations()).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('definitions are read to their end', async () => {
    const { connector } = connect();
    expect((await connector.locations()).map(({ name }) => name)).toEqual(['Downtown', 'Harbour']);
    expect(await connector.opportunityStatuses()).toEqual([{ id: '65f0c0ffee000000000000e1', description: 'New', probability: 10 }]);
    expect(await connector.customProperties()).toEqual([
      { key: 'VAT number', title: 'VAT', type: 'String', targets: ['team'], values: [] },
    ]);
    const many = Array.from({ length: 130 }, (_, n) => ({ key: `Key ${n}`, type: 'Number', targets: ['member'] }));
    await admin('PUT', '/world', { customProperties: many });
    expect(await connector.customProperties()).toHaveLength(130);
  });
});

describe('writing', () => {
  test('L6 a create returns the new record; its link id is in the same request', async () => {
    const { connector, calls } = connect();
    const body = writeBody(null, {
      name: 'New',
      location: '65f0c0ffee000000000000f1',
      'properties.hubspot_link_id': '12345678-77',
      url: null,
    });
    const created = await connector.create('companies', body);
    expect(created.body).toMatchObject({ name: 'New', properties: { hubspot_link_id: '12345678-77' } });
    expect(calls.at(-1)?.route).toBe('POST /organizations/{org}/companies');
    expect((await connector.findByLinkId('companies', '12345678-77')).map(({ id }) => id)).toEqual([created.id]);
  });

  test.each(['replace', 'merge'])(
    'M9 an update keeps other custom properties and parts of the address where the vendor does %s',
    async (mode) => {
      await admin('PUT', '/settings', { propertiesOnPut: mode, objectsOnPut: mode });
      const { connector, calls } = connect();
      const before = await connector.readOne('companies', COMPANY);
      const changes = { name: 'Renamed', 'address.city': 'Plovdiv', 'properties.hubspot_link_id': null, 'properties.VAT number': 'BG1' };
      const updated = await connector.update('companies', COMPANY, writeBody(before?.body ?? null, changes));
      expect(updated.body).toMatchObject({ name: 'Renamed', address: { city: 'Plovdiv', zip: '1000' } });
      expect(updated.body['properties']).toEqual({ 'Access Card Nr.': '7', 'VAT number': 'BG1' });
      expect(calls.at(-1)?.route).toBe('PUT /organizations/{org}/companies/{id}');
    },
  );

  test('an update of a record that is gone is not-found', async () => {
    const { connector } = connect();
    for (const id of [NOBODY, 'not-an-id', '..']) {
      await expect(connector.update('members', id, { name: 'X' })).rejects.toMatchObject({ kind: 'not-found' });
    }
  });
});

describe('tokens', () => {
  test('calls at the same time share one token, which is renewed a minute before its end', async () => {
    const { connector, calls, clock } = connect();
    await Promise.all(Array.from({ length: 5 }, async () => connector.locations()));
    clock.ms = 3_538_000;
    await connector.locations();
    expect(tokenCalls(calls)).toBe(1);
    clock.ms = 3_540_000;
    await Promise.all(Array.from({ length: 5 }, async () => connector.locations()));
    expect(tokenCalls(calls)).toBe(2);
  });

  test('a short-lived token is used for half its life', async () => {
    await admin('PUT', '/settings', { tokenLifetimeSeconds: 41 });
    const { connector, calls } = connect();
    await connector.locations();
    await connector.locations();
    expect(tokenCalls(calls)).toBe(1);
  });

  test('a token that ends early is replaced within the call', async () => {
    await admin('POST', '/faults', [{ match: { path: '/members/' }, times: 1, action: { expireToken: true } }]);
    const { connector, calls } = connect();
    expect((await connector.readOne('members', MEMBER))?.id).toBe(MEMBER);
    expect(calls.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'ok', 'ok']);
    expect(tokenCalls(calls)).toBe(2);
  });

  test('a fresh token that is refused, too, names the scope that the route needs', async () => {
    const { connector, calls } = connect({ scopes: ['flex.community.members.read'] });
    await connector.readOne('members', MEMBER);
    const error = await errorOf(connector.update('members', MEMBER, {}));
    expect(error).toMatchObject({ kind: 'unauthorized', details: { status: 401, setting: 'officernd.clientId' } });
    expect(error.message).toContain('flex.community.members.update');
    expect(tokenCalls(calls)).toBe(2);
  });

  test('the error for a scope too many names the requested scopes; that for a wrong secret names its setting', async () => {
    const greedy = connect({ scopes: ['flex.community.members.read', 'flex.made.up'] }).connector;
    const forbidden = await errorOf(greedy.locations());
    expect(forbidden).toMatchObject({ kind: 'forbidden', details: { setting: 'officernd.clientId', route: 'POST /oauth/token' } });
    expect(forbidden.message).toContain('flex.made.up');
    const wrong = await errorOf(connect({ clientSecret: 'hush' }).connector.locations());
    expect(wrong).toMatchObject({ kind: 'unauthorized', details: { setting: 'officernd.clientSecret' } });
    expect(wrong.message).not.toContain('hush');
  });
});

describe('paths in a record', () => {
  const body = { name: 'A', address: { street: 'Main' }, properties: { 'a.b c': 'x', zero: 0 }, billingDetails: '' };
  test.each([
    ['name', 'A'],
    ['address.street', 'Main'],
    ['properties.a.b c', 'x'],
    ['properties.zero', 0],
    ['properties.constructor', null],
    ['toString', null],
    ['billingDetails.vatNumber', null],
  ])('%s', (path, value) => expect(readPath(body, path)).toBe(value));

  test('M9 only what changes is in a body; custom keys keep their dots, odd objects count as empty', () => {
    expect(writeBody(body, { 'properties.a.b c': 'y', 'address.street': null, 'billingDetails.vatNumber': '1' })).toEqual({
      properties: { 'a.b c': 'y', zero: 0 },
      address: { street: null },
      billingDetails: { vatNumber: '1' },
    });
    expect(writeBody(null, { 'properties.__proto__': 'x', name: null })).toEqual({ properties: JSON.parse('{"__proto__":"x"}') });
    expect(writeBody(body, {})).toEqual({});
  });
});

test('a write whose time is over by the time it may be sent is not sent, and says why', async () => {
  const { connector, calls } = connect();
  const beforeSend = async (): Promise<void> => {
    throw new Error('A later attempt has taken over.');
  };
  await expect(connector.update('companies', COMPANY, { name: 'Late' }, { beforeSend })).rejects.toThrow('A later attempt has taken over.');
  await expect(connector.create('companies', { name: 'Late' }, { beforeSend })).rejects.toThrow('A later attempt has taken over.');
  expect(calls.map(({ route }) => route)).toEqual(['POST /oauth/token']);
});
