import { at, calm, emulatorUnderTest, idsOf, rowOf, rowsOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = {
  portalId: '12345678',
  properties: {
    companies: [
      { name: 'officernd_id', hasUniqueValue: true },
      { name: 'floors', type: 'number' },
      { name: 'renewal', type: 'date' },
    ],
    contacts: [],
    deals: [],
  },
  companies: [
    {
      id: '1',
      properties: { name: 'Company 1', domain: 'one.example' },
      createdAt: '2026-01-01T10:00:00.000Z',
      updatedAt: '2026-02-01T10:00:00.250Z',
    },
    { id: '2', properties: { name: 'Company 2', officernd_id: 'x2' } },
    { id: '3', properties: { name: 'Company 3' }, archived: true },
  ],
  contacts: [
    {
      id: '11',
      properties: { firstname: 'Ann', email: 'ann@one.example', hs_additional_emails: 'ann@old.example' },
      associations: { companies: ['1', '2'] },
    },
    { id: '12', properties: { firstname: 'Bob', email: 'bob@one.example' } },
  ],
  deals: [
    {
      id: '21',
      properties: { dealname: 'Deal', dealstage: 'qualifiedtobuy', amount: '100' },
      associations: { companies: ['1'], contacts: ['11'] },
    },
  ],
};

const COMPANIES = '/crm/objects/2026-09/companies';
const CONTACTS = '/crm/objects/2026-09/contacts';
const DEALS = '/crm/objects/2026-09/deals';
beforeEach(() => hs.reset(world));

test.each([
  '/crm/objects/2026-09/companies',
  '/crm/objects/2026-03/0-2',
  '/crm/v3/objects/companies',
  '/crm/v3/objects/0-2',
  '/crm/v3/objects/company',
  '/crm/v3/objects/companies/',
])('line 1: %s leads to the same store', async (path) => {
  expect(idsOf(await hs.call('GET', path))).toEqual(['1', '2']);
});

test('line 1: an unknown type is a 400, a standard type without records an empty list', async () => {
  const unknown = await hs.call('GET', '/crm/v3/objects/butterflies');
  expect([unknown.status, at(unknown.body, 'message')]).toEqual([400, 'Unable to infer object type from: butterflies']);
  expect((await hs.call('GET', '/crm/v3/objects/tickets')).body).toEqual({ results: [] });
});

test('line 8: all refused values are in one answer and nothing is written', async () => {
  const properties = { nope: '1', floors: 'asd000', renewal: '2026-13-01', lifecyclestage: 'king', hs_object_id: '5' };
  const answer = await hs.call('PATCH', `${COMPANIES}/1`, { properties: { ...properties, name: 'Changed' } });
  expect(answer.status).toBe(400);
  expect(at(answer.body, 'category')).toBe('VALIDATION_ERROR');
  expect([0, 1, 2, 3, 4].map((index) => at(answer.body, 'errors', index, 'code'))).toEqual([
    'PROPERTY_DOESNT_EXIST',
    'INVALID_LONG',
    'INVALID_DATE',
    'INVALID_OPTION',
    'READ_ONLY_VALUE',
  ]);
  const message = String(at(answer.body, 'message'));
  const nested: unknown = JSON.parse(message.replace('Property values were not valid: ', ''));
  expect(nested).toMatchObject([
    { isValid: false, error: 'PROPERTY_DOESNT_EXIST', name: 'nope', portalId: 12345678 },
    {},
    { message: '2026-13-01 was not a valid date.' },
    {},
    {},
  ]);
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1`)).properties.name).toBe('Company 1');
});

test.each([
  ['floors', 12.5, '12.5'],
  ['renewal', '1777593600000', '2026-05-01'],
  ['renewal', '2026-05-01', '2026-05-01'],
  ['is_public', true, 'true'],
  ['closedate', '1645125929000', '2022-02-17T19:25:29Z'],
  ['closedate', '2022-02-17T19:25:29.040Z', '2022-02-17T19:25:29.040Z'],
  ['industry', 'RETAIL', 'RETAIL'],
])('line 8: %s set to %p reads as %p', async (name, sent, stored) => {
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { [name]: sent } });
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1?properties=${name}`)).properties[name]).toBe(stored);
});

test('line 9: unknown names are ignored, known empty ones are null, the system properties are always there', async () => {
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

test('line 10: milliseconds are left out when zero, unless switched off', async () => {
  const first = await hs.call('GET', `${COMPANIES}/1`);
  expect([at(first.body, 'createdAt'), at(first.body, 'updatedAt')]).toEqual(['2026-01-01T10:00:00Z', '2026-02-01T10:00:00.250Z']);
  await hs.settings({ dropZeroMs: false });
  expect(at((await hs.call('GET', `${COMPANIES}/1`)).body, 'createdAt')).toBe('2026-01-01T10:00:00.000Z');
});

test('line 11: a list pages by id with a cursor and a link', async () => {
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
])('line 11: %s is refused', async (query, text) => {
  const answer = await hs.call('GET', `${COMPANIES}?${query}`);
  expect([answer.status, String(at(answer.body, 'message'))]).toEqual([400, expect.stringContaining(text)]);
});

test('line 12: archived records are in their own list and behind their own flag; restoring brings them back', async () => {
  expect(idsOf(await hs.call('GET', `${COMPANIES}?archived=true`))).toEqual(['3']);
  expect((await hs.call('GET', `${COMPANIES}/3`)).status).toBe(404);
  const archived = await hs.call('GET', `${COMPANIES}/3?archived=true`);
  expect([at(archived.body, 'archived'), typeof at(archived.body, 'archivedAt')]).toEqual([true, 'string']);
  await hs.edit({ op: 'restore', type: 'company', id: '3' });
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual(['1', '2', '3']);
});

test('line 13: records are found by e-mail, additional e-mail and unique property', async () => {
  expect(rowOf(await hs.call('GET', `${CONTACTS}/ANN@one.example?idProperty=email`)).id).toBe('11');
  expect(rowOf(await hs.call('GET', `${CONTACTS}/ann%40old.example?idProperty=email`)).id).toBe('11');
  expect(rowOf(await hs.call('GET', `${COMPANIES}/x2?idProperty=officernd_id`)).id).toBe('2');
  expect(rowOf(await hs.call('PATCH', `${COMPANIES}/x2?idProperty=officernd_id`, { properties: { city: 'York' } })).id).toBe('2');
  expect((await hs.call('GET', `${COMPANIES}/Company 1?idProperty=name`)).status).toBe(400);
  await hs.settings({ additionalEmailResolves: false });
  expect((await hs.call('GET', `${CONTACTS}/ann@old.example?idProperty=email`)).status).toBe(404);
});

test('line 13: 404 of unknown numeric and of other ids', async () => {
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

test('line 14: a create answers 201 with its place, the values sent and the computed ones', async () => {
  const answer = await hs.call('POST', CONTACTS, {
    properties: { email: 'New@One.Example', firstname: 'New' },
    associations: [{ to: { id: '1' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] }],
  });
  expect(answer.status).toBe(201);
  const { id, properties } = rowOf(answer);
  expect(Number(id)).toBeGreaterThan(2 ** 32);
  expect(answer.headers.get('location')).toContain(`${CONTACTS}/${id}`);
  expect(properties).toMatchObject({ email: 'new@one.example', firstname: 'New', hs_object_id: id, hs_email_domain: 'one.example' });
  expect(rowOf(await hs.call('GET', `${CONTACTS}/${id}?properties=associatedcompanyid,lifecyclestage`)).properties).toMatchObject({
    associatedcompanyid: '1',
    lifecyclestage: 'lead',
  });
});

test('line 14: required properties', async () => {
  const deal = await hs.call('POST', DEALS, { properties: { dealname: 'x' } });
  expect([deal.status, at(deal.body, 'context', 'properties')]).toEqual([400, ['dealstage']]);
  expect((await hs.call('POST', COMPANIES, { properties: { city: 'York' } })).status).toBe(400);
  expect((await hs.call('POST', CONTACTS, { properties: {} })).status).toBe(400);
});

test('line 14: a taken e-mail is a 409 on create, a 400 on update; an additional e-mail counts', async () => {
  const taken = await hs.call('POST', CONTACTS, { properties: { email: 'ann@OLD.example' } });
  expect(taken.body).toEqual({
    status: 'error',
    message: 'Contact already exists. Existing ID: 11',
    correlationId: expect.any(String),
    category: 'CONFLICT',
  });
  expect(taken.status).toBe(409);
  const patched = await hs.call('PATCH', `${CONTACTS}/12`, { properties: { email: 'ann@one.example' } });
  expect([patched.status, at(patched.body, 'message')]).toEqual([
    400,
    'Cannot set PropertyValueCoordinates{portalId=12345678, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, propertyName=email, value=ann@one.example} on 12. 11 already has that value.',
  ]);
  await hs.settings({ richConflict: true });
  expect((await hs.call('POST', CONTACTS, { properties: { email: 'ann@one.example' } })).body).toMatchObject({
    category: 'OBJECT_ALREADY_EXISTS',
    error: 'CONTACT_EXISTS',
  });
});

test('line 14: a taken unique property is a 400', async () => {
  const answer = await hs.call('POST', COMPANIES, { properties: { name: 'x', officernd_id: 'x2' } });
  expect([answer.status, at(answer.body, 'category'), String(at(answer.body, 'message'))]).toEqual([
    400,
    'VALIDATION_ERROR',
    expect.stringContaining('2 already has that value'),
  ]);
});

test('line 15: an empty text clears; the answer echoes it, a read says null, a search says ""', async () => {
  const patched = await hs.call('PATCH', `${COMPANIES}/1`, { properties: { domain: '', city: 'York' } });
  expect(rowOf(patched).properties).toMatchObject({ domain: '', city: 'York' });
  expect(rowOf(patched).properties).not.toHaveProperty('name');
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1`)).properties).toMatchObject({ domain: null, name: 'Company 1' });
  const found = await hs.call('POST', `${COMPANIES}/search`, {
    filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: '1' }] }],
  });
  expect(rowsOf(found)[0]?.properties.domain).toBe('');
});

test('line 16: the modified date moves on a real change only', async () => {
  const before = at((await hs.call('GET', `${COMPANIES}/1`)).body, 'updatedAt');
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { name: 'Company 1', city: '' } });
  expect(at((await hs.call('GET', `${COMPANIES}/1`)).body, 'updatedAt')).toBe(before);
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { name: 'Other' } });
  const changed = await hs.call('GET', `${COMPANIES}/1?propertiesWithHistory=name`);
  expect(at(changed.body, 'updatedAt')).not.toBe(before);
  expect([0, 1].map((index) => at(changed.body, 'propertiesWithHistory', 'name', index, 'value'))).toEqual(['Other', 'Company 1']);
  expect(at(changed.body, 'propertiesWithHistory', 'name', 0, 'sourceType')).toBe('INTEGRATION');
});

test('line 16: some seconds after a create the modified date moves by itself', async () => {
  await hs.settings({ createDriftMs: [2_000, 25_000] });
  const { id } = rowOf(await hs.call('POST', COMPANIES, { properties: { name: 'Drifting' } }));
  const before = at((await hs.call('GET', `${COMPANIES}/${id}`)).body, 'updatedAt');
  await hs.advance(26_000);
  const after = at((await hs.call('GET', `${COMPANIES}/${id}`)).body, 'updatedAt');
  expect(Date.parse(String(after)) - Date.parse(String(before))).toBeGreaterThanOrEqual(2_000);
});

test('line 17: DELETE is a 204 for known, archived and unknown ids; batch/archive, too', async () => {
  for (const id of ['1', '1', '3', '99']) expect((await hs.call('DELETE', `${COMPANIES}/${id}`)).status).toBe(204);
  expect((await hs.call('POST', `${COMPANIES}/batch/archive`, { inputs: [{ id: '2' }, { id: '77' }] })).status).toBe(204);
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual([]);
});

test('line 30: website and domain fill each other on create only', async () => {
  const a = rowOf(await hs.call('POST', COMPANIES, { properties: { domain: 'HTTPS://WWW.Two.example/x' } }));
  const b = rowOf(await hs.call('POST', COMPANIES, { properties: { name: 'b', website: 'https://www.three.example/about' } }));
  await hs.call('PATCH', `${COMPANIES}/${b.id}`, { properties: { website: 'https://four.example' } });
  const read = async (id: string) => rowOf(await hs.call('GET', `${COMPANIES}/${id}?properties=domain,website`)).properties;
  expect(await read(a.id)).toMatchObject({ domain: 'two.example', website: 'two.example' });
  expect(await read(b.id)).toMatchObject({ domain: 'three.example', website: 'https://four.example' });
});

test('line 30: phone validation and the account rules bind 2026-09 only', async () => {
  const rules = [
    { type: 'companies', property: 'city', kind: 'maxLength', value: 5 },
    { type: 'companies', property: 'zip', kind: 'required', whenProperty: 'country' },
  ];
  await hs.settings({ ...calm, rules, phoneValidation: true });
  const refused = await hs.call('PATCH', `${COMPANIES}/1`, { properties: { city: 'Edinburgh', country: 'UK', phone: '123' } });
  expect([0, 1, 2].map((index) => at(refused.body, 'errors', index, 'code'))).toEqual([
    'INVALID_PHONE_NUMBER',
    'MAX_LENGTH',
    'MISSING_CONDITIONAL_REQUIRED_PROPERTY',
  ]);
  const phone = await hs.call('PATCH', '/crm/v3/objects/companies/1', {
    properties: { city: 'Edinburgh', country: 'UK', phone: '+1 (888) 482-7768' },
  });
  expect([phone.status, rowOf(phone).properties.phone]).toEqual([200, '+18884827768']);
});

test('line 31: date normalisation is reported on 2026-09 where switched on', async () => {
  await hs.settings({ dateWarnings: true });
  const answer = await hs.call('PATCH', `${COMPANIES}/1`, { properties: { renewal: '1777593600000' } });
  expect(at(answer.body, 'warnings', 0)).toMatchObject({
    category: 'PROPERTY_VALUE_NORMALIZED',
    context: { propertyName: 'renewal', rawValue: '1777593600000', normalizedValue: '2026-05-01' },
  });
  expect(
    at((await hs.call('PATCH', '/crm/v3/objects/companies/1', { properties: { renewal: '1777680000000' } })).body, 'warnings'),
  ).toBeUndefined();
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

test('malformed bodies are 400 with a place', async () => {
  const answer = await hs.call('POST', COMPANIES, '{"properties": {"name": }');
  expect([answer.status, String(at(answer.body, 'message'))]).toEqual([
    400,
    expect.stringMatching(/^Invalid input JSON on line 1, column \d+: /),
  ]);
  expect((await hs.call('POST', COMPANIES, { properties: { name: { first: 'x' } } })).status).toBe(400);
});
