import { at, calm, emulatorUnderTest, idsOf, rowOf, rowsOf, type EmulatorUnderTest } from '../support/hubspot-emulator';
import { COMPANIES, CONTACTS, DEALS, recordsWorld } from './records-world';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());
beforeEach(() => hs.reset(recordsWorld));

test('all refused values are in one answer and nothing is written', async () => {
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
])('%s set to %p reads as %p', async (name, sent, stored) => {
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { [name]: sent } });
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1?properties=${name}`)).properties[name]).toBe(stored);
});

test('the answer to a create is 201 with its place, the sent values and the computed ones', async () => {
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

test('required properties', async () => {
  const deal = await hs.call('POST', DEALS, { properties: { dealname: 'x' } });
  expect([deal.status, at(deal.body, 'context', 'properties')]).toEqual([400, ['dealstage']]);
  expect((await hs.call('POST', COMPANIES, { properties: { city: 'York' } })).status).toBe(400);
  expect((await hs.call('POST', CONTACTS, { properties: {} })).status).toBe(400);
});

test('a taken e-mail is a 409 on create, a 400 on update; an additional e-mail counts', async () => {
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

test('a taken unique property is a 400', async () => {
  const answer = await hs.call('POST', COMPANIES, { properties: { name: 'x', officernd_id: 'x2' } });
  expect([answer.status, at(answer.body, 'category'), String(at(answer.body, 'message'))]).toEqual([
    400,
    'VALIDATION_ERROR',
    expect.stringContaining('2 already has that value'),
  ]);
});

test('an empty text clears; the answer echoes it, a read says null, a search says ""', async () => {
  const patched = await hs.call('PATCH', `${COMPANIES}/1`, { properties: { domain: '', city: 'York' } });
  expect(rowOf(patched).properties).toMatchObject({ domain: '', city: 'York' });
  expect(rowOf(patched).properties).not.toHaveProperty('name');
  expect(rowOf(await hs.call('GET', `${COMPANIES}/1`)).properties).toMatchObject({ domain: null, name: 'Company 1' });
  const found = await hs.call('POST', `${COMPANIES}/search`, {
    filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: '1' }] }],
  });
  expect(rowsOf(found)[0]?.properties.domain).toBe('');
});

test('the modified date moves on a real change only', async () => {
  const before = at((await hs.call('GET', `${COMPANIES}/1`)).body, 'updatedAt');
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { name: 'Company 1', city: '' } });
  expect(at((await hs.call('GET', `${COMPANIES}/1`)).body, 'updatedAt')).toBe(before);
  await hs.call('PATCH', `${COMPANIES}/1`, { properties: { name: 'Other' } });
  const changed = await hs.call('GET', `${COMPANIES}/1?propertiesWithHistory=name`);
  expect(at(changed.body, 'updatedAt')).not.toBe(before);
  expect([0, 1].map((index) => at(changed.body, 'propertiesWithHistory', 'name', index, 'value'))).toEqual(['Other', 'Company 1']);
  expect(at(changed.body, 'propertiesWithHistory', 'name', 0, 'sourceType')).toBe('INTEGRATION');
});

test('some seconds after a create the modified date moves by itself', async () => {
  await hs.settings({ createDriftMs: [2_000, 25_000] });
  const { id } = rowOf(await hs.call('POST', COMPANIES, { properties: { name: 'Drifting' } }));
  const before = at((await hs.call('GET', `${COMPANIES}/${id}`)).body, 'updatedAt');
  await hs.advance(26_000);
  const after = at((await hs.call('GET', `${COMPANIES}/${id}`)).body, 'updatedAt');
  expect(Date.parse(String(after)) - Date.parse(String(before))).toBeGreaterThanOrEqual(2_000);
});

test('DELETE is a 204 for known, archived and unknown ids; batch/archive, too', async () => {
  for (const id of ['1', '1', '3', '99']) expect((await hs.call('DELETE', `${COMPANIES}/${id}`)).status).toBe(204);
  expect((await hs.call('POST', `${COMPANIES}/batch/archive`, { inputs: [{ id: '2' }, { id: '77' }] })).status).toBe(204);
  expect(idsOf(await hs.call('GET', COMPANIES))).toEqual([]);
});

test('website and domain fill each other on create only', async () => {
  const a = rowOf(await hs.call('POST', COMPANIES, { properties: { domain: 'HTTPS://WWW.Two.example/x' } }));
  const b = rowOf(await hs.call('POST', COMPANIES, { properties: { name: 'b', website: 'https://www.three.example/about' } }));
  await hs.call('PATCH', `${COMPANIES}/${b.id}`, { properties: { website: 'https://four.example' } });
  const read = async (id: string) => rowOf(await hs.call('GET', `${COMPANIES}/${id}?properties=domain,website`)).properties;
  expect(await read(a.id)).toMatchObject({ domain: 'two.example', website: 'two.example' });
  expect(await read(b.id)).toMatchObject({ domain: 'three.example', website: 'https://four.example' });
});

test('phone validation and the account rules bind 2026-09 only', async () => {
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

test('date normalisation is reported on 2026-09 where switched on', async () => {
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

test('malformed bodies are 400 with a place', async () => {
  const answer = await hs.call('POST', COMPANIES, '{"properties": {"name": }');
  expect([answer.status, String(at(answer.body, 'message'))]).toEqual([
    400,
    expect.stringMatching(/^Invalid input JSON on line 1, column \d+: /),
  ]);
  expect((await hs.call('POST', COMPANIES, { properties: { name: { first: 'x' } } })).status).toBe(400);
});
