import { officerndUnderTest } from '../support/officernd-emulator';
import type { OfficerndUnderTest } from '../support/officernd-emulator';

/** OfficeRnD's API as observed: tokens and rate limits. */

let rnd: OfficerndUnderTest;

beforeAll(async () => {
  rnd = await officerndUnderTest();
});
afterAll(() => rnd.stop());
beforeEach(() => rnd.reset());

describe('tokens', () => {
  test('the answer to a token call has bearer, 3599 and the requested scopes', async () => {
    const { status, body } = await rnd.askToken({ scope: 'flex.community.members.read flex.space.locations.read' });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3599,
      scope: 'flex.community.members.read flex.space.locations.read',
    });
  });
  test.each([
    ['wrong secret', { client_secret: 'x' }, 401, 'invalid_client'],
    ['over-ask fails the whole call', { scope: 'flex.community.members.read flex.billing.fees.read' }, 400, 'invalid_scope'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('%s', async (_title, form, status, error) => {
    const answer = await rnd.askToken(form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });
  test('a JSON body is no form', async () => {
    const answer = await rnd.call(rnd.tokenUrl, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
  test('tokens expire by the clock, and expiry looks like any bad token', async () => {
    const mine = { authorization: `Bearer ${String((await rnd.askToken()).body.access_token)}` };
    expect((await rnd.api('GET', '/members', undefined, mine)).status).toBe(200);
    await rnd.admin('POST', '/clock', { advanceMs: 3_601_000 });
    const { status, body } = await rnd.api('GET', '/members', undefined, mine);
    expect(status).toBe(401);
    expect(body).toEqual({
      statusCode: 401,
      message: 'Unauthorized access',
      error: 'Unauthorized',
      timestamp: expect.stringMatching(/Z$/),
      path: expect.stringContaining('/members'),
    });
  });
  test('no token, and a token without the scope, are 401', async () => {
    expect((await rnd.api('GET', '/members', undefined, { authorization: '' })).status).toBe(401);
    const narrow = { authorization: `Bearer ${String((await rnd.askToken({ scope: 'flex.community.members.read' })).body.access_token)}` };
    expect((await rnd.api('GET', '/members', undefined, narrow)).status).toBe(200);
    expect((await rnd.api('POST', '/members', { name: 'A' }, narrow)).status).toBe(401);
    expect((await rnd.api('GET', '/companies', undefined, narrow)).body.message).toBe('Unauthorized access');
  });
});

describe('rate limits', () => {
  test('reads, writes and tokens count apart, driven by the clock', async () => {
    await rnd.settings({ limits: { readsPerMinute: 2, writesPerMinute: 1, tokensPerMinute: 1 }, retryAfter: 'always' });
    const statuses = [];
    for (const [method, body] of [['GET'], ['GET'], ['GET'], ['POST', { name: 'A' }], ['POST', { name: 'B' }]] as const)
      statuses.push((await rnd.api(method, '/companies', body)).status);
    expect(statuses).toEqual([200, 200, 429, 201, 429]);
    expect([(await rnd.askToken()).status, (await rnd.askToken()).status]).toEqual([200, 429]);
    const refused = await rnd.api('GET', '/companies');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.body).toMatchObject({ statusCode: 429, error: 'Too Many Requests' });
    await rnd.admin('POST', '/clock', { advanceMs: 60_001 });
    expect((await rnd.api('GET', '/companies')).status).toBe(200);
    await rnd.settings({ limits: { readsPerMinute: 0 }, retryAfter: 'never' });
    expect((await rnd.api('GET', '/companies')).headers.get('retry-after')).toBeNull();
  });
  test('latency', async () => {
    await rnd.settings({ latencyMs: 60 });
    const start = Date.now();
    await rnd.api('GET', '/companies');
    expect(Date.now() - start).toBeGreaterThanOrEqual(55);
  });
});
