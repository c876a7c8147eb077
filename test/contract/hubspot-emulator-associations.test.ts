import type { JsonValue } from '../../domain/json';
import { at, emulatorUnderTest, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = {
  companies: [
    { id: '1', properties: { name: 'One' } },
    { id: '2', properties: { name: 'Two' } },
    { id: '3', properties: { name: 'Gone' }, archived: true },
  ],
  contacts: [
    { id: '11', properties: { email: 'a@x.example' }, associations: { companies: ['2', '1'] } },
    { id: '12', properties: { email: 'b@x.example' }, associations: { companies: ['3'] } },
    { id: '13', properties: { email: 'c@x.example' } },
  ],
  deals: [{ id: '21', properties: { dealname: 'D', dealstage: 'qualifiedtobuy' }, associations: { companies: ['1'], contacts: ['11'] } }],
};
beforeEach(() => hs.reset(world));

const primary = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' };
const unlabelled = { category: 'HUBSPOT_DEFINED', typeId: 279, label: null };
const read = (from: string, to: string, ...ids: readonly string[]) =>
  hs.call('POST', `/crm/associations/2026-09/${from}/${to}/batch/read`, { inputs: ids.map((id) => ({ id })) });

test('the first company becomes the primary, also when its id is not the smallest', async () => {
  const answer = await read('contacts', 'companies', '11');
  expect([answer.status, at(answer.body, 'results')]).toEqual([
    200,
    [
      {
        from: { id: '11' },
        to: [
          { toObjectId: 1, associationTypes: [unlabelled] },
          { toObjectId: 2, associationTypes: [primary, unlabelled] },
        ],
      },
    ],
  ]);
});

test('none, or archived ones only, is an error entry in a 207', async () => {
  const answer = await read('0-1', 'company', '11', '12', '13');
  expect([answer.status, at(answer.body, 'numErrors')]).toEqual([207, 2]);
  expect(at(answer.body, 'errors', 0)).toEqual({
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: 'No company is associated with contact 12.',
    context: { fromObjectId: ['12'], fromObjectType: ['contact'], toObjectType: ['company'] },
  });
});

test.each([
  ['companies', 'contacts', '1', [280]],
  ['companies', 'contacts', '2', [2, 280]],
  ['deals', 'companies', '21', [5, 341]],
  ['companies', 'deals', '1', [6, 342]],
  ['deals', 'contacts', '21', [3]],
  ['contacts', 'deals', '11', [4]],
])('type ids from %s to %s of %s', async (from, to, id, expected) => {
  const types = at((await read(from, to, id)).body, 'results', 0, 'to', 0, 'associationTypes');
  expect(Array.isArray(types) ? types.map((type: JsonValue) => at(type, 'typeId')) : types).toEqual(expected);
});

test('ids are numbers, or texts on 2026-09 where switched so', async () => {
  await hs.settings({ associationIdAsString: true });
  expect(at((await read('deals', 'contacts', '21')).body, 'results', 0, 'to', 0, 'toObjectId')).toBe('11');
  const v4 = await hs.call('POST', '/crm/v4/associations/deals/contacts/batch/read', { inputs: [{ id: '21' }] });
  expect(at(v4.body, 'results', 0, 'to', 0, 'toObjectId')).toBe(11);
});

test('GET pages, refuses more than 500, and can be absent under dated versions', async () => {
  const first = await hs.call('GET', '/crm/objects/2026-09/contacts/11/associations/companies?limit=1');
  expect([at(first.body, 'results', 0, 'toObjectId'), at(first.body, 'paging', 'next', 'after')]).toEqual([1, '2']);
  const second = await hs.call('GET', '/crm/v4/objects/contacts/11/associations/companies?limit=1&after=2');
  expect([at(second.body, 'results', 0, 'toObjectId'), at(second.body, 'paging')]).toEqual([2, undefined]);
  const tooMany = await hs.call('GET', '/crm/v4/objects/contacts/11/associations/companies?limit=501');
  expect([tooMany.status, at(tooMany.body, 'message')]).toEqual([400, 'You can only request at most 500 associations at once.']);
  await hs.settings({ datedAssociationGet: false });
  expect((await hs.call('GET', '/crm/objects/2026-09/contacts/11/associations/companies')).status).toBe(404);
});

test('more than 1,000 go on behind the after of their record', async () => {
  const contacts = Array.from({ length: 1_005 }, (_, index) => ({
    id: String(1_000 + index),
    properties: { firstname: 'x' },
    associations: { companies: ['1'] },
  }));
  await hs.reset({ companies: [{ id: '1', properties: { name: 'One' } }], contacts });
  const first = await hs.call('POST', '/crm/associations/2026-09/companies/contacts/batch/read', { inputs: [{ id: '1' }] });
  const after = at(first.body, 'results', 0, 'paging', 'next', 'after') ?? null;
  expect(after).toBe('2000');
  const second = await hs.call('POST', '/crm/associations/2026-09/companies/contacts/batch/read', { inputs: [{ id: '1', after }] });
  const rest = at(second.body, 'results', 0, 'to');
  expect(Array.isArray(rest) ? rest.length : rest).toBe(5);
});

test('links are made and removed; the modified dates stay', async () => {
  const before = (await hs.call('GET', '/crm/v3/objects/contacts/13')).body;
  const made = await hs.call('PUT', '/crm/objects/2026-09/contacts/13/associations/default/companies/1');
  expect([made.status, at(made.body, 'results', 0)]).toEqual([
    200,
    { from: { id: '13' }, to: { id: '1' }, associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 } },
  ]);
  const labelled = await hs.call('PUT', '/crm/objects/2026-09/contacts/13/associations/companies/2', [
    { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 },
  ]);
  expect([labelled.status, labelled.body]).toEqual([
    201,
    { fromObjectTypeId: '0-1', fromObjectId: '13', toObjectTypeId: '0-2', toObjectId: '2', labels: ['Primary'] },
  ]);
  expect(at((await read('contacts', 'companies', '13')).body, 'results', 0, 'to')).toEqual([
    { toObjectId: 1, associationTypes: [unlabelled] },
    { toObjectId: 2, associationTypes: [primary, unlabelled] },
  ]);
  expect((await hs.call('DELETE', '/crm/objects/2026-09/contacts/13/associations/companies/2')).status).toBe(204);
  expect(at((await hs.call('GET', '/crm/v3/objects/contacts/13')).body, 'updatedAt')).toBe(at(before, 'updatedAt'));
});

test('batch create and archive', async () => {
  const pair = { from: { id: '13' }, to: { id: '1' } };
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
  expect((await hs.call('POST', '/crm/v4/associations/contacts/companies/batch/create', { inputs: [{ ...pair, types }] })).status).toBe(
    201,
  );
  expect(
    (
      await hs.call('POST', '/crm/associations/2026-09/contacts/companies/batch/archive', {
        inputs: [{ from: { id: '13' }, to: [{ id: '1' }] }],
      })
    ).status,
  ).toBe(200);
  expect((await hs.call('POST', '/crm/associations/2026-09/contacts/companies/batch/associate/default', { inputs: [pair] })).status).toBe(
    200,
  );
  const labels = await hs.call('POST', '/crm/v4/associations/contacts/companies/batch/labels/archive', {
    inputs: [{ ...pair, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
  });
  expect(labels.status).toBe(204);
  expect(at((await read('contacts', 'companies', '13')).body, 'results', 0, 'to')).toEqual([
    { toObjectId: 1, associationTypes: [unlabelled] },
  ]);
});

test('wrong types and missing records are refused', async () => {
  const link = (from: string, to: string, id: string, typeId: number) =>
    hs.call('PUT', `/crm/v4/objects/${from}/21/associations/${to}/${id}`, [
      { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId },
    ]);
  const wrong = await link('deals', 'companies', '1', 279);
  expect([wrong.status, at(wrong.body, 'message')]).toEqual([
    400,
    'invalid from object type 0-3 for associations to be created. expected: 0-1',
  ]);
  const missing = await link('deals', 'companies', '99', 341);
  expect([missing.status, at(missing.body, 'context', 'INVALID_OBJECT_IDS')]).toEqual([400, ['99']]);
});

test('labels, and the v3 forms', async () => {
  expect((await hs.call('GET', '/crm/associations/2026-09/contacts/companies/labels')).body).toEqual({ results: [primary, unlabelled] });
  const v3 = await hs.call('POST', '/crm/v3/associations/contacts/companies/batch/read', { inputs: [{ id: '11' }] });
  expect(at(v3.body, 'results', 0, 'to', 0)).toEqual({ id: '1', type: 'contact_to_company_unlabeled' });
  expect((await hs.call('GET', '/crm/v3/objects/contacts/11/associations/deals')).body).toEqual({
    results: [{ id: '21', type: 'contact_to_deal' }],
  });
  expect((await hs.call('PUT', '/crm/v3/objects/contacts/13/associations/companies/1/contact_to_company')).status).toBe(200);
});

test('a person re-associates', async () => {
  await hs.edit({ op: 'update', type: 'contacts', id: '11', associations: { companies: ['1'] } });
  expect(at((await read('contacts', 'companies', '11')).body, 'results', 0, 'to')).toEqual([
    { toObjectId: 1, associationTypes: [primary, unlabelled] },
  ]);
});

describe('types of which the emulator has no records', () => {
  const deal = { inputs: [{ id: '21' }] };

  test.each(['line_items', 'line_item', 'LINE_ITEMS', '0-8'])('a deal has no %s, as one without associations', async (name) => {
    for (const path of [
      `/crm/associations/2026-09/deals/${name}/batch/read`,
      `/crm/v4/associations/0-3/${name}/batch/read`,
      `/crm/v3/associations/deals/${name}/batch/read`,
    ]) {
      const { status, body } = await hs.call('POST', path, deal);
      expect([status, at(body, 'results'), at(body, 'errors', 0, 'subCategory'), at(body, 'errors', 0, 'message')]).toEqual([
        207,
        [],
        'crm.associations.NO_ASSOCIATIONS_FOUND',
        'No line_item is associated with deal 21.',
      ]);
    }
    for (const path of [
      `/crm/objects/2026-09/deals/21/associations/${name}`,
      `/crm/v4/objects/deals/21/associations/${name}`,
      `/crm/v3/objects/deals/21/associations/${name}`,
      `/crm/associations/2026-09/deals/${name}/labels`,
      `/crm/v3/associations/deals/${name}/types`,
    ])
      expect([path, await hs.call('GET', path)]).toEqual([path, expect.objectContaining({ status: 200, body: { results: [] } })]);
  });

  test.each(['tickets', '0-5', 'notes', 'quotes', '0-46', '0-136', 'orders', '0-421'])('%s are known, from either side', async (name) => {
    expect((await read('contacts', name, '11')).status).toBe(207);
    expect((await read(name, 'contacts', '1')).status).toBe(207);
  });

  test.each(['line-items', 'robots', '0-9999', '2-1234567'])('%s is unknown', async (name) => {
    const answer = await read('deals', name, '21');
    expect([answer.status, at(answer.body, 'message')]).toEqual([400, `Unable to infer object type from: ${name}`]);
  });
});
