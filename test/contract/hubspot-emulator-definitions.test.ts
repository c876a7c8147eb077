import type { JsonValue } from '../../domain/json';
import { at, emulatorUnderTest, rowOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = {
  properties: { deals: [{ name: 'office', options: [{ value: 'downtown' }] }], companies: [], contacts: [] },
  deals: [
    { id: '21', properties: { dealname: 'D', dealstage: 'qualifiedtobuy', amount: '100', hs_deal_stage_probability: '0.99' } },
    { id: '22', properties: { dealname: 'E', dealstage: 'closedwon' } },
  ],
  contacts: [{ id: '11', properties: { email: 'a@x.example' } }],
};
beforeEach(() => hs.reset(world));

const PROPERTIES = '/crm/properties/2026-09';
const marker = {
  name: 'officernd_id',
  label: 'OfficeRnD ID',
  type: 'string',
  fieldType: 'text',
  groupName: 'companyinformation',
  hasUniqueValue: true,
};
const deal = async (id: string, ...names: readonly string[]) =>
  rowOf(await hs.call('GET', `/crm/objects/2026-09/deals/${id}?properties=${names.join(',')}`)).properties;

test('definitions say what can be written', async () => {
  const email = (await hs.call('GET', `${PROPERTIES}/contacts/email`)).body;
  expect(email).toMatchObject({
    type: 'string',
    fieldType: 'text',
    hasUniqueValue: false,
    hubspotDefined: true,
    modificationMetadata: { readOnlyValue: false, readOnlyDefinition: true },
  });
  expect((await hs.call('GET', `${PROPERTIES}/deals/hs_deal_stage_probability`)).body).toMatchObject({
    calculated: true,
    modificationMetadata: { readOnlyValue: true },
  });
  expect((await hs.call('GET', '/crm/v3/properties/deals/office')).body).toMatchObject({
    type: 'enumeration',
    fieldType: 'select',
    hubspotDefined: false,
    options: [{ label: 'downtown', value: 'downtown', displayOrder: 0, hidden: false }],
  });
  expect(at((await hs.call('GET', `${PROPERTIES}/deals/dealstage`)).body, 'options', 0)).toMatchObject({
    value: 'appointmentscheduled',
    label: 'Appointment Scheduled',
  });
  const list = (await hs.call('GET', `${PROPERTIES}/companies?properties=name,domain`)).body;
  expect([at(list, 'results', 0, 'name'), at(list, 'results', 1, 'name'), at(list, 'paging')]).toEqual(['name', 'domain', undefined]);
  expect((await hs.call('GET', `${PROPERTIES}/companies/nope`)).status).toBe(404);
});

test('a marker property is created once, and uniqueness is decided then', async () => {
  const created = await hs.call('POST', `${PROPERTIES}/companies`, marker);
  expect([created.status, at(created.body, 'hasUniqueValue'), created.headers.get('location')]).toEqual([
    201,
    true,
    expect.stringContaining('/companies/officernd_id'),
  ]);
  const again = await hs.call('POST', `${PROPERTIES}/companies`, marker);
  expect([again.status, at(again.body, 'category'), at(again.body, 'subCategory')]).toEqual([
    409,
    'OBJECT_ALREADY_EXISTS',
    'Properties.PROPERTY_WITH_NAME_EXISTS',
  ]);
  const patched = await hs.call('PATCH', `${PROPERTIES}/companies/officernd_id`, { hasUniqueValue: false, label: 'Other' });
  expect([patched.status, at(patched.body, 'hasUniqueValue'), at(patched.body, 'label')]).toEqual([200, true, 'Other']);
});

test('at most ten unique properties', async () => {
  for (let index = 0; index < 10; index += 1)
    expect((await hs.call('POST', `${PROPERTIES}/companies`, { ...marker, name: `unique_${index}` })).status).toBe(201);
  expect((await hs.call('POST', `${PROPERTIES}/companies`, { ...marker, name: 'unique_10' })).status).toBe(400);
});

test('an archived name comes back with its values when it is created again', async () => {
  await hs.call('POST', `${PROPERTIES}/contacts`, { ...marker, groupName: 'contactinformation', hasUniqueValue: false });
  await hs.call('PATCH', '/crm/v3/objects/contacts/11', { properties: { officernd_id: 'kept' } });
  expect((await hs.call('DELETE', `${PROPERTIES}/contacts/officernd_id`)).status).toBe(204);
  expect(at((await hs.call('GET', `${PROPERTIES}/contacts?archived=true`)).body, 'results', 0, 'name')).toBe('officernd_id');
  expect(rowOf(await hs.call('GET', '/crm/v3/objects/contacts/11?properties=officernd_id')).properties).not.toHaveProperty('officernd_id');
  expect(
    (await hs.call('POST', `${PROPERTIES}/contacts`, { ...marker, groupName: 'contactinformation', hasUniqueValue: false })).status,
  ).toBe(201);
  expect(rowOf(await hs.call('GET', '/crm/v3/objects/contacts/11?properties=officernd_id')).properties.officernd_id).toBe('kept');
});

test('options are replaced as a whole; 2026-09 asks for their order; an enumeration needs some', async () => {
  const patched = await hs.call('PATCH', `${PROPERTIES}/deals/office`, {
    options: [{ label: 'Up', value: 'up', displayOrder: 0, hidden: false }],
  });
  expect(at(patched.body, 'options')).toEqual([{ label: 'Up', value: 'up', displayOrder: 0, hidden: false, description: '' }]);
  const body = {
    ...marker,
    hasUniqueValue: false,
    type: 'enumeration',
    fieldType: 'select',
    options: [{ label: 'A', value: 'a', hidden: false }],
  };
  expect((await hs.call('POST', `${PROPERTIES}/companies`, body)).status).toBe(400);
  expect((await hs.call('POST', '/crm/v3/properties/companies', body)).status).toBe(201);
  const none = await hs.call('POST', `${PROPERTIES}/companies`, { ...body, name: 'none', options: [] });
  expect([none.status, at(none.body, 'subCategory')]).toEqual([400, 'PropertyValidationError.MISSING_OPTIONS']);
});

test.each(['hs_deal_stage_probability', 'hs_object_id', 'createdate'])('%s is read-only', async (name) => {
  const answer = await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { [name]: '1' } });
  expect([answer.status, at(answer.body, 'errors', 0, 'code')]).toEqual([400, 'READ_ONLY_VALUE']);
});

test('probability and additional e-mails can be made writable', async () => {
  await hs.settings({ writable: { hs_deal_stage_probability: true, hs_additional_emails: true }, fullBinaryNumbers: false });
  await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { hs_deal_stage_probability: '0.35' } });
  expect((await deal('21', 'hs_deal_stage_probability')).hs_deal_stage_probability).toBe('0.35');
  await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: 'contractsent' } });
  expect((await deal('21', 'hs_deal_stage_probability')).hs_deal_stage_probability).toBe('0.9');
});

test('groups', async () => {
  expect((await hs.call('POST', `${PROPERTIES}/companies/groups`, { name: 'sync', label: 'Sync' })).body).toEqual({
    name: 'sync',
    label: 'Sync',
    displayOrder: -1,
    archived: false,
  });
  await hs.call('POST', `${PROPERTIES}/companies`, { ...marker, groupName: 'sync' });
  const used = await hs.call('DELETE', `${PROPERTIES}/companies/groups/sync`);
  expect([used.status, at(used.body, 'subCategory')]).toEqual([400, 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES']);
  expect((await hs.call('PATCH', `${PROPERTIES}/companies/groups/sync`, { label: 'S' })).body).toMatchObject({ label: 'S' });
});

test('batches of definitions', async () => {
  expect((await hs.call('POST', '/crm/v3/properties/companies/batch/create', { inputs: [marker] })).status).toBe(201);
  const read = await hs.call('POST', `${PROPERTIES}/companies/batch/read`, {
    archived: false,
    inputs: [{ name: 'officernd_id' }, { name: 'nope' }],
  });
  expect([read.status, at(read.body, 'results', 0, 'name'), at(read.body, 'numErrors')]).toEqual([207, 'officernd_id', 1]);
  expect((await hs.call('POST', `${PROPERTIES}/companies/batch/archive`, { inputs: [{ name: 'officernd_id' }] })).status).toBe(204);
});

test('the default pipeline with texts as metadata', async () => {
  for (const path of ['/crm/pipelines/2026-09/deals', '/crm/v3/pipelines/deals']) {
    const { body } = await hs.call('GET', path);
    expect(at(body, 'results', 0)).toMatchObject({ id: 'default', label: 'Sales Pipeline', createdAt: '1970-01-01T00:00:00Z' });
    expect(at(body, 'results', 0, 'stages', 5)).toMatchObject({
      id: 'closedwon',
      label: 'Closed Won',
      metadata: { isClosed: 'true', probability: '1.0' },
    });
  }
});

test('the probability comes from the stage, in its full binary expansion', async () => {
  expect((await deal('21', 'hs_deal_stage_probability')).hs_deal_stage_probability).toBe(
    '0.40000000000000002220446049250313080847263336181640625',
  );
  expect(await deal('22', 'hs_deal_stage_probability', 'hs_is_closed', 'hs_is_closed_won')).toMatchObject({
    hs_deal_stage_probability: '1',
    hs_is_closed: 'true',
    hs_is_closed_won: 'true',
  });
  await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: 'appointmentscheduled' } });
  expect((await deal('21', 'hs_deal_stage_probability')).hs_deal_stage_probability).toBe(
    '0.200000000000000011102230246251565404236316680908203125',
  );
});

test('a stage must belong to the pipeline', async () => {
  const answer = await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: 'nowhere' } });
  expect([answer.status, at(answer.body, 'errors', 0, 'code')]).toEqual([400, 'INVALID_OPTION']);
  const { body } = await hs.call('POST', '/crm/pipelines/2026-09/deals', {
    label: 'Second',
    displayOrder: 1,
    stages: [{ label: 'Only', displayOrder: 0, metadata: { probability: '0.3' } }],
  });
  const [pipeline, stage] = [at(body, 'id') ?? null, at(body, 'stages', 0, 'id') ?? null];
  expect(String(stage)).toMatch(/^\d+$/);
  expect((await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: stage } })).status).toBe(400);
  expect((await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { pipeline } })).status).toBe(400);
  expect((await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { pipeline, dealstage: stage } })).status).toBe(200);
  const used = await hs.call('DELETE', `/crm/pipelines/2026-09/deals/${String(pipeline)}/stages/${String(stage)}`);
  expect([used.status, at(used.body, 'subCategory')]).toEqual([400, 'PipelineError.STAGE_ID_IN_USE']);
});

test('entering a closed stage sets the close date, on create it does not; both are settings', async () => {
  const create = async () =>
    rowOf(await hs.call('POST', '/crm/v3/objects/deals', { properties: { dealname: 'n', dealstage: 'closedlost' } })).id;
  expect((await deal(await create(), 'closedate')).closedate).toBeNull();
  await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: 'closedwon' } });
  expect((await deal('21', 'closedate')).closedate).toMatch(/^\d{4}-/);
  await hs.settings({ closeDateOnClose: false, closeDateOnCreate: true });
  await hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { dealstage: 'closedlost', closedate: '' } });
  expect((await deal('21', 'closedate')).closedate).toBeNull();
  expect((await deal(await create(), 'closedate')).closedate).toMatch(/^\d{4}-/);
});

test('only currencies of the account', async () => {
  const set = (code: JsonValue) => hs.call('PATCH', '/crm/v3/objects/deals/21', { properties: { deal_currency_code: code } });
  expect([(await set('EUR')).status, (await set('JPY')).status]).toEqual([200, 400]);
});

test('administrators rename stages and change properties without the API', async () => {
  await hs.edit({ op: 'update', type: 'stage', id: 'qualifiedtobuy', properties: { label: 'Renamed', metadata: { probability: '0.5' } } });
  expect((await deal('21', 'hs_deal_stage_probability')).hs_deal_stage_probability).toBe('0.5');
  await hs.edit({ op: 'update', type: 'property', id: 'contacts/jobtitle', properties: { modificationMetadata: { readOnlyValue: true } } });
  expect((await hs.call('PATCH', '/crm/v3/objects/contacts/11', { properties: { jobtitle: 'x' } })).status).toBe(400);
  expect(at((await hs.admin('GET', '/requests')).body, 'byRoute')).toEqual({
    'GET /crm/objects/2026-09/deals/{id}': 1,
    'PATCH /crm/v3/objects/contacts/{id}': 1,
  });
});
