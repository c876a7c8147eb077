import type { JsonValue } from '../../domain/json';
import { at, emulatorUnderTest, idsOf, rowOf, rowsOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const companies = Array.from({ length: 12 }, (_, index) => ({ id: String(index + 1), properties: { name: `Company ${index + 1}` } }));
const world = {
  properties: { companies: [{ name: 'officernd_id', hasUniqueValue: true }], contacts: [], deals: [] },
  companies: [...companies, { id: '50', properties: { name: 'Archived' }, archived: true }],
  contacts: [
    { id: '101', properties: { email: 'a@x.example' } },
    { id: '102', properties: { email: 'b@x.example' } },
    { id: '103', properties: { email: 'c@x.example' } },
  ],
};
beforeEach(() => hs.reset(world));

const COMPANIES = '/crm/objects/2026-09/companies/batch';
const CONTACTS = '/crm/objects/2026-09/contacts/batch';
const ids = (...list: readonly string[]): JsonValue => ({ inputs: list.map((id) => ({ id })) });
const changes = (...list: readonly (readonly [id: string, properties: JsonValue])[]): JsonValue => ({
  inputs: list.map(([id, properties]) => ({ id, properties })),
});

test('more than 100 inputs, or 50 with history, are refused in the exact words', async () => {
  const many = (count: number): JsonValue[] => Array.from({ length: count }, (_, index) => ({ id: String(index) }));
  const plain = await hs.call('POST', `${COMPANIES}/read`, { inputs: many(101) });
  expect([plain.status, at(plain.body, 'message')]).toEqual([
    400,
    'The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again',
  ]);
  const history = await hs.call('POST', `${COMPANIES}/read`, { inputs: many(51), propertiesWithHistory: ['name'] });
  expect(at(history.body, 'message')).toBe(
    'The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again',
  );
  expect((await hs.call('POST', `${COMPANIES}/read`, { inputs: many(100) })).status).toBe(207);
});

test('results come in another order than the inputs, without errors keys when clean', async () => {
  const asked = companies.map(({ id }) => id);
  const answer = await hs.call('POST', `${COMPANIES}/read`, ids(...asked));
  expect(answer.status).toBe(200);
  expect(answer.body).not.toHaveProperty('errors');
  expect(answer.body).not.toHaveProperty('numErrors');
  expect(idsOf(answer)).not.toEqual(asked);
  expect(idsOf(answer).toSorted()).toEqual(asked.toSorted());
  await hs.settings({ shuffleBatches: false });
  expect(idsOf(await hs.call('POST', `${COMPANIES}/read`, ids(...asked)))).toEqual(asked);
});

test('missing and archived ids are one error in a 207', async () => {
  const answer = await hs.call('POST', `${COMPANIES}/read`, ids('1', '50', '99'));
  expect([answer.status, idsOf(answer), at(answer.body, 'numErrors')]).toEqual([207, ['1'], 1]);
  expect(at(answer.body, 'errors')).toEqual([
    {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message: 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.',
      context: { ids: ['50', '99'] },
    },
  ]);
  expect(idsOf(await hs.call('POST', `${COMPANIES}/read?archived=true`, ids('1', '50')))).toEqual(['50']);
});

test('a merged-away id leads to the survivor once, twice, or not at all, by setting', async () => {
  const survivor = rowOf(await hs.call('POST', '/crm/objects/2026-09/companies/merge', { primaryObjectId: '1', objectIdToMerge: '2' })).id;
  expect(idsOf(await hs.call('POST', `${COMPANIES}/read`, ids('1', '2')))).toEqual([survivor]);
  await hs.settings({ batchReadMergedTwice: 'two' });
  expect(idsOf(await hs.call('POST', `${COMPANIES}/read`, ids('1', '2')))).toEqual([survivor, survivor]);
  await hs.settings({ batchReadMerged: { others: 'missing' } });
  const missing = await hs.call('POST', `${COMPANIES}/read`, ids('1', '2'));
  expect([missing.status, idsOf(missing), at(missing.body, 'errors', 0, 'context', 'ids')]).toEqual([207, [], ['1', '2']]);
});

test('reading by e-mail and unique property', async () => {
  await hs.call('PATCH', '/crm/v3/objects/companies/7', { properties: { officernd_id: 'seven' } });
  expect(idsOf(await hs.call('POST', `${COMPANIES}/read`, { idProperty: 'officernd_id', inputs: [{ id: 'seven' }] }))).toEqual(['7']);
  expect(idsOf(await hs.call('POST', `${CONTACTS}/read`, { idProperty: 'email', inputs: [{ id: 'B@x.example' }] }))).toEqual(['102']);
});

test('the same id twice is refused', async () => {
  const answer = await hs.call('POST', `${COMPANIES}/update`, changes(['1', { city: 'a' }], ['1', { city: 'b' }]));
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    message: 'Duplicate IDs found in batch input: [1]. IDs must be unique',
    context: { ids: ['1'] },
    category: 'VALIDATION_ERROR',
  });
});

test('an unknown id is reported and the rest applied; a merged-away one is silently left out', async () => {
  await hs.call('POST', '/crm/objects/2026-09/companies/merge', { primaryObjectId: '1', objectIdToMerge: '2' });
  const silent = await hs.call('POST', `${COMPANIES}/update`, changes(['1', { city: 'x' }], ['3', { city: 'York' }]));
  expect([silent.status, idsOf(silent), at(silent.body, 'errors')]).toEqual([200, ['3'], undefined]);
  const partly = await hs.call(
    'POST',
    `${COMPANIES}/update`,
    changes(['3', { city: 'Leeds' }], ['99', { city: 'x' }], ['50', { city: 'x' }]),
  );
  expect([partly.status, idsOf(partly), at(partly.body, 'errors', 0, 'context', 'ids')]).toEqual([207, ['3'], ['99', '50']]);
  expect(rowOf(await hs.call('GET', '/crm/v3/objects/companies/3?properties=city')).properties.city).toBe('Leeds');
});

test('one invalid value refuses the whole batch and names them all', async () => {
  const answer = await hs.call(
    'POST',
    `${COMPANIES}/update`,
    changes(['3', { city: 'Leeds' }], ['4', { nope: 'x' }], ['5', { numberofemployees: 'many' }]),
  );
  expect([answer.status, at(answer.body, 'errors', 0, 'code'), at(answer.body, 'errors', 1, 'code')]).toEqual([
    400,
    'PROPERTY_DOESNT_EXIST',
    'INVALID_LONG',
  ]);
  expect(rowOf(await hs.call('GET', '/crm/v3/objects/companies/3?properties=city')).properties.city).toBeNull();
});

test('an update by e-mail is refused, by a unique property done', async () => {
  const byEmail = await hs.call('POST', `${CONTACTS}/update`, { inputs: [{ id: 'a@x.example', idProperty: 'email', properties: {} }] });
  expect([byEmail.status, at(byEmail.body, 'message')]).toEqual([
    400,
    'Unable to perform update/upsert by non-unique 0-1 property email in portal ID 12345678',
  ]);
  await hs.call('PATCH', '/crm/v3/objects/companies/7', { properties: { officernd_id: 'seven' } });
  const unique = await hs.call('POST', `${COMPANIES}/update`, {
    inputs: [{ id: 'seven', idProperty: 'officernd_id', properties: { city: 'Hull' } }],
  });
  expect(idsOf(unique)).toEqual(['7']);
});

test('a fully silent answer comes from a fault', async () => {
  await hs.admin('POST', '/faults', [
    { match: { path: 'batch/update' }, times: 1, action: { status: 200, body: { status: 'COMPLETE', results: [] } } },
  ]);
  const answer = await hs.call('POST', `${COMPANIES}/update`, changes(['3', { city: 'Leeds' }]));
  expect([answer.status, idsOf(answer)]).toEqual([200, []]);
});

test('create is all or nothing', async () => {
  const taken = await hs.call('POST', `${CONTACTS}/create`, {
    inputs: [{ properties: { email: 'new@x.example' } }, { properties: { email: 'a@x.example' } }],
  });
  expect([taken.status, at(taken.body, 'message')]).toEqual([409, 'Contact already exists. Existing ID: 101']);
  const several = await hs.call('POST', `${CONTACTS}/create`, {
    inputs: [{ properties: { email: 'b@x.example' } }, { properties: { email: 'a@x.example' } }],
  });
  expect([several.status, at(several.body, 'message')]).toEqual([409, 'Contact already exists']);
  const inBatch = await hs.call('POST', `${CONTACTS}/create`, {
    inputs: [{ properties: { email: 'new@x.example' } }, { properties: { email: 'NEW@x.example' } }],
  });
  expect(inBatch.status).toBe(409);
  expect(idsOf(await hs.call('GET', '/crm/v3/objects/contacts'))).toEqual(['101', '102', '103']);
  const created = await hs.call('POST', `${CONTACTS}/create`, {
    inputs: [{ properties: { email: 'n1@x.example' } }, { properties: { email: 'n2@x.example' } }],
  });
  expect([created.status, rowsOf(created).length]).toEqual([201, 2]);
});

test('with trace ids each input stands alone', async () => {
  const answer = await hs.call('POST', `${CONTACTS}/create`, {
    inputs: [
      { objectWriteTraceId: '0', properties: { email: 'a@x.example' } },
      { objectWriteTraceId: '1', properties: { email: 'n@x.example' } },
      { objectWriteTraceId: '2', properties: { email: 'bad' } },
    ],
  });
  expect([answer.status, at(answer.body, 'results', 0, 'objectWriteTraceId'), at(answer.body, 'numErrors')]).toEqual([207, '1', 2]);
  expect(at(answer.body, 'errors')).toMatchObject([
    {
      category: 'CONFLICT',
      message: 'Contact already exists. Existing ID: 101',
      context: { objectWriteTraceId: ['0'], existingId: ['101'] },
    },
    { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['2'] } },
  ]);
});

test('an upsert says which are new and echoes the trace id', async () => {
  const upsert = (city: string): JsonValue => ({
    inputs: [{ id: 'k1', idProperty: 'officernd_id', objectWriteTraceId: 't', properties: { name: 'K', city } }],
  });
  const first = await hs.call('POST', `${COMPANIES}/upsert`, upsert('York'));
  const second = await hs.call('POST', `${COMPANIES}/upsert`, upsert('Hull'));
  expect([
    at(first.body, 'results', 0, 'new'),
    at(second.body, 'results', 0, 'new'),
    at(first.body, 'results', 0, 'objectWriteTraceId'),
  ]).toEqual([true, false, 't']);
  expect(idsOf(first)).toEqual(idsOf(second));
});

test('an upsert needs an e-mail or a unique property', async () => {
  expect((await hs.call('POST', `${COMPANIES}/upsert`, changes(['1', {}]))).status).toBe(404);
  expect((await hs.call('POST', `${COMPANIES}/upsert`, { inputs: [{ id: 'x', idProperty: 'name', properties: {} }] })).status).toBe(400);
  const email = await hs.call('POST', `${CONTACTS}/upsert`, {
    inputs: [{ id: 'a@x.example', idProperty: 'email', properties: { firstname: 'A' } }],
  });
  expect([email.status, idsOf(email)]).toEqual([200, ['101']]);
});

test('dated versions answer 200 with errors where switched so; v3 always 207', async () => {
  await hs.settings({ datedMultiStatus: false });
  const dated = await hs.call('POST', `${COMPANIES}/read`, ids('99'));
  expect([dated.status, at(dated.body, 'numErrors')]).toEqual([200, 1]);
  expect((await hs.call('POST', '/crm/v3/objects/companies/batch/read', ids('99'))).status).toBe(207);
});
