import type { CountedCall } from '../../../connectors/call-ledger';
import { VendorError, type VendorErrorDetails, type VendorErrorKind } from '../../../connectors/errors';
import type { OfficerndConnectorConfig } from '../../../connectors/officernd/connector-config';
import { createOfficerndConnector } from '../../../connectors/officernd/create-connector';
import type { OfficerndConnector } from '../../../connectors/officernd/connector';
import type { JsonValue } from '../../../domain/json';
import { startOfficerndEmulator, type OfficerndEmulator } from '../../../emulators/officernd';

const MEMBER = '65f0c0ffee000000000000b1';
const NOBODY = '65f0c0ffee0000000000dead';
/** Personal data. No message may contain it (A6). */
const PRIVATE = 'ada@example.com';

let emulator: OfficerndEmulator;
beforeAll(async () => {
  emulator = await startOfficerndEmulator({ seed: 7 });
});
afterAll(async () => emulator.stop());
beforeEach(async () => {
  await admin('PUT', '/settings', {
    limits: { readsPerMinute: 400, writesPerMinute: 100, tokensPerMinute: null },
    unknownProperties: 'accept',
  });
  await admin('PUT', '/world', { members: [{ _id: MEMBER, name: 'Ada', email: PRIVATE }], customProperties: [definition] });
});
const definition: JsonValue = { key: 'Desk type', type: 'select', targets: ['member'], values: ['hot', 'own'] };

async function admin(method: string, path: string, body: JsonValue): Promise<void> {
  const response = await fetch(`${emulator.adminUrl}${path}`, { method, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

const fault = async (action: JsonValue, path = '/organizations/'): Promise<void> => admin('POST', '/faults', [{ match: { path }, action }]);

interface Connected {
  readonly connector: OfficerndConnector;
  readonly calls: CountedCall[];
  readonly penalties: (readonly [string, number])[];
}

function connect(config: Partial<OfficerndConnectorConfig> = {}): Connected {
  const calls: CountedCall[] = [];
  const penalties: (readonly [string, number])[] = [];
  const connector = createOfficerndConnector({
    config: { ...emulator, ...config },
    ledger: { count: (call) => calls.push(call) },
    limiter: {
      acquire: async (_, signal) => signal?.throwIfAborted(),
      reserve: async () => [],
      penalise: async (...penalty) => void penalties.push(penalty),
      noteRoom: async () => undefined,
    },
    now: Date.now,
  });
  return { connector, calls, penalties };
}

async function errorOf(call: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await call.then(
    () => 'no error',
    (caught: unknown) => caught,
  );
  if (!(error instanceof VendorError)) throw new Error(`Not a VendorError: ${String(error)}`);
  expect(error.message).not.toMatch(/ada@|Ada\b|secret|127\.0\.0\.1/);
  return error;
}

describe('refusals of a write', () => {
  test.each<[string, Record<string, JsonValue>, readonly (readonly [string, string])[]]>([
    ['an unknown field', { status: 'active' }, [['status', 'should not exist']]],
    [
      'two unknown fields',
      { tags: [], foo: 1 },
      [
        ['tags', 'should not exist'],
        ['foo', 'should not exist'],
      ],
    ],
    ['a part of an address', { address: { lat: 1 } }, [['address.lat', 'should not exist']]],
    ['a wrong type', { address: { city: 5 } }, [['address.city', 'must be a string']]],
    ['no e-mail', { email: 'Ada' }, [['email', 'must be an email']]],
    ['no date', { startDate: 'soon' }, [['startDate', 'must be a valid ISO 8601 date string']]],
    [
      'a value not in the list',
      { properties: { 'Desk type': PRIVATE } },
      [['properties.Desk type', 'must be one of the values listed for it']],
    ],
    ['an empty name', { name: '' }, [['name', 'is required']]],
  ])('M10 %s is named', async (_title, body, fields) => {
    const error = await errorOf(connect().connector.update('members', MEMBER, body));
    expect(error.kind).toBe('invalid');
    expect(error.details.refusedFields?.map(({ property, reason }) => [property, reason])).toEqual(fields);
    expect(error.message).toContain(fields[0]?.[0]);
  });

  test('M10 a custom property without a definition is named by its path', async () => {
    await admin('PUT', '/settings', { unknownProperties: 'refuse' });
    const error = await errorOf(connect().connector.update('members', MEMBER, { properties: { 'Shoe size (EU).': '42' } }));
    expect(error.details.refusedFields).toEqual([{ property: 'properties.Shoe size (EU).', reason: 'should not exist' }]);
  });

  test.each<[string, Record<string, JsonValue>, readonly string[]]>([
    ['a reference that is no id', { name: 'X', location: PRIVATE }, ['location']],
    ['a location that is gone', { name: 'X', location: NOBODY }, ['location']],
    ['a company that is gone', { name: 'X', company: NOBODY }, ['company']],
    ['no name', { email: 'x@example.com' }, ['name']],
  ])('L6 a member with %s', async (_title, body, fields) => {
    const error = await errorOf(connect().connector.create('members', body));
    expect(error.kind).toBe('invalid');
    expect(error.details.refusedFields?.map(({ property }) => property)).toEqual(fields);
  });

  test('L6 an opportunity without company and member', async () => {
    const error = await errorOf(connect().connector.create('opportunities', { name: 'Deal' }));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain('a company or a member is needed');
  });

  test.each<[string, VendorErrorKind]>([
    [`Cannot change the member ${PRIVATE}`, 'invalid'],
    [`Member with email ${PRIVATE} already exists`, 'invalid'],
    ['Path `name` is required.', 'invalid'],
    [`Member validation failed: email: Path \`email\` is required. (${PRIVATE})`, 'invalid'],
    ['input must be a 24 character hex string, 12 byte Uint8Array, or an integer', 'invalid'],
    ["Cannot read properties of undefined (reading 'Ada')", 'unavailable'],
    [`Unexpected token in JSON: ${PRIVATE}`, 'unavailable'],
    ['Internal server error', 'unavailable'],
  ])('a 500 with "%s" is %s', async (message, kind) => {
    await fault({ status: 500, body: { statusCode: 500, message } });
    const error = await errorOf(connect().connector.update('members', MEMBER, { name: 'X' }));
    expect(error.kind).toBe(kind);
    expect(error.details.mayHaveHappened === true).toBe(kind === 'unavailable');
  });

  test('A6 free text of a 400 never gets through', async () => {
    await fault({
      status: 400,
      body: { statusCode: 400, message: [`${PRIVATE} should be older`, `email must not be ${PRIVATE}`, `Ada Byron must be a string`] },
    });
    const error = await errorOf(connect().connector.update('members', MEMBER, { name: 'X' }));
    expect(error.details.refusedFields?.map(({ reason }) => reason)).toEqual(['is refused']);
  });
});

describe('answers that are no record', () => {
  test.each<[string, JsonValue, VendorErrorKind, Partial<VendorErrorDetails>]>([
    ['502', { status: 502 }, 'unavailable', { status: 502, mayHaveHappened: true }],
    ['503 as a web page', { status: 503, body: '<html>' }, 'unavailable', { mayHaveHappened: true }],
    ['504', { status: 504, commit: true }, 'unavailable', { mayHaveHappened: true }],
    ['a connection that breaks before the effect', { dropBeforeCommit: true }, 'unavailable', { mayHaveHappened: true }],
    ['a connection that breaks after the effect', { dropAfterCommit: true }, 'unavailable', { mayHaveHappened: true }],
    ['a body that is cut off', { truncate: true }, 'unavailable', { mayHaveHappened: true }],
    ['a body that is no JSON', { status: 200, body: '{"_id": "65' }, 'unavailable', { mayHaveHappened: true }],
    ['a record without id', { status: 200, body: { name: 'Ada' } }, 'unexpected', { mayHaveHappened: true }],
    [
      'a redirect to the log-in page',
      { status: 302, headers: { location: '/login' } },
      'configuration',
      { setting: 'officernd.organization' },
    ],
    [
      'a redirect elsewhere',
      { status: 301, headers: { location: 'https://example.com' } },
      'configuration',
      { setting: 'officernd.apiUrl' },
    ],
    ['403', { status: 403 }, 'forbidden', { setting: 'officernd.clientId' }],
    ['409', { status: 409 }, 'conflict', { status: 409 }],
    ['418', { status: 418, body: {} }, 'unexpected', { status: 418 }],
  ])('%s on a create', async (_title, action, kind, details) => {
    await fault(action);
    const error = await errorOf(connect().connector.create('companies', { name: 'X' }));
    expect(error).toMatchObject({ kind, details: { vendor: 'officernd', route: 'POST /organizations/{org}/companies', ...details } });
  });

  test('a read has no effect that may have happened', async () => {
    await fault({ status: 502 });
    expect((await errorOf(connect().connector.listPage('members', {}))).details.mayHaveHappened).toBe(false);
  });

  test.each<[string, JsonValue, string]>([
    ['results.0._id', { results: [{ name: 'Ada' }] }, 'results.0._id'],
    ['results', { rangeStart: 0 }, 'results'],
    ['the whole', [], "''"],
  ])('a page that is wrong at %s names the place and not the data', async (_title, body, place) => {
    await fault({ status: 200, body });
    const error = await errorOf(connect().connector.listPage('members', {}));
    expect(error.kind).toBe('unexpected');
    expect(error.message).toContain(place);
  });

  test.each<[string, JsonValue]>([
    ["a proxy's 404", { status: 404, body: '<h1>Not here</h1>' }],
    ["the framework's 404", { status: 404, body: { statusCode: 404, message: 'Cannot GET /api/v1/x', error: 'Not Found' } }],
    ['a refusal', { status: 500, body: { statusCode: 500, message: 'Cannot show this member' } }],
    ['a 500', { status: 500 }],
  ])('U2 %s does not prove that a record is gone', async (_title, action) => {
    await fault(action);
    expect((await errorOf(connect().connector.readOne('members', MEMBER))).kind).not.toBe('not-found');
  });

  test('a tampered cursor is a trouble like any other 500', async () => {
    expect((await errorOf(connect().connector.listPage('members', { cursor: 'xyz' }))).kind).toBe('unavailable');
  });

  test('a call that takes too long ends by itself', async () => {
    await fault({ delayMs: 30_000 });
    const error = await errorOf(connect({ timeoutMs: 100 }).connector.create('companies', { name: 'X' }));
    expect(error).toMatchObject({ kind: 'unavailable', details: { mayHaveHappened: true } });
    expect(error.message).toContain('0.1 seconds');
  });

  test("an abort throws the signal's reason, before and during a call", async () => {
    await fault({ delayMs: 30_000 });
    const { connector } = connect();
    const reason = new Error('enough');
    const aborting = new AbortController();
    const call = connector.locations({ signal: aborting.signal });
    setImmediate(() => aborting.abort(reason));
    await expect(call).rejects.toBe(reason);
    await expect(connector.locations({ signal: aborting.signal })).rejects.toBe(reason);
    // The token arrived nevertheless, and the next call uses it.
    await admin('DELETE', '/faults', {});
    expect(await connector.locations()).toHaveLength(1);
  });
});

test('L12 a write that was sent is finished, even after an abort; one that was not is never sent', async () => {
  const { connector, calls } = connect();
  await connector.locations();
  await fault({ delayMs: 200 });
  const aborting = new AbortController();
  const options = { signal: aborting.signal, beforeSend: async () => void setTimeout(() => aborting.abort(new Error('enough')), 50) };
  expect((await connector.create('companies', { name: 'Sent' }, options)).body).toMatchObject({ name: 'Sent' });
  expect(aborting.signal.aborted).toBe(true);
  const late = new AbortController();
  const never = connector.create(
    'companies',
    { name: 'Late' },
    { signal: late.signal, beforeSend: async () => late.abort(new Error('late')) },
  );
  await expect(never).rejects.toThrow('late');
  expect(calls.filter(({ route }) => route.startsWith('POST /organizations'))).toHaveLength(1);
});

describe('limits', () => {
  test('a 429 silences its class for as long as the vendor says', async () => {
    await admin('PUT', '/settings', { limits: { readsPerMinute: 0, writesPerMinute: 100 }, retryAfter: 'always' });
    const { connector, calls, penalties } = connect();
    const error = await errorOf(connector.listPage('members', {}));
    expect(error).toMatchObject({ kind: 'rate-limited', details: { status: 429 } });
    expect((error.details.retryAfterMs ?? 0.5) % 1_000).toBe(0);
    expect(penalties).toEqual([['read', error.details.retryAfterMs]]);
    expect(calls.at(-1)?.outcome).toBe('rate-limited');
  });

  test('a 429 that does not say how long silences its class for ten seconds', async () => {
    await admin('PUT', '/settings', { limits: { readsPerMinute: 0, writesPerMinute: 100 }, retryAfter: 'never' });
    const { connector, penalties } = connect();
    expect((await errorOf(connector.listPage('members', {}))).details.retryAfterMs).toBe(10_000);
    expect(penalties).toEqual([['read', 10_000]]);
  });

  test('a write counts as one, a token as one of its own', async () => {
    await fault({ status: 429, headers: { 'retry-after': '7' } });
    const write = connect();
    await errorOf(write.connector.create('companies', { name: 'X' }));
    expect(write.penalties).toEqual([['write', 7_000]]);
    await fault({ status: 429, headers: { 'retry-after': '300' } }, '/oauth/token');
    const token = connect();
    expect((await errorOf(token.connector.locations())).details).toMatchObject({ retryAfterMs: 300_000, route: 'POST /oauth/token' });
    expect(token.penalties).toEqual([['token', 60_000]]);
  });
});

describe('settings that are wrong', () => {
  test.each<[string, Partial<OfficerndConnectorConfig>, VendorErrorKind, string]>([
    ['an organisation that does not exist', { organization: 'other' }, 'configuration', 'officernd.organization'],
    ['an organisation that is a path', { organization: 'x/../y' }, 'configuration', 'officernd.organization'],
    ['no web address', { apiUrl: 'app.officernd.com' }, 'configuration', 'officernd.apiUrl'],
    ['a closed port', { apiUrl: 'http://127.0.0.1:1/api/v2' }, 'unavailable', 'officernd.apiUrl'],
    ['a host that does not exist', { apiUrl: 'http://orsync.invalid/api/v2' }, 'unavailable', 'officernd.apiUrl'],
    ['no token address', { tokenUrl: '' }, 'configuration', 'officernd.tokenUrl'],
    ['a closed port for tokens', { tokenUrl: 'http://127.0.0.1:1/oauth/token' }, 'unavailable', 'officernd.tokenUrl'],
    ['a client that does not exist', { clientId: 'nobody' }, 'unauthorized', 'officernd.clientSecret'],
  ])('%s', async (_title, config, kind, setting) => {
    const error = await errorOf(connect(config).connector.create('companies', { name: 'X' }));
    expect(error).toMatchObject({ kind, details: { setting } });
    expect(error.message).toContain(setting);
    expect(error.details.mayHaveHappened ?? false).toBe(false);
  });

  test('an address with a wrong path', async () => {
    const error = await errorOf(connect({ apiUrl: emulator.apiUrl.replace('v2', 'v9') }).connector.listPage('members', {}));
    expect(error).toMatchObject({ kind: 'configuration', details: { setting: 'officernd.apiUrl' } });
    const token = await errorOf(connect({ tokenUrl: `${emulator.tokenUrl}s` }).connector.locations());
    expect(token).toMatchObject({ kind: 'configuration', details: { setting: 'officernd.tokenUrl' } });
  });
});
