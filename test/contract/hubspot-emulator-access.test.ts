import type { JsonValue } from '../../domain/json';
import { at, calm, emulatorUnderTest, idsOf, rowOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = { companies: [{ id: '1', properties: { name: 'One' } }] };
beforeEach(() => hs.reset(world));

const COMPANIES = '/crm/objects/2026-09/companies';
const defaults = { createDriftMs: null, searchLag: null };

test('without a valid token', async () => {
  for (const token of [null, 'pat-na1-wrong']) {
    const answer = await hs.call('GET', COMPANIES, undefined, token);
    expect([answer.status, at(answer.body, 'category'), at(answer.body, 'status')]).toEqual([401, 'INVALID_AUTHENTICATION', 'error']);
  }
  await hs.settings({ revoked: true });
  expect((await hs.call('GET', COMPANIES)).status).toBe(401);
});

test('an expired token says when it ended', async () => {
  await hs.admin('POST', '/faults', [{ times: 1, action: { expireToken: true } }]);
  const answer = await hs.call('GET', COMPANIES);
  expect([answer.status, at(answer.body, 'category')]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
  expect(at(answer.body, 'context', 'expire time', 0)).toEqual(expect.any(String));
});

test.each([
  ['GET', COMPANIES, ['crm.objects.companies.read']],
  ['POST', `${COMPANIES}/merge`, ['crm.objects.companies.write']],
  ['GET', '/crm/properties/2026-09/companies', ['crm.schemas.companies.read', 'crm.objects.companies.read']],
  ['POST', '/crm/v3/properties/companies', ['crm.schemas.companies.write']],
  ['GET', '/crm/v3/owners', ['crm.objects.owners.read']],
  ['POST', '/crm/v4/associations/deals/companies/batch/read', ['crm.objects.companies.read']],
])('%s %s needs a scope', async (method, path, scopes) => {
  await hs.settings({ scopes: ['crm.objects.deals.read'] });
  const answer = await hs.call(method, path, method === 'GET' ? undefined : {});
  expect([answer.status, at(answer.body, 'category'), at(answer.body, 'errors', 0, 'context', 'requiredGranularScopes')]).toEqual([
    403,
    'MISSING_SCOPES',
    scopes,
  ]);
});

const app = { client_id: '11111111-2222-4333-8444-555555555555', client_secret: 'emulated-client-secret' };
const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams({ ...app, ...fields }).toString();
const refresh = form({ grant_type: 'refresh_token', refresh_token: 'na1-emulated-refresh-token' });

test.each(['/oauth/2026-09/token', '/oauth/2026-03/token', '/oauth/v3/token', '/oauth/v1/token'])(
  '%s gives a token for 30 minutes of virtual time',
  async (path) => {
    const answer = await hs.call('POST', path, refresh, null);
    expect(answer.body).toMatchObject({
      token_type: 'bearer',
      expires_in: 1800,
      hub_id: 12345678,
      refresh_token: 'na1-emulated-refresh-token',
      token_use: 'access_token',
    });
    const token = String(at(answer.body, 'access_token'));
    await hs.advance(1_799_000);
    expect((await hs.call('GET', COMPANIES, undefined, token)).status).toBe(200);
    await hs.advance(1_001);
    expect(at((await hs.call('GET', COMPANIES, undefined, token)).body, 'category')).toBe('EXPIRED_AUTHENTICATION');
  },
);

test('parameters in the query do not count; refusals have a status of their own', async () => {
  expect((await hs.call('POST', `/oauth/2026-09/token?${refresh}`, '', null)).status).toBe(400);
  const wrong = await hs.call('POST', '/oauth/2026-09/token', form({ grant_type: 'refresh_token', refresh_token: 'x' }), null);
  expect([wrong.status, wrong.body]).toEqual([
    400,
    expect.objectContaining({
      error: 'invalid_grant',
      status: 'BAD_REFRESH_TOKEN',
      message: 'refresh token is invalid, expired or revoked',
    }),
  ]);
  expect(at((await hs.call('POST', '/oauth/v3/token', form({ grant_type: 'refresh_token', client_id: 'x' }), null)).body, 'status')).toBe(
    'BAD_CLIENT_ID',
  );
});

test('introspection and revocation', async () => {
  const token = String(at((await hs.call('POST', '/oauth/2026-09/token', refresh, null)).body, 'access_token'));
  expect((await hs.call('POST', '/oauth/2026-09/token/introspect', form({ token }), null)).body).toMatchObject({
    active: true,
    hub_id: 12345678,
  });
  expect((await hs.call('POST', '/oauth/2026-09/token/revoke', form({ token: 'na1-emulated-refresh-token' }), null)).status).toBe(200);
  expect((await hs.call('POST', '/oauth/2026-09/token', refresh, null)).status).toBe(400);
  expect((await hs.call('GET', COMPANIES, undefined, token)).status).toBe(200);
  expect((await hs.call('POST', '/oauth/2026-09/token/introspect', form({ token: 'nothing' }), null)).body).toEqual({ active: false });
});

test('ten rolling seconds, with headers', async () => {
  await hs.settings({ ...defaults, limits: { per10s: 3, daily: 1_000 } });
  const first = await hs.call('GET', COMPANIES);
  expect(
    ['max', 'remaining', 'interval-milliseconds', 'daily', 'daily-remaining'].map((name) =>
      first.headers.get(`x-hubspot-ratelimit-${name}`),
    ),
  ).toEqual(['3', '2', '10000', '1000', '999']);
  await hs.call('GET', COMPANIES);
  await hs.call('GET', COMPANIES);
  const refused = await hs.call('GET', COMPANIES);
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({
    status: 'error',
    message: 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'TEN_SECONDLY_ROLLING',
    groupName: 'publicapi:private_app-api-calls-ten-secondly:1160452:12345678',
  });
  expect(refused.headers.get('retry-after')).toBeNull();
  const oauthToken = String(at((await hs.call('POST', '/oauth/2026-09/token', refresh, null)).body, 'access_token'));
  const other = await hs.call('GET', COMPANIES, undefined, oauthToken);
  expect([other.status, other.headers.get('x-hubspot-ratelimit-daily')]).toEqual([200, null]);
  await hs.advance(10_001);
  expect((await hs.call('GET', COMPANIES)).status).toBe(200);
});

test('Retry-After and Daily headers by setting', async () => {
  await hs.settings({ ...defaults, retryAfter: true, dailyHeadersOnSearch: true, limits: { per10s: 1, daily: 650_000 } });
  expect((await hs.call('POST', `${COMPANIES}/search`, {})).headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('649999');
  await hs.call('GET', COMPANIES);
  expect((await hs.call('GET', COMPANIES)).headers.get('retry-after')).toBe('10');
});

test("line 4: the day ends at the account's midnight", async () => {
  await hs.settings({ ...defaults, limits: { daily: 1 }, account: { timeZone: 'America/New_York' } });
  await hs.call('GET', COMPANIES);
  expect((await hs.call('GET', COMPANIES)).body).toMatchObject({
    message: 'You have reached your daily limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'DAILY',
  });
  await hs.advance(86_400_000);
  expect((await hs.call('GET', COMPANIES)).status).toBe(200);
});

test.each([
  ['A', { errorType: 'RATE_LIMIT', policyName: 'SECONDLY', groupName: 'publicapi:crm:search:oauth:1160452:12345678' }],
  ['B', { category: 'RATE_LIMITS' }],
])('five searches a second; form %s', async (searchLimitBody, rest) => {
  await hs.settings({ ...defaults, limits: { searchPerSecond: 5 }, searchLimitBody });
  const answers = [];
  for (let index = 0; index < 6; index += 1) answers.push(await hs.call('POST', `${COMPANIES}/search`, {}));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers[0]?.headers.get('x-hubspot-ratelimit-max')).toBeNull();
  expect(answers[5]?.body).toEqual({
    status: 'error',
    message: 'You have reached your secondly limit.',
    correlationId: expect.any(String),
    ...rest,
  });
});

test('associations have a bucket of their own', async () => {
  await hs.settings({ ...defaults, limits: { per10s: 1, associationsPer10s: 2 } });
  const read = async () => (await hs.call('POST', '/crm/associations/2026-09/contacts/companies/batch/read', { inputs: [] })).status;
  expect([await read(), await read(), await read()]).toEqual([200, 200, 429]);
  expect((await hs.call('GET', COMPANIES)).status).toBe(200);
});

test.each([423, 429, 477, 502, 503, 504, 521, 522, 523, 524, 525, 526])('a fault answers %i', async (status) => {
  await hs.admin('POST', '/faults', [{ match: { method: 'GET' }, times: 1, action: { status, headers: { 'retry-after': '7' } } }]);
  const answer = await hs.call('GET', COMPANIES);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '7']);
  expect((await hs.call('GET', COMPANIES)).status).toBe(200);
});

test.each([
  ['dropBeforeCommit', null],
  ['dropAfterCommit', 'York'],
  ['truncate', 'York'],
])('%s', async (action, city) => {
  await hs.admin('POST', '/faults', [{ match: { method: 'PATCH' }, times: 1, action: { [action]: true } }]);
  await expect(hs.call('PATCH', `${COMPANIES}/1`, { properties: { city: 'York' } })).rejects.toThrow(/fetch failed|terminated/);
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1?properties=city`)).properties.city).toBe(city);
});

test('every answer has a correlation id, the same in the body', async () => {
  for (const path of [`${COMPANIES}/99`, `${COMPANIES}?limit=1000`, '/crm/v3/objects/nope']) {
    const answer = await hs.call('GET', path);
    expect(at(answer.body, 'correlationId')).toBe(answer.headers.get('x-hubspot-correlation-id'));
  }
  expect((await hs.call('GET', COMPANIES)).headers.get('x-hubspot-correlation-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

test('owners', async () => {
  for (const path of ['/crm/v3/owners', '/crm/v3/owners/', '/crm/owners/2026-09']) {
    const answer = await hs.call('GET', `${path}?limit=1`);
    expect([at(answer.body, 'results', 0, 'id'), at(answer.body, 'paging', 'next', 'after')]).toEqual(['6166860', '6166860']);
  }
  expect(at((await hs.call('GET', '/crm/v3/owners?after=6166860')).body, 'results', 0, 'id')).toBe('6166861');
  expect(at((await hs.call('GET', '/crm/v3/owners/6166861')).body, 'email')).toBe('sasha@example.com');
  expect((await hs.call('GET', '/crm/v3/owners/1')).status).toBe(404);
});

test('account facts and token facts', async () => {
  for (const path of ['/account-info/v3/details', '/account-info/2026-09/details']) {
    expect((await hs.call('GET', path)).body).toMatchObject({
      portalId: 12345678,
      timeZone: 'Europe/London',
      companyCurrency: 'GBP',
      additionalCurrencies: ['EUR', 'USD'],
    });
  }
  const info = await hs.call('POST', '/oauth/v2/private-apps/get/access-token-info', { tokenKey: hs.accessToken }, null);
  expect(info.body).toMatchObject({
    hubId: 12345678,
    isUserToken: false,
    scopes: expect.arrayContaining(['oauth', 'crm.objects.contacts.read']),
  });
});

test('edits are neither limited nor counted', async () => {
  await hs.settings({ ...defaults, limits: { per10s: 1 } });
  const edits: JsonValue[] = [
    { op: 'create', type: 'company', id: '5', properties: { name: 'Five' } },
    { op: 'update', type: 'company', id: '1', fields: { name: 'Renamed' } },
    { op: 'create', type: 'contact', id: '11', properties: { email: 'a@x.example' }, associations: { companies: ['5'] } },
    { op: 'archive', type: 'company', id: '5' },
    { op: 'restore', type: 'company', id: '5' },
    { op: 'archive', type: 'contact', id: '11' },
  ];
  await hs.edit(...edits);
  expect(at((await hs.admin('GET', '/requests')).body, 'total')).toBe(0);
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual(['1', '5']);
  await hs.edit({ op: 'delete', type: 'company', id: '5' });
  await expect(hs.edit({ op: 'restore', type: 'company', id: '5' })).rejects.toThrow('There is no record 5 in companies');
  await expect(hs.edit({ op: 'update', type: 'company', id: '1', properties: { nope: 'x' } })).rejects.toThrow('PROPERTY_DOESNT_EXIST');
});

test('the same seed gives the same ids, token and lags; the world can be written out and read in', async () => {
  const other = await emulatorUnderTest();
  try {
    await other.reset(world, calm);
    expect(other.accessToken).toBe(hs.accessToken);
    const create = async (emulator: EmulatorUnderTest) => rowOf(await emulator.call('POST', COMPANIES, { properties: { name: 'New' } })).id;
    expect(await create(other)).toBe(await create(hs));
    await hs.edit({ op: 'archive', type: 'company', id: '1' });
    const { body } = await hs.admin('GET', '/world');
    await other.reset(body, calm);
    expect((await other.admin('GET', '/world')).body).toEqual(body);
  } finally {
    await other.stop();
  }
});

test('a wrong world is refused with its place and changes nothing', async () => {
  await expect(hs.admin('PUT', '/world', { contacts: [{ id: '1', associations: { companies: ['9'] } }] })).rejects.toThrow(
    'there is no record 9 in companies',
  );
  await expect(hs.admin('PUT', '/world', { deals: [{ properties: { dealstage: 'nowhere' } }] })).rejects.toThrow('nowhere');
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual(['1']);
});

test('too long a URL, an unknown route, a wrong method', async () => {
  expect((await hs.call('GET', `${COMPANIES}?properties=${'x'.repeat(16_384)}`)).status).toBe(414);
  expect((await hs.call('GET', `${COMPANIES}?properties=${'x'.repeat(15_000)}`)).status).toBe(200);
  expect((await hs.call('GET', '/crm/v3/nothing')).status).toBe(404);
  expect((await hs.call('PUT', COMPANIES, {})).status).toBe(405);
  expect((await hs.call('GET', `${COMPANIES}/batch/read`)).status).toBe(405);
});

test('old versions end on their day, where enforced', async () => {
  await hs.settings({ switchOff: { enforced: true, v4: '2020-01-01', v3: '2020-01-01', oauthV1: '2020-01-01' } });
  expect((await hs.call('GET', '/crm/v3/objects/companies')).status).toBe(404);
  expect((await hs.call('POST', '/crm/v4/associations/deals/companies/batch/read', { inputs: [] })).status).toBe(404);
  expect((await hs.call('POST', '/oauth/v1/token', refresh, null)).status).toBe(404);
  expect((await hs.call('GET', COMPANIES)).status).toBe(200);
  await hs.settings({ switchOff: { v3: '2100-01-01' } });
  expect((await hs.call('GET', '/crm/v3/objects/companies')).status).toBe(200);
});
