import { at, emulatorUnderTest, idsOf, rowOf, type EmulatorUnderTest } from '../support/hubspot-emulator';
import { COMPANIES, CONTACTS, recordsWorld } from './records-world';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());
beforeEach(() => hs.reset(recordsWorld));

test.each([
  '/crm/objects/2026-09/companies',
  '/crm/objects/2026-03/0-2',
  '/crm/v3/objects/companies',
  '/crm/v3/objects/0-2',
  '/crm/v3/objects/company',
  '/crm/v3/objects/companies/',
])('%s leads to the same store', async (path) => {
  expect(idsOf(await hs.call('GET', path))).toEqual(['1', '2']);
});

test('an unknown type is a 400, a standard type without records an empty list', async () => {
  const unknown = await hs.call('GET', '/crm/v3/objects/butterflies');
  expect([unknown.status, at(unknown.body, 'message')]).toEqual([400, 'Unable to infer object type from: butterflies']);
  expect((await hs.call('GET', '/crm/v3/objects/tickets')).body).toEqual({ results: [] });
});

test('unknown names are ignored, known empty ones are null, the system properties are always there', async () => {
  const named = rowOf(await hs.call('GET', `${COMPANIES}/1?properties=city,nonsense&properties=name`));
  expect(named.properties).toEqual({
    city: null,
    name: 'Company 1',
    createdate: '2026-01-01T10:00:00Z',
    hs_object_id: '1',
    hs_lastmodifieddate: '2026-02-01T10:00:00.250Z',
  });
  expect(Object.keys(rowOf(await hs.call('GET', `${CONTACTS}/11`)).properties).toSorted()).toEqual([
    'createdate',
    'email',
    'firstname',
    'hs_object_id',
    'lastmodifieddate',
    'lastname',
  ]);
});

test('milliseconds are left out when zero, unless switched off', async () => {
  const first = await hs.call('GET', `${COMPANIES}/1`);
  expect([at(first.body, 'createdAt'), at(first.body, 'updatedAt')]).toEqual(['2026-01-01T10:00:00Z', '2026-02-01T10:00:00.250Z']);
  await hs.settings({ dropZeroMs: false });
  expect(at((await hs.call('GET', `${COMPANIES}/1`)).body, 'createdAt')).toBe('2026-01-01T10:00:00.000Z');
});

test('a list pages by id with a cursor and a link', async () => {
  const first = await hs.call('GET', `${COMPANIES}?limit=1&properties=name`);
  expect([idsOf(first), at(first.body, 'paging', 'next', 'after'), at(first.body, 'total')]).toEqual([['1'], '2', undefined]);
  const link = String(at(first.body, 'paging', 'next', 'link'));
  const second = await hs.call('GET', link.slice(link.indexOf('/crm')));
  expect([idsOf(second), at(second.body, 'paging')]).toEqual([['2'], undefined]);
});

test.each([
  ['limit=101', 'less than 100 - you provided 101'],
  ['limit=0', 'you provided 0'],
  ['limit=51&propertiesWithHistory=name', 'less than 50 - you provided 51'],
])('%s is refused', async (query, text) => {
  const answer = await hs.call('GET', `${COMPANIES}?${query}`);
  expect([answer.status, String(at(answer.body, 'message'))]).toEqual([400, expect.stringContaining(text)]);
});

test('archived records are in their own list and behind their own flag; restoring brings them back', async () => {
  expect(idsOf(await hs.call('GET', `${COMPANIES}?archived=true`))).toEqual(['3']);
  expect((await hs.call('GET', `${COMPANIES}/3`)).status).toBe(404);
  const archived = await hs.call('GET', `${COMPANIES}/3?archived=true`);
  expect([at(archived.body, 'archived'), typeof at(archived.body, 'archivedAt')]).toEqual([true, 'string']);
  await hs.edit({ op: 'restore', type: 'company', id: '3' });
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual(['1', '2', '3']);
});

test('records are found by e-mail, additional e-mail and unique property', async () => {
  expect(rowOf(await hs.call('GET', `${CONTACTS}/ANN@one.example?idProperty=email`)).id).toBe('11');
  expect(rowOf(await hs.call('GET', `${CONTACTS}/ann%40old.example?idProperty=email`)).id).toBe('11');
  expect(rowOf(await hs.call('GET', `${COMPANIES}/x2?idProperty=officernd_id`)).id).toBe('2');
  expect(rowOf(await hs.call('PATCH', `${COMPANIES}/x2?idProperty=officernd_id`, { properties: { city: 'York' } })).id).toBe('2');
  expect((await hs.call('GET', `${COMPANIES}/Company 1?idProperty=name`)).status).toBe(400);
  await hs.settings({ additionalEmailResolves: false });
  expect((await hs.call('GET', `${CONTACTS}/ann@old.example?idProperty=email`)).status).toBe(404);
});

test('404 of unknown numeric and of other ids', async () => {
  expect((await hs.call('GET', `${COMPANIES}/99`)).body).toEqual({
    status: 'error',
    message: 'resource not found',
    correlationId: expect.any(String),
  });
  const odd = await hs.call('GET', `${COMPANIES}/abc`);
  expect([odd.status, at(odd.body, 'message'), at(odd.body, 'category'), at(odd.body, 'context', 'id')]).toEqual([
    404,
    'Object not found.  objectId are usually numeric.',
    'OBJECT_NOT_FOUND',
    ['abc'],
  ]);
});

test('inline associations repeat an id for each label', async () => {
  const answer = await hs.call('GET', `${CONTACTS}/11?associations=companies,deals`);
  expect(at(answer.body, 'associations', 'companies', 'results')).toEqual([
    { id: '1', type: 'contact_to_company' },
    { id: '1', type: 'contact_to_company_unlabeled' },
    { id: '2', type: 'contact_to_company_unlabeled' },
  ]);
  expect(at(answer.body, 'associations', 'deals', 'results')).toEqual([{ id: '21', type: 'contact_to_deal' }]);
});
