import type { JsonValue } from '../../domain/json';
import { at, calm, emulatorUnderTest, idsOf, rowOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = {
  properties: {
    contacts: [{ name: 'tags', type: 'enumeration', fieldType: 'checkbox', options: [{ value: 'a' }, { value: 'b' }] }],
    companies: [],
    deals: [],
  },
  companies: [{ id: '1', properties: { name: 'Company 1' }, updatedAt: '2026-01-05T00:00:00Z' }],
  contacts: [
    {
      id: '11',
      properties: { firstname: 'Ann', lastname: 'Alpha', email: 'ann@one.example', hs_lead_status: 'NEW', tags: 'a;b' },
      updatedAt: '2026-01-01T00:00:00Z',
      associations: { companies: ['1'] },
    },
    { id: '12', properties: { firstname: 'BOB', email: 'bob@two.example', hs_lead_status: 'OPEN' }, updatedAt: '2026-01-02T00:00:00Z' },
    { id: '13', properties: { firstname: 'Cid', hs_merged_object_ids: '5;6' }, updatedAt: '2026-01-03T00:00:00Z' },
    { id: '14', properties: { firstname: 'Gone' }, archived: true },
  ],
  deals: Array.from({ length: 3 }, (_, index) => ({
    id: String(21 + index),
    properties: { dealname: `Deal ${index}`, amount: String(9 + index), dealstage: 'qualifiedtobuy' },
  })),
};
beforeEach(() => hs.reset(world));

const searchIn = (type: string, body: JsonValue) => hs.call('POST', `/crm/objects/2026-09/${type}/search`, body);
const where = (filter: { readonly [key: string]: JsonValue }): JsonValue => ({ filterGroups: [{ filters: [filter] }] });

test.each([
  ['contacts', { propertyName: 'firstname', operator: 'EQ', value: 'bob' }, ['12']],
  ['contacts', { propertyName: 'firstname', operator: 'NEQ', value: 'bob' }, ['11', '13']],
  ['contacts', { propertyName: 'firstname', operator: 'IN', values: ['bob', 'ann'] }, ['11', '12']],
  ['contacts', { propertyName: 'firstname', operator: 'IN', values: ['BOB'] }, []],
  ['contacts', { propertyName: 'firstname', operator: 'NOT_IN', values: ['bob'] }, ['11', '13']],
  ['contacts', { propertyName: 'hs_lead_status', operator: 'EQ', value: 'new' }, []],
  ['contacts', { propertyName: 'hs_lead_status', operator: 'EQ', value: 'NEW' }, ['11']],
  ['contacts', { propertyName: 'tags', operator: 'IN', values: ['b'] }, ['11']],
  ['contacts', { propertyName: 'email', operator: 'HAS_PROPERTY' }, ['11', '12']],
  ['contacts', { propertyName: 'email', operator: 'NOT_HAS_PROPERTY' }, ['13']],
  ['contacts', { propertyName: 'email', operator: 'CONTAINS_TOKEN', value: '*@two.example' }, ['12']],
  ['contacts', { propertyName: 'hs_merged_object_ids', operator: 'CONTAINS_TOKEN', value: '6' }, ['13']],
  ['contacts', { propertyName: 'hs_object_id', operator: 'GT', value: '11' }, ['12', '13']],
  ['contacts', { propertyName: 'hs_object_id', operator: 'IN', values: ['11', '13', '14'] }, ['11', '13']],
  ['contacts', { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(Date.UTC(2026, 0, 2)) }, ['12', '13']],
  [
    'contacts',
    { propertyName: 'lastmodifieddate', operator: 'BETWEEN', value: '2026-01-01', highValue: '2026-01-02T00:00:00Z' },
    ['11', '12'],
  ],
  ['contacts', { propertyName: 'associations.company', operator: 'EQ', value: '1' }, ['11']],
  ['deals', { propertyName: 'amount', operator: 'LT', value: '10' }, ['21']],
])('%s where %j', async (type, filter, expected) => {
  const answer = await searchIn(type, where(filter));
  expect([idsOf(answer), at(answer.body, 'total')]).toEqual([expected, expected.length]);
});

test('groups are alternatives, filters in a group all hold; top-level filters and text sorts work', async () => {
  const either = await searchIn('contacts', {
    filterGroups: [
      { filters: [{ propertyName: 'firstname', operator: 'EQ', value: 'Ann' }] },
      { filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: '13' }] },
    ],
    sorts: ['-hs_object_id'],
  });
  expect(idsOf(either)).toEqual(['13', '11']);
  expect(idsOf(await searchIn('contacts', { filters: [{ propertyName: 'firstname', operator: 'EQ', value: 'Ann' }] }))).toEqual(['11']);
  expect(idsOf(await searchIn('contacts', { query: 'two' }))).toEqual(['12']);
});

test('pages by offset, with one sort', async () => {
  const page = await searchIn('deals', { sorts: [{ propertyName: 'amount', direction: 'DESCENDING' }], limit: 2 });
  expect([idsOf(page), at(page.body, 'paging', 'next', 'after'), at(page.body, 'total')]).toEqual([['23', '22'], '2', 3]);
  const last = await searchIn('deals', { sorts: [{ propertyName: 'amount', direction: 'DESCENDING' }], limit: 2, after: '2' });
  expect([idsOf(last), at(last.body, 'paging')]).toEqual([['21'], undefined]);
  expect((await searchIn('deals', { sorts: ['amount', 'dealname'] })).status).toBe(400);
});

const filters = (count: number): JsonValue[] =>
  Array.from({ length: count }, () => ({ propertyName: 'firstname', operator: 'HAS_PROPERTY' }));
const groups = (count: number, perGroup: number): JsonValue => ({
  filterGroups: Array.from({ length: count }, () => ({ filters: filters(perGroup) })),
});
test.each([
  ['6 groups', groups(6, 1)],
  ['7 filters in a group', groups(1, 7)],
  ['19 filters', { filterGroups: [...Array.from({ length: 3 }, () => ({ filters: filters(6) })), { filters: filters(1) }] }],
  ['a page of 201', { limit: 201 }],
  ['3,001 characters', { query: 'x'.repeat(3_001) }],
  ['BETWEEN without highValue', where({ propertyName: 'hs_object_id', operator: 'BETWEEN', value: '1' })],
  ['an unknown operator', where({ propertyName: 'hs_object_id', operator: 'LIKE', value: '1' })],
])('%s is refused', async (_title, body) => {
  expect((await searchIn('contacts', body)).status).toBe(400);
});

test('nothing beyond the 10,000th result can be read, and the refusal says little', async () => {
  expect((await searchIn('contacts', { after: '9999', limit: 1 })).status).toBe(200);
  const answer = await searchIn('contacts', { after: '10000', limit: 1 });
  expect([answer.status, answer.body]).toEqual([
    400,
    { status: 'error', message: 'There was a problem with the request.', correlationId: expect.any(String) },
  ]);
});

const lagging = { ...calm, searchLag: { createMs: [4_000, 5_000], updateMs: [1_000, 2_000], tailShare: 0 } };

test('a new record, a changed value and an archived record reach search late', async () => {
  await hs.settings(lagging);
  const { id } = rowOf(await hs.call('POST', '/crm/v3/objects/contacts', { properties: { firstname: 'Late' } }));
  await hs.call('PATCH', '/crm/v3/objects/contacts/11', { properties: { firstname: 'Changed' } });
  const named = (name: string) => searchIn('contacts', where({ propertyName: 'firstname', operator: 'EQ', value: name }));
  expect(rowOf(await hs.call('GET', `/crm/v3/objects/contacts/${id}`)).properties.firstname).toBe('Late');
  expect([idsOf(await named('Late')), idsOf(await named('Ann')), idsOf(await named('Changed'))]).toEqual([[], ['11'], []]);
  await hs.advance(2_001);
  expect([idsOf(await named('Late')), idsOf(await named('Ann')), idsOf(await named('Changed'))]).toEqual([[], [], ['11']]);
  await hs.advance(3_000);
  expect(idsOf(await named('Late'))).toEqual([id]);
});

test('an archived record leaves the results at once and total later', async () => {
  await hs.settings(lagging);
  await hs.call('DELETE', '/crm/v3/objects/companies/1');
  const first = await searchIn('companies', {});
  expect([idsOf(first), at(first.body, 'total')]).toEqual([[], 1]);
  await hs.advance(2_001);
  expect(at((await searchIn('companies', {})).body, 'total')).toBe(0);
});

test('a searchLag fault shows an older index', async () => {
  await hs.call('PATCH', '/crm/v3/objects/contacts/11', { properties: { firstname: 'Changed' } });
  await hs.admin('POST', '/faults', [{ match: { path: '/search' }, times: 1, action: { searchLag: 60_000 } }]);
  const changed = () => searchIn('contacts', where({ propertyName: 'firstname', operator: 'EQ', value: 'Changed' }));
  expect(idsOf(await changed())).toEqual([]);
  expect(idsOf(await changed())).toEqual(['11']);
});

test('the wrong name of the modified date finds nothing', async () => {
  const since = (name: string): JsonValue => where({ propertyName: name, operator: 'GTE', value: '2020-01-01' });
  expect(idsOf(await searchIn('contacts', since('hs_lastmodifieddate')))).toEqual([]);
  expect(idsOf(await searchIn('companies', since('lastmodifieddate')))).toEqual([]);
  expect(idsOf(await searchIn('companies', since('hs_lastmodifieddate')))).toEqual(['1']);
});
