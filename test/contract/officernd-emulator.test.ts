import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { startOfficerndEmulator, type OfficerndEmulator } from '../../emulators/officernd/index';
import { defaultScopes } from '../../emulators/officernd/settings';

/** apis/officernd.md row by row, and the admin routes of the contract. */

type Fields = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Fields;
  /** The records of a list or of an edit. */
  readonly results: readonly Fields[];
  /** What an error says, the vendor's or the admin's. */
  readonly message: unknown;
}
const fieldsSchema = z.record(z.string(), z.unknown());
const listSchema = z.object({ results: z.array(fieldsSchema).optional(), records: z.array(fieldsSchema).optional() });
const adminErrorSchema = z.object({ error: z.object({ message: z.string() }) });

const locationId = '65f0c0ffee0000000000aa01';
const id = (n: number): string => `65f0c0ffee000000${String(n).padStart(8, '0')}`;
let emulator: OfficerndEmulator;
let token: string;

beforeAll(async () => {
  emulator = await startOfficerndEmulator({ seed: 7 });
  token = String((await askToken()).body.access_token);
});
afterAll(() => emulator.stop());

const call = async (url: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const body = fieldsSchema.parse(text === '' ? {} : JSON.parse(text));
  const { results, records } = listSchema.parse(body);
  const message = adminErrorSchema.safeParse(body).data?.error.message ?? body.message;
  return { status: response.status, headers: response.headers, body, results: results ?? records ?? [], message };
};
const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(`${emulator.adminUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
const askToken = (form: Record<string, string> = {}): Promise<Answer> =>
  call(emulator.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: emulator.clientId,
      client_secret: emulator.clientSecret,
      grant_type: 'client_credentials',
      scope: defaultScopes.join(' '),
      ...form,
    }),
  });
const api = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call(`${emulator.apiUrl}/organizations/${emulator.organization}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const world = (half: Record<string, unknown>): Promise<Answer> =>
  admin('PUT', '/world', { officernd: { locations: [{ _id: locationId, name: 'Downtown' }], ...half } });
const settings = (patch: unknown): Promise<Answer> => admin('PUT', '/settings', patch);
const companies = (count: number) => Array.from({ length: count }, (_, index) => ({ _id: id(index + 1), name: `Company ${index + 1}` }));

let defaults: Fields;
beforeAll(async () => {
  defaults = (await admin('GET', '/settings')).body;
});
beforeEach(async () => {
  await settings({ ...defaults, limits: { readsPerMinute: null, writesPerMinute: null } });
  await world({});
});

describe('tokens (1.1)', () => {
  test('a token call answers bearer, 3599 and the scopes asked for', async () => {
    const { status, body } = await askToken({ scope: 'flex.community.members.read flex.space.locations.read' });
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
    const answer = await askToken(form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });
  test('a JSON body is no form', async () => {
    const answer = await call(emulator.tokenUrl, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
  test('tokens expire by the clock, and expiry looks like any bad token', async () => {
    const mine = { authorization: `Bearer ${String((await askToken()).body.access_token)}` };
    expect((await api('GET', '/members', undefined, mine)).status).toBe(200);
    await admin('POST', '/clock', { advanceMs: 3_601_000 });
    const { status, body } = await api('GET', '/members', undefined, mine);
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
    expect((await api('GET', '/members', undefined, { authorization: '' })).status).toBe(401);
    const narrow = { authorization: `Bearer ${String((await askToken({ scope: 'flex.community.members.read' })).body.access_token)}` };
    expect((await api('GET', '/members', undefined, narrow)).status).toBe(200);
    expect((await api('POST', '/members', { name: 'A' }, narrow)).status).toBe(401);
    expect((await api('GET', '/companies', undefined, narrow)).body.message).toBe('Unauthorized access');
  });
});

describe('paging (1.3)', () => {
  const after = (first: string, page: Fields): string => `${first}&$cursorNext=${encodeURIComponent(String(page.cursorNext))}`;
  const before = (first: string, page: Fields | undefined): string =>
    `${first}&$cursorPrev=${encodeURIComponent(String(page?.cursorPrev))}`;
  const walk = async (first: string): Promise<{ records: Fields[]; pages: Fields[] }> => {
    const records: Fields[] = [];
    const pages: Fields[] = [];
    for (let path: string | undefined = first; path !== undefined;) {
      const { body, results } = await api('GET', path);
      pages.push(body);
      records.push(...results);
      path = body.cursorNext === undefined ? undefined : after(first, body);
    }
    return { records, pages };
  };

  test('a walk of 21 by 10 has no gaps or duplicates, and absent cursors at the ends', async () => {
    await world({ companies: companies(21) });
    const { records, pages } = await walk('/companies?$limit=10');
    expect(records.map(({ _id }) => _id)).toEqual(companies(21).map(({ _id }) => _id));
    expect(pages.map(({ rangeStart, rangeEnd }) => [rangeStart, rangeEnd])).toEqual([
      [1, 10],
      [11, 20],
      [21, 21],
    ]);
    expect(pages.map((page) => ['cursorNext' in page, 'cursorPrev' in page])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    const back = await api('GET', before('/companies?$limit=10', pages[2]));
    expect([back.body.rangeStart, back.body.rangeEnd, back.results[0]?.name]).toEqual([11, 20, 'Company 11']);
    const first = (await api('GET', before('/companies?$limit=10', back.body))).body;
    expect([first.rangeStart, first.rangeEnd, 'cursorPrev' in first, 'cursorNext' in first]).toEqual([1, 10, false, true]);
  });
  test('a sorted and a filtered walk are complete, too', async () => {
    await world({ companies: companies(21) });
    const sorted = await walk(`/companies?$limit=4&$sort=${encodeURIComponent('{"name":"desc"}')}`);
    expect(new Set(sorted.records.map(({ _id }) => _id)).size).toBe(21);
    expect(sorted.records[0]?.name).toBe('Company 9');
    const filtered = await walk('/companies?$limit=2&modifiedAt[$lte]=2025-01-01T00:00:04.000Z');
    expect(filtered.records).toHaveLength(5);
    const named = await walk('/companies?$limit=1&name[$in]=Company 3,Company 2,None');
    expect(named.records.map(({ _id }) => _id)).toEqual([id(2), id(3)]);
  });
  test('an empty list has the range 0 to 0 and no cursors', async () => {
    expect((await api('GET', '/companies')).body).toEqual({ rangeStart: 0, rangeEnd: 0, results: [] });
  });
  test.each([
    ['', 200, 50],
    ['?$limit=50', 200, 50],
    ['?$limit=0', 200, 20],
    ['?$limit=-5', 200, 5],
  ])('limit %s', async (query, status, count) => {
    await world({ companies: companies(60) });
    const answer = await api('GET', `/companies${query}`);
    expect([answer.status, answer.results.length]).toEqual([status, count]);
  });
  test.each([
    ['?$limit=51', 400, '$limit must not be greater than 50'],
    ['?$limit=abc', 400, '$limit must be a number conforming to the specified constraints'],
    ['?$select=', 400, '$select should not be empty'],
    ['?foo=1', 400, 'property foo should not exist'],
    ['?$populate=location', 400, 'property $populate should not exist'],
    ['?modifiedAt[$gte]=yesterday', 400, 'modifiedAt must be a valid ISO 8601 date string'],
    ['?$cursorNext=a&$cursorPrev=b', 504, 'Gateway Timeout'],
    ['?$cursorNext=tampered', 500, expect.stringMatching(/JSON/)],
    ['?foo=1&bar=2', 400, ['property foo should not exist', 'property bar should not exist']],
  ])('%s', async (query, status, message) => {
    const answer = await api('GET', `/companies${query}`);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });
  test('records made or gone during a walk shift nothing', async () => {
    await world({ companies: companies(6) });
    const first = (await api('GET', '/companies?$limit=3')).body;
    await admin('POST', '/edits', [
      { op: 'delete', type: 'company', id: id(3) },
      { op: 'create', type: 'company', fields: { name: 'Late' } },
    ]);
    const second = await api('GET', after('/companies?$limit=50', first));
    expect(second.results.map(({ name }) => name)).toEqual(['Company 4', 'Company 5', 'Company 6', 'Late']);
  });
});

describe('filters and select (1.3)', () => {
  beforeEach(() =>
    world({
      companies: [
        { _id: id(1), name: 'Acme', properties: { hubspot_link_id: '1-10', 'VAT number': 'GB 1' } },
        { _id: id(2), name: 'Beta' },
      ],
      members: [
        { _id: id(3), name: 'Ann', email: 'ann@x.io', company: id(1) },
        { _id: id(4), name: 'Bob', email: 'bob@x.io', status: 'active' },
      ],
      opportunities: [{ _id: id(5), name: 'Deal', company: id(1), properties: { hubspot_link_id: '1-30' } }],
    }),
  );
  const names = async (path: string): Promise<unknown[]> => (await api('GET', path)).results.map(({ name }) => name);

  test.each([
    ['/companies?name=Acme', ['Acme']],
    ['/companies?name=acme', []],
    ['/companies?properties[hubspot_link_id]=1-10', ['Acme']],
    ['/companies?properties[VAT%20number]=GB%201', ['Acme']],
    [`/companies?_id[$in]=${id(1)},${id(2)}`, ['Acme', 'Beta']],
    ['/members?email=ann@x.io', ['Ann']],
    [`/members?company=${id(1)}`, ['Ann']],
    ['/members?status[$in]=active,pending', ['Bob']],
    ['/members?createdAt[$gt]=2025-01-01T00:00:00.000Z', ['Bob']],
    [`/opportunities?company=${id(1)}`, ['Deal']],
    ['/opportunities?properties[hubspot_link_id]=1-30', ['Deal']],
    [`/companies?location=${locationId}&name=Beta`, ['Beta']],
  ])('%s', async (path, expected) => {
    expect(await names(path)).toEqual(expected);
  });
  test('select drops unknown fields and always has _id', async () => {
    expect((await api('GET', '/companies?$select=_id,name&name=Acme')).results).toEqual([{ _id: id(1), name: 'Acme' }]);
    expect((await api('GET', '/companies?$select=nothing&name=Acme')).results).toEqual([{ _id: id(1) }]);
    expect((await api('GET', `/companies/${id(1)}?$select=name&foo=1`)).body.location).toBe(locationId);
  });
  test('counts', async () => {
    expect((await api('GET', '/members/count?$countBy=status')).body).toEqual({
      total: 2,
      groups: [
        { key: 'contact', count: 1 },
        { key: 'active', count: 1 },
      ],
    });
    expect((await api('GET', '/opportunities/count')).body).toEqual({ total: 1 });
    expect((await api('GET', '/companies/count')).status).toBe(500);
  });
  test('switches: case of filters, filters of opportunities', async () => {
    await settings({ caseSensitiveFilters: false, opportunityFilters: 'documented' });
    expect(await names('/companies?name=ACME')).toEqual(['Acme']);
    expect((await api('GET', '/opportunities?properties[hubspot_link_id]=1-30')).body.message).toBe('property properties should not exist');
  });
});

describe('errors (1.4)', () => {
  beforeEach(() => world({ companies: [{ _id: id(1), name: 'Acme' }] }));
  const orgUrl = (slug: string): string => `${emulator.apiUrl}/organizations/${slug}/companies`;
  const auth = () => ({ headers: { authorization: `Bearer ${token}` } });

  test('unknown organisation is 500, a traversal goes to /login', async () => {
    const { status, body } = await call(orgUrl('other'), auth());
    expect([status, body.message, body.error]).toEqual([500, 'Organization not found', undefined]);
    const traversal = await call(orgUrl('..%2Fadmin'), auth());
    expect([traversal.status, traversal.headers.get('location')]).toEqual([302, '/login']);
  });
  test('404 names the id', async () => {
    const { status, body } = await api('GET', `/companies/${id(9)}`);
    expect([status, body.error]).toEqual([404, 'Not Found']);
    expect(body.message).toContain(`Item with Id (${id(9)})`);
  });
  test.each([
    ['unknown field', { name: 'A', foo: 1 }, 400, 'property foo should not exist'],
    [
      'several problems',
      { name: 'A', foo: 1, status: 'active' },
      400,
      ['property foo should not exist', 'property status should not exist'],
    ],
    ['missing name', {}, 400, 'name must be a string'],
    ['wrong type', { name: 5 }, 400, 'name must be a string'],
    ['empty name', { name: '' }, 500, "Path 'name' is required."],
    ['no object id', { name: 'A', location: 'x' }, 500, expect.stringMatching(/Cast to ObjectId failed/)],
    ['unknown location', { name: 'A', location: id(77) }, 500, 'Specified office was not found'],
    ['nested unknown field', { name: 'A', address: { planet: 'Mars' } }, 400, 'address.property planet should not exist'],
    ['bad e-mail', { name: 'A', email: 'nope' }, 400, 'email must be an email'],
    ['malformed JSON', '{"name"', 400, expect.stringMatching(/JSON/)],
    ['empty body', undefined, 400, 'name must be a string'],
  ])('POST: %s', async (_title, body, status, message) => {
    const answer = await api('POST', '/companies', body);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });
  test('a body without JSON content type counts as empty', async () => {
    expect((await api('POST', '/companies', '{"name":"A"}', { 'content-type': 'text/plain' })).body.message).toBe('name must be a string');
  });
  test('POST is not idempotent, DELETE answers the record and then 404', async () => {
    const one = await api('POST', '/companies', { name: 'Twin' });
    const two = await api('POST', '/companies', { name: 'Twin' });
    expect([one.status, two.status, one.body._id === two.body._id]).toEqual([201, 201, false]);
    const gone = await api('DELETE', `/companies/${String(one.body._id)}`);
    expect([gone.status, gone.body.name, gone.body.properties]).toEqual([200, 'Twin', {}]);
    expect((await api('DELETE', `/companies/${String(one.body._id)}`)).status).toBe(404);
  });
  test('reference data are read only, unknown routes and methods 404', async () => {
    expect((await api('POST', '/locations', { name: 'x' })).status).toBe(404);
    expect((await api('PATCH', `/companies/${id(1)}`, { name: 'x' })).status).toBe(404);
    expect((await api('GET', '/nothing')).body.message).toMatch(/^Cannot GET/);
    expect((await api('GET', '/locations')).results).toEqual([{ _id: locationId, name: 'Downtown', properties: {} }]);
    expect(
      (await api('GET', '/opportunity-statuses')).results.map(({ description, probability, isSystem }) => [
        description,
        probability,
        isSystem,
      ]),
    ).toEqual([
      ['New', 10, true],
      ['In Progress', 50, false],
      ['Won', 100, true],
      ['Lost', 0, true],
    ]);
    expect((await api('GET', '/custom-properties')).results).toEqual([]);
  });
});

describe('writes', () => {
  beforeEach(() =>
    world({
      companies: [
        { _id: id(1), name: 'Acme', address: { city: 'London', zip: 'N1' }, properties: { a: '1', b: '2' } },
        { _id: id(2), name: 'Beta' },
      ],
      members: [{ _id: id(3), name: 'Ann', email: 'ann@x.io', company: id(1) }],
      customProperties: [{ key: 'Tier', type: 'select', targets: ['team'], values: ['Gold', 'Silver'] }],
    }),
  );

  test('PUT {} changes nothing, a real change moves modifiedAt and modifiedBy, null clears', async () => {
    const before = (await api('GET', `/companies/${id(1)}`)).body;
    expect((await api('PUT', `/companies/${id(1)}`, {})).body).toEqual(before);
    expect((await api('PUT', `/companies/${id(1)}`, { name: 'Acme' })).body.modifiedAt).toBe(before.modifiedAt);
    const after = (await api('PUT', `/companies/${id(1)}`, { description: 'x', address: null })).body;
    expect(String(after.modifiedAt) > String(before.modifiedAt)).toBe(true);
    expect(after.modifiedBy).not.toBe(before.modifiedBy);
    expect([after.description, 'address' in after, after.createdAt]).toEqual(['x', false, before.createdAt]);
  });
  test('properties and objects are replaced, or merged by switch', async () => {
    const put = (body: unknown) => api('PUT', `/companies/${id(1)}`, body);
    expect((await put({ properties: { a: '9' } })).body.properties).toEqual({ a: '9' });
    expect((await put({ address: { city: 'Paris' } })).body.address).toEqual({ city: 'Paris' });
    await settings({ propertiesOnPut: 'merge', objectsOnPut: 'merge' });
    expect((await put({ properties: { b: '2', a: null }, address: { zip: '75' } })).body).toMatchObject({
      properties: { b: '2' },
      address: { city: 'Paris', zip: '75' },
    });
  });
  test('empty properties are left out on get and {} on list', async () => {
    expect('properties' in (await api('GET', `/companies/${id(2)}`)).body).toBe(false);
    expect((await api('GET', '/companies?name=Beta')).results[0]?.properties).toEqual({});
  });
  test('the link id in the create body can be found again', async () => {
    const made = await api('POST', '/companies', { name: 'New', properties: { hubspot_link_id: '1-99' } });
    expect(made.body).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      location: locationId,
      status: 'inactive',
      properties: { hubspot_link_id: '1-99' },
    });
    expect((await api('GET', '/companies?properties[hubspot_link_id]=1-99')).results[0]?._id).toBe(made.body._id);
    await api('PUT', `/companies/${String(made.body._id)}`, { properties: {} });
    expect((await api('GET', '/companies?properties[hubspot_link_id]=1-99')).results).toEqual([]);
  });
  test('a select property refuses other values, unknown keys by switch only', async () => {
    const put = (properties: unknown) => api('PUT', `/companies/${id(1)}`, { properties });
    expect((await put({ Tier: 'Bronze' })).body.message).toBe('properties.Tier must be one of the following values: Gold, Silver');
    expect((await put({ Tier: 'Gold', Other: 'x' })).status).toBe(200);
    await settings({ unknownProperties: 'refuse' });
    expect((await put({ Other: 'y', hubspot_link_id: '1-1' })).body.message).toBe('properties.property Other should not exist');
  });
  test('members: status and company have their own sub-resources; phone on PUT and e-mail on POST by switch', async () => {
    const member = `/members/${id(3)}`;
    expect((await api('PUT', member, { status: 'former', company: id(2) })).body.message).toEqual([
      'property status should not exist',
      'property company should not exist',
    ]);
    expect((await api('PATCH', `${member}/status`, { status: 'former' })).status).toBe(404);
    expect((await api('PUT', `${member}/status`, { status: 'former' })).body.status).toBe('former');
    expect((await api('PUT', `${member}/status`, { status: 'gone' })).status).toBe(400);
    expect((await api('PUT', `${member}/company`, { company: id(2) })).body.company).toBe(id(2));
    expect((await api('PUT', `${member}/company`, { company: id(88) })).body.message).toBe('Specified company was not found');
    expect((await api('PUT', member, { phone: '+1 2' })).body.phone).toBe('+1 2');
    await settings({ memberPhoneOnPut: false, memberNeedsEmail: true, memberEmailUnique: true, subResourceVerb: 'PATCH' });
    expect((await api('PUT', member, { phone: '3' })).body.message).toBe('property phone should not exist');
    expect((await api('POST', '/members', { name: 'X' })).body.message).toBe('email must be an email');
    expect((await api('POST', '/members', { name: 'X', email: 'ann@x.io' })).status).toBe(500);
    expect((await api('PATCH', `${member}/company`, { company: null })).body.company).toBeUndefined();
  });
  test('with several locations a create needs one, unless switched off', async () => {
    await world({ locations: [{ name: 'A' }, { name: 'B' }] });
    expect((await api('POST', '/companies', { name: 'X' })).body.message).toBe("Path 'location' is required.");
    await settings({ locationRequired: false });
    expect((await api('POST', '/companies', { name: 'X' })).status).toBe(201);
  });
  test('opportunities need a member or a company, take their status probability, and make leads', async () => {
    const statuses = (await api('GET', '/opportunity-statuses')).results;
    expect((await api('POST', '/opportunities', { name: 'D' })).status).toBe(500);
    const deal = (await api('POST', '/opportunities', { name: 'D', company: id(1), member: id(3), startDate: '2026-05-01' })).body;
    expect(deal).toMatchObject({ status: statuses[0]?._id, probability: 10, startDate: '2026-05-01T00:00:00.000Z' });
    expect((await api('GET', `/members/${id(3)}`)).body.status).toBe('lead');
    expect((await api('GET', `/companies/${id(1)}`)).body.status).toBe('lead');
    const won = (await api('PUT', `/opportunities/${String(deal._id)}`, { status: statuses[2]?._id })).body;
    expect(won.probability).toBe(100);
    expect((await api('GET', `/members/${id(3)}`)).body.status).toBe('contact');
    expect((await api('PUT', `/opportunities/${String(deal._id)}`, { probability: 101 })).body.message).toBe(
      'probability must not be greater than 100',
    );
    expect((await api('PUT', `/opportunities/${String(deal._id)}`, { company: null, member: null })).status).toBe(500);
    await settings({ statusSetsProbability: false });
    expect((await api('PUT', `/opportunities/${String(deal._id)}`, { status: statuses[3]?._id })).body.probability).toBe(100);
  });
  test('references to a deleted company stay, or go by switch', async () => {
    await api('DELETE', `/companies/${id(1)}`);
    expect((await api('GET', `/members/${id(3)}`)).body.company).toBe(id(1));
    await settings({ danglingReferences: false });
    expect('company' in (await api('GET', `/members/${id(3)}`)).body).toBe(false);
  });
});

describe('rate limits (1.5)', () => {
  test('reads, writes and tokens count apart, driven by the clock', async () => {
    await settings({ limits: { readsPerMinute: 2, writesPerMinute: 1, tokensPerMinute: 1 }, retryAfter: 'always' });
    const statuses = [];
    for (const [method, body] of [['GET'], ['GET'], ['GET'], ['POST', { name: 'A' }], ['POST', { name: 'B' }]] as const)
      statuses.push((await api(method, '/companies', body)).status);
    expect(statuses).toEqual([200, 200, 429, 201, 429]);
    expect([(await askToken()).status, (await askToken()).status]).toEqual([200, 429]);
    const refused = await api('GET', '/companies');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.body).toMatchObject({ statusCode: 429, error: 'Too Many Requests' });
    await admin('POST', '/clock', { advanceMs: 60_001 });
    expect((await api('GET', '/companies')).status).toBe(200);
    await settings({ limits: { readsPerMinute: 0 }, retryAfter: 'never' });
    expect((await api('GET', '/companies')).headers.get('retry-after')).toBeNull();
  });
  test('latency', async () => {
    await settings({ latencyMs: 60 });
    const start = Date.now();
    await api('GET', '/companies');
    expect(Date.now() - start).toBeGreaterThanOrEqual(55);
  });
});

describe('admin', () => {
  beforeEach(() =>
    world({
      companies: [
        { _id: id(1), name: 'Acme' },
        { _id: id(2), name: 'Beta' },
      ],
      members: [{ _id: id(3), name: 'Ann', company: id(1) }],
      opportunities: [{ _id: id(5), name: 'D', member: id(3), company: id(1) }],
    }),
  );

  test('requests are counted by pattern, with the ids touched', async () => {
    await api('GET', `/companies/${id(1)}`);
    await api('PUT', `/members/${id(3)}/company`, { company: id(2) });
    const { body } = await admin('GET', '/requests?log=1');
    expect(body).toMatchObject({
      total: 2,
      byRoute: { 'GET /organizations/{org}/companies/{id}': 1, 'PUT /organizations/{org}/members/{id}/company': 1 },
      byStatus: { '200': 2 },
      log: [
        { method: 'GET', route: 'GET /organizations/{org}/companies/{id}', status: 200, at: expect.any(String), ids: [id(1)] },
        { ids: [id(3)] },
      ],
    });
    expect('log' in (await admin('GET', '/requests')).body).toBe(false);
  });
  test('faults: status with and without effect, after, times, drops, truncation, expired tokens', async () => {
    await admin('POST', '/faults', [
      { match: { method: 'post', path: '/companies$' }, times: 1, action: { status: 502 } },
      {
        match: { method: 'POST', path: '/companies$' },
        times: 1,
        action: { status: 504, commit: true, headers: { 'x-a': 'b' }, body: { gone: true } },
      },
      { match: { path: '/members' }, after: 1, times: 1, action: { truncate: true } },
    ]);
    expect((await api('POST', '/companies', { name: 'X' })).body).toMatchObject({ statusCode: 502, message: 'Bad Gateway' });
    const committed = await api('POST', '/companies', { name: 'X' });
    expect([committed.status, committed.body, committed.headers.get('x-a')]).toEqual([504, { gone: true }, 'b']);
    expect((await api('GET', '/companies?name=X')).results).toHaveLength(1);
    expect((await api('GET', '/members')).status).toBe(200);
    await expect(api('GET', '/members')).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await api('GET', '/members')).status).toBe(200);
    await admin('POST', '/faults', { match: { method: 'PUT' }, times: 1, action: { dropBeforeCommit: true } });
    await admin('POST', '/faults', { match: { method: 'PUT' }, times: 1, action: { dropAfterCommit: true } });
    await expect(api('PUT', `/companies/${id(1)}`, { name: 'One' })).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await api('GET', `/companies/${id(1)}`)).body.name).toBe('Acme');
    await expect(api('PUT', `/companies/${id(1)}`, { name: 'Two' })).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await api('GET', `/companies/${id(1)}`)).body.name).toBe('Two');
    expect((await admin('GET', '/requests')).body.byStatus).toMatchObject({ 0: 2 });
    await admin('POST', '/faults', { times: 1, action: { expireToken: true } });
    expect([(await api('GET', '/members')).status, (await api('GET', '/members')).status]).toEqual([401, 401]);
    await admin('DELETE', '/faults');
    expect((await api('GET', '/members')).status).toBe(200);
    const wrong = await admin('POST', '/faults', [{ match: { path: '(' }, action: {} }]);
    expect([wrong.status, wrong.message]).toEqual([400, expect.stringContaining('not a regular expression')]);
  });
  test('a delay does not hold back other requests', async () => {
    await admin('POST', '/faults', { match: { path: '/members' }, action: { delayMs: 300 } });
    const slow = api('GET', '/members').then(() => 'slow');
    expect(
      await Promise.race([
        slow,
        wait(5)
          .then(() => api('GET', '/companies'))
          .then(() => 'fast'),
      ]),
    ).toBe('fast');
    await slow;
  });
  test('edits: create, update, archive, restore, delete, merge; a wrong one is 400 in a sentence', async () => {
    const edit = async (...edits: unknown[]) => (await admin('POST', '/edits', edits)).results;
    const [made] = await edit({ op: 'create', type: 'companies', fields: { name: 'New', properties: { x: '1' } } });
    expect((await api('GET', `/companies/${String(made?._id)}`)).body).toMatchObject({ name: 'New', properties: { x: '1' } });
    const [moved] = await edit({
      op: 'update',
      type: 'contact',
      id: id(3),
      properties: { email: 'a@x.io', Level: '2', 'address.city': 'Rome' },
    });
    expect(moved).toMatchObject({ email: 'a@x.io', properties: { Level: '2' }, address: { city: 'Rome' } });
    expect(String(moved?.modifiedAt) > '2026').toBe(true);
    await edit({ op: 'archive', type: 'deal', id: id(5) });
    expect((await api('GET', `/opportunities/${id(5)}`)).status).toBe(404);
    await edit({ op: 'restore', type: 'opportunity', id: id(5) }, { op: 'merge', type: 'company', id: id(1), into: id(2) });
    expect((await api('GET', `/companies/${id(1)}`)).status).toBe(404);
    expect((await api('GET', `/opportunities/${id(5)}`)).body.company).toBe(id(2));
    expect((await api('GET', `/members?company=${id(2)}`)).results).toHaveLength(1);
    for (const wrong of [
      { op: 'update', type: 'company', id: id(1) },
      { op: 'update', type: 'thing', id: '1' },
      { op: 'merge', type: 'deal', id: id(5), into: id(5) },
      { op: 'fly', type: 'company' },
    ]) {
      const answer = await admin('POST', '/edits', [wrong]);
      expect([answer.status, typeof answer.message]).toEqual([400, 'string']);
    }
  });
  test('world: half or whole, read back as put, a wrong one names the record and changes nothing', async () => {
    const before = (await admin('GET', '/world')).body;
    expect((await admin('PUT', '/world', before)).status).toBe(200);
    expect((await admin('GET', '/world')).body).toEqual(before);
    expect(Object.keys(before)).toEqual(['locations', 'opportunityStatuses', 'customProperties', 'companies', 'members', 'opportunities']);
    const wrong = await world({ companies: [{ _id: 'x', name: 'A' }] });
    expect([wrong.status, wrong.message]).toEqual([400, 'companies[0]: _id must be 24 hexadecimal digits']);
    expect((await admin('GET', '/world')).body).toEqual(before);
    await admin('PUT', '/world', { hubspot: { companies: [] } });
    expect((await admin('GET', '/world')).body.companies).toEqual([]);
  });
  test('settings stay when the world is replaced, and a wrong one is named', async () => {
    await settings({ memberNeedsEmail: true });
    await world({});
    expect((await admin('GET', '/settings')).body.memberNeedsEmail).toBe(true);
    const wrong = await settings({ speed: 1 });
    expect([wrong.status, wrong.message]).toEqual([400, expect.stringContaining('speed')]);
  });
  test('the same seed makes the same ids', async () => {
    const other = await startOfficerndEmulator({ seed: 7, world: { officernd: { companies: [{ name: 'A' }] } } });
    await world({ locations: [], companies: [{ name: 'A' }] });
    const theirs = await call(`${other.adminUrl}/world`);
    expect((await admin('GET', '/world')).body).toEqual(theirs.body);
    await other.stop();
  });
});
