import type { VendorErrorDetails, VendorErrorKind } from '../../../connectors/errors';
import { connectHubSpot as connect, failureOf } from '../../support/hubspot-connection';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer, type SeenRequest } from '../../support/scripted-server';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
async function startScript(answerTo: (request: SeenRequest) => ScriptedAnswer): Promise<ScriptedServer> {
  const server = await startScriptedServer(answerTo);
  servers.push(server);
  return server;
}

const oauth = { kind: 'oauth', clientId: 'client', clientSecret: 'secret', refreshToken: 'refresh' } as const;

const errorBody = (more: object): object => ({
  status: 'error',
  message: 'no',
  correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf',
  ...more,
});
const update = [{ id: '1', properties: { name: 'Acme' } }];

describe('statuses become kinds', () => {
  const cases: readonly (readonly [string, ScriptedAnswer, VendorErrorKind, Partial<VendorErrorDetails>])[] = [
    ['401', { status: 401, body: errorBody({ category: 'INVALID_AUTHENTICATION' }) }, 'unauthorized', { setting: 'hubspot.accessToken' }],
    ['404 of a route without an id', { status: 404, body: errorBody({}) }, 'configuration', { setting: 'hubspot.apiUrl' }],
    ['409', { status: 409, body: errorBody({ category: 'CONFLICT' }) }, 'conflict', {}],
    ['423', { status: 423, body: errorBody({}) }, 'rate-limited', { retryAfterMs: 2_000 }],
    ['429 burst', { status: 429, body: errorBody({ policyName: 'TEN_SECONDLY_ROLLING' }) }, 'rate-limited', { retryAfterMs: 10_000 }],
    ['429 by second', { status: 429, body: errorBody({ policyName: 'SECONDLY' }) }, 'rate-limited', { retryAfterMs: 1_000 }],
    ['429 daily', { status: 429, body: errorBody({ policyName: 'DAILY' }) }, 'rate-limited', { retryAfterMs: 900_000 }],
    [
      '429 with Retry-After',
      { status: 429, body: errorBody({}), headers: { 'retry-after': '3' } },
      'rate-limited',
      { retryAfterMs: 3_000 },
    ],
    [
      '429 with a blank Retry-After',
      { status: 429, body: errorBody({}), headers: { 'retry-after': ' ' } },
      'rate-limited',
      { retryAfterMs: 10_000 },
    ],
    ['477', { status: 477, body: errorBody({}), headers: { 'retry-after': '7200' } }, 'rate-limited', { retryAfterMs: 7_200_000 }],
    ['502', { status: 502, body: 'bad gateway' }, 'unavailable', { mayHaveHappened: false }],
    ['524', { status: 524, body: errorBody({}) }, 'unavailable', { mayHaveHappened: false }],
    ['302', { status: 302, body: {}, headers: { location: 'http://127.0.0.1:1/' } }, 'configuration', { setting: 'hubspot.apiUrl' }],
    ['418', { status: 418, body: errorBody({}) }, 'unexpected', {}],
    ['a body that is cut off', { raw: '{"results":[{"id":"1"' }, 'unavailable', { mayHaveHappened: false }],
    ['a dropped connection', 'drop', 'unavailable', { mayHaveHappened: false }],
    ['no answer in time', 'hang', 'unavailable', { mayHaveHappened: false }],
  ];
  test.each(cases)('%s', async (_title, answer, kind, details) => {
    const { apiUrl } = await startScript(() => answer);
    const { connector, calls } = connect(apiUrl, answer === 'hang' ? { timeoutMs: 200 } : {});
    const error = await failureOf(connector.dealPipelines());
    expect(error.kind).toBe(kind);
    expect(error.details).toMatchObject({ vendor: 'hubspot', route: 'GET /crm/pipelines/2026-09/deals', ...details });
    const outcome = kind === 'rate-limited' ? 'rate-limited' : answer !== 'drop' && answer !== 'hang' && 'raw' in answer ? 'ok' : 'failed';
    expect(calls).toEqual([{ vendor: 'hubspot', route: 'GET /crm/pipelines/2026-09/deals', outcome }]);
  });

  test.each([['drop'], ['hang'], [{ status: 503, body: {} }], [{ raw: '{"resu' }], [{ raw: '{"results":5}' }]] as const)(
    'a write without a good answer may have happened: %j',
    async (answer) => {
      const { apiUrl } = await startScript(() => answer);
      const { connector } = connect(apiUrl, answer === 'hang' ? { timeoutMs: 200 } : {});
      const error = await failureOf(connector.batchUpdate('companies', update));
      expect(error.details.mayHaveHappened).toBe(true);
    },
  );

  test('403 names the missing scopes', async () => {
    const requiredGranularScopes = ['crm.objects.deals.read', 'crm.schemas.deals.read'];
    const body = errorBody({ category: 'MISSING_SCOPES', errors: [{ message: 'One or more', context: { requiredGranularScopes } }] });
    const { apiUrl } = await startScript(() => ({ status: 403, body }));
    const error = await failureOf(connect(apiUrl).connector.dealPipelines());
    expect(error.kind).toBe('forbidden');
    expect(error.message).toContain('crm.objects.deals.read, crm.schemas.deals.read');
  });

  test('a refused connection did nothing and names the setting', async () => {
    const error = await failureOf(connect('http://127.0.0.1:1').connector.batchUpdate('companies', update));
    expect(error).toMatchObject({ kind: 'unavailable', details: { mayHaveHappened: false, setting: 'hubspot.apiUrl' } });
    expect(error.message).toContain('hubspot.apiUrl');
  });

  test('U2 a 404 page of something that is not HubSpot proves nothing', async () => {
    const { apiUrl } = await startScript(() => ({ status: 404, body: 'not here' }));
    const error = await failureOf(connect(apiUrl).connector.readOne('companies', '7', ['name']));
    expect(error.kind).toBe('configuration');
  });

  test('an answer of another form names the field and not the value', async () => {
    const results = [{ id: 'Jane Doe', properties: {}, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }];
    const { apiUrl } = await startScript(() => ({ status: 200, body: { results } }));
    const error = await failureOf(connect(apiUrl).connector.listPage('contacts', { properties: [], associations: [] }));
    expect(error.kind).toBe('unexpected');
    expect(error.message).toContain("GET /crm/objects/2026-09/contacts is not of the expected form at 'results.0.id'");
    expect(error.message).not.toContain('Jane');
  });
});

describe('refused values', () => {
  const nested = JSON.stringify([{ isValid: false, message: 'jane@x was not', error: 'INVALID_EMAIL', name: 'email' }]);
  const coordinates = 'Cannot set PropertyValueCoordinates{portalId=1, propertyName=email, value=jane@x} on 5. 6 already has that value.';
  const code = { code: 'INVALID_OPTION', context: { propertyName: ['dealstage'] } };
  test.each([
    ['errors[]', { errors: [{ message: 'jane@x', ...code }] }, [{ property: 'dealstage', reason: 'INVALID_OPTION' }]],
    ['JSON inside the message', { message: `Property values were not valid: ${nested}` }, [{ property: 'email', reason: 'INVALID_EMAIL' }]],
    ['a taken unique value', { message: coordinates }, [{ property: 'email', reason: 'VALUE_TAKEN' }]],
    ['validationResults', { validationResults: [{ name: 'phone', error: 'INVALID' }] }, [{ property: 'phone', reason: 'INVALID' }]],
  ])('A6 %s: names and codes, no values', async (_title, body, refusedFields) => {
    const { apiUrl } = await startScript(() => ({ status: 400, body: errorBody({ category: 'VALIDATION_ERROR', ...body }) }));
    const outcomes = await connect(apiUrl).connector.batchUpdate('contacts', update);
    expect(outcomes.get('1')).toMatchObject({ kind: 'refused', refusedFields });
    expect(JSON.stringify([...outcomes])).not.toContain('jane');
  });
});

describe('OAuth', () => {
  const pipelines: ScriptedAnswer = { status: 200, body: { results: [] } };
  const granted = (n: number): ScriptedAnswer => ({
    status: 200,
    body: { token_type: 'bearer', access_token: `access-${n}`, refresh_token: 'refresh', expires_in: 1_800 },
  });

  test('a token is fetched once for callers at the same time, and again a minute before its end', async () => {
    let grants = 0;
    const { apiUrl, seen } = await startScript(({ url }) => (url.startsWith('/oauth') ? granted(++grants) : pipelines));
    const { connector, clock, calls } = connect(apiUrl, { auth: oauth });
    await Promise.all([connector.dealPipelines(), connector.dealPipelines()]);
    clock.ms += 1_739_000;
    await connector.dealPipelines();
    expect(grants).toBe(1);
    clock.ms += 2_000;
    await connector.dealPipelines();
    expect(grants).toBe(2);
    expect(seen[0]).toMatchObject({
      url: '/oauth/2026-09/token',
      contentType: 'application/x-www-form-urlencoded',
      authorization: undefined,
    });
    expect(new URLSearchParams(seen[0]?.body).get('grant_type')).toBe('refresh_token');
    expect(seen.at(-1)?.authorization).toBe('Bearer access-2');
    expect(calls.filter(({ route }) => route === 'POST /oauth/2026-09/token')).toHaveLength(2);
  });

  test.each([
    ['revoked', 'BAD_REFRESH_TOKEN', 'unauthorized', 'hubspot.oauth.refreshToken'],
    ['wrong secret', 'BAD_CLIENT_SECRET', 'configuration', 'hubspot.oauth.clientSecret'],
    ['anything else', 'SOMETHING', 'unavailable', undefined],
  ])('%s', async (_title, status, kind, setting) => {
    const { apiUrl } = await startScript(() => ({ status: 400, body: { error: 'invalid_grant', status, message: 'secret' } }));
    const error = await failureOf(connect(apiUrl, { auth: oauth }).connector.dealPipelines());
    expect(error.kind).toBe(kind);
    expect(error.details.setting).toBe(setting);
  });

  test('a token that was good and no longer is gets renewed by the next try', async () => {
    let grants = 0;
    let good = 'Bearer access-1';
    const { apiUrl } = await startScript(({ url, authorization }) => {
      if (url.startsWith('/oauth')) return granted(++grants);
      return authorization === good ? pipelines : { status: 401, body: errorBody({ category: 'EXPIRED_AUTHENTICATION' }) };
    });
    const { connector } = connect(apiUrl, { auth: oauth });
    await connector.dealPipelines();
    good = 'Bearer access-2';
    expect((await failureOf(connector.dealPipelines())).kind).toBe('unavailable');
    await connector.dealPipelines();
    good = 'none';
    await failureOf(connector.dealPipelines());
    expect((await failureOf(connector.dealPipelines())).kind).toBe('unauthorized');
  });
});

test('an abort ends a call and a wait with its reason', async () => {
  const { apiUrl, seen } = await startScript(() => 'hang');
  const { connector } = connect(apiUrl, { limits: { per10s: 1, searchPerSecond: 1 } });
  const stop = new AbortController();
  const sent = connector.dealPipelines({ signal: stop.signal });
  const waiting = connector.account({ signal: stop.signal });
  const ends = Promise.allSettled([sent, waiting]);
  while (seen.length === 0) await new Promise(setImmediate);
  const reason = new Error('stopped');
  stop.abort(reason);
  expect(await ends).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(seen).toHaveLength(1);
});

test('a batch of writes that was sent is finished, even after an abort', async () => {
  const stop = new AbortController();
  const { apiUrl } = await startScript(() => {
    stop.abort(new Error('stopped'));
    const at = '2026-01-01T00:00:00Z';
    const results = [{ id: '1', properties: {}, createdAt: at, updatedAt: at }];
    return { status: 200, body: { status: 'COMPLETE', results, startedAt: at, completedAt: at } };
  });
  const { connector } = connect(apiUrl);
  const outcomes = await connector.batchUpdate('companies', update, { signal: stop.signal });
  expect([...outcomes.values()]).toEqual([{ kind: 'updated' }]);
});

test("the older version keeps the client's own paths", async () => {
  const { apiUrl, seen } = await startScript(() => ({ status: 200, body: { results: [] } }));
  const { connector } = connect(apiUrl, { version: 'v3' });
  await connector.properties('deals');
  await connector.listPage('deals', { properties: ['dealname'], associations: [] });
  expect(seen.map(({ url }) => url.split('?')[0])).toEqual(['/crm/v3/properties/deals', '/crm/v3/objects/deals']);
});
