import { Client } from '@hubspot/api-client';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter';
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec';
import { PropertyCreateFieldTypeEnum, PropertyCreateTypeEnum } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate';
import { calm, emulatorUnderTest, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
let client: Client;
beforeAll(async () => {
  hs = await emulatorUnderTest();
  client = new Client({ accessToken: hs.accessToken, basePath: hs.apiUrl });
});
afterAll(() => hs.stop());

const world = {
  companies: [
    { id: '1', properties: { name: 'One', domain: 'one.example' } },
    { id: '2', properties: { name: 'Two' } },
    { id: '3', properties: { name: 'Three' } },
  ],
  contacts: [{ id: '11', properties: { firstname: 'Ann', email: 'ann@one.example' }, associations: { companies: ['1', '2'] } }],
  deals: [{ id: '21', properties: { dealname: 'Deal', dealstage: 'qualifiedtobuy' }, associations: { companies: ['1'] } }],
};
beforeEach(() => hs.reset(world, calm));

test('the client lists with properties, history and associations', async () => {
  const page = await client.crm.contacts.basicApi.getPage(
    10,
    undefined,
    ['firstname', 'email'],
    ['firstname'],
    ['companies', 'deals'],
    false,
  );
  const [contact] = page.results;
  expect(contact?.properties).toMatchObject({ firstname: 'Ann', email: 'ann@one.example', hs_object_id: '11' });
  expect(contact?.createdAt).toBeInstanceOf(Date);
  expect(contact?.propertiesWithHistory?.firstname?.[0]?.value).toBe('Ann');
  expect(contact?.associations?.companies?.results.map(({ id, type }) => [id, type])).toEqual([
    ['1', 'contact_to_company'],
    ['1', 'contact_to_company_unlabeled'],
    ['2', 'contact_to_company_unlabeled'],
  ]);
});

test('the client pages through everything', async () => {
  const all = await client.crm.companies.getAll(1);
  expect(all.map(({ id }) => id)).toEqual(['1', '2', '3']);
});

test('the client creates, reads, updates and archives', async () => {
  const created = await client.crm.deals.basicApi.create({
    properties: { dealname: 'New', dealstage: 'appointmentscheduled', pipeline: 'default', amount: '10' },
    associations: [],
  });
  const updated = await client.crm.deals.basicApi.update(created.id, { properties: { dealstage: 'closedwon' } });
  expect(updated.properties).toMatchObject({ dealstage: 'closedwon', hs_deal_stage_probability: '1' });
  const read = await client.crm.deals.basicApi.getById(created.id, ['amount', 'closedate']);
  expect(read.properties.amount).toBe('10');
  expect(read.properties.closedate).toMatch(/^\d{4}/);
  await client.crm.deals.basicApi.archive(created.id);
  await expect(client.crm.deals.basicApi.getById(created.id)).rejects.toMatchObject({ code: 404, body: { message: 'resource not found' } });
});

test('the client searches', async () => {
  const found = await client.crm.contacts.searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: 'email', operator: FilterOperatorEnum.Eq, value: 'ann@one.example' }] }],
    properties: ['firstname'],
    sorts: ['hs_object_id'],
    limit: 100,
    after: '0',
  });
  expect([found.total, found.results[0]?.properties.firstname]).toEqual([1, 'Ann']);
});

test('the client reads, creates, updates, upserts and archives batches', async () => {
  const { batchApi } = client.crm.companies;
  const read = await batchApi.read({ inputs: [{ id: '1' }, { id: '99' }], properties: ['name'], propertiesWithHistory: [] });
  expect([read.results.map(({ id }) => id), 'numErrors' in read ? read.numErrors : 0]).toEqual([['1'], 1]);
  const created = await batchApi.create({
    inputs: [
      { properties: { name: 'A' }, associations: [] },
      { properties: { name: 'B' }, associations: [] },
    ],
  });
  expect(created.results).toHaveLength(2);
  const updated = await batchApi.update({ inputs: created.results.map(({ id }) => ({ id, properties: { city: 'York' } })) });
  expect(updated.results.every(({ properties }) => properties.city === 'York')).toBe(true);
  const upserted = await client.crm.contacts.batchApi.upsert({
    inputs: [{ id: 'ann@one.example', idProperty: 'email', properties: { lastname: 'Alpha' } }],
  });
  expect(upserted.results[0]).toMatchObject({ id: '11', _new: false });
  await batchApi.archive({ inputs: created.results.map(({ id }) => ({ id })) });
  expect((await client.crm.companies.basicApi.getPage(100)).results).toHaveLength(3);
});

test('the client reads and writes associations of v4', async () => {
  const { basicApi, batchApi } = client.crm.associations.v4;
  const page = await basicApi.getPage('contacts', '11', 'companies');
  expect(page.results.map(({ toObjectId, associationTypes }) => [toObjectId, associationTypes.map(({ typeId }) => typeId)])).toEqual([
    [1, [1, 279]],
    [2, [279]],
  ]);
  await basicApi.createDefault('deals', '21', 'contacts', '11');
  const made = await basicApi.create('contacts', '11', 'companies', '3', [
    { associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined, associationTypeId: 279 },
  ]);
  expect(made.toObjectId).toBe('3');
  const read = await batchApi.getPage('deals', 'contacts', { inputs: [{ id: '21' }] });
  expect(read.results[0]?.to[0]?.toObjectId).toBe(11);
  await basicApi.archive('contacts', '11', 'companies', '3');
  expect((await basicApi.getPage('contacts', '11', 'companies')).results).toHaveLength(2);
});

test('the client reads and creates property definitions', async () => {
  const { coreApi } = client.crm.properties;
  await coreApi.create('companies', {
    name: 'officernd_id',
    label: 'OfficeRnD ID',
    type: PropertyCreateTypeEnum.String,
    fieldType: PropertyCreateFieldTypeEnum.Text,
    groupName: 'companyinformation',
    hasUniqueValue: true,
  });
  const { results } = await coreApi.getAll('companies');
  expect(results.find(({ name }) => name === 'officernd_id')?.hasUniqueValue).toBe(true);
  expect(results.find(({ name }) => name === 'hs_object_id')?.modificationMetadata?.readOnlyValue).toBe(true);
  expect((await coreApi.update('companies', 'officernd_id', { label: 'Id' })).label).toBe('Id');
  expect((await client.crm.properties.groupsApi.getAll('companies')).results[0]?.name).toBe('companyinformation');
  await coreApi.archive('companies', 'officernd_id');
});

test('the client reads pipelines and owners', async () => {
  const { results } = await client.crm.pipelines.pipelinesApi.getAll('deals');
  expect(results[0]?.stages.map(({ id, metadata }) => [id, metadata?.probability])).toContainEqual(['closedwon', '1.0']);
  expect((await client.crm.pipelines.pipelineStagesApi.getById('deals', 'default', 'closedlost')).label).toBe('Closed Lost');
  expect((await client.crm.owners.ownersApi.getPage()).results.map(({ id }) => id)).toEqual(['6166860', '6166861']);
  expect((await client.crm.owners.ownersApi.getById(6_166_860)).type).toBe('PERSON');
});

test('the client merges and purges', async () => {
  const merged = await client.crm.companies.basicApi.merge({ primaryObjectId: '1', objectIdToMerge: '2' });
  expect((await client.crm.companies.basicApi.getById('2')).id).toBe(merged.id);
  await client.crm.contacts.basicApi.purge({ objectId: '11' });
  await expect(client.crm.contacts.basicApi.getById('11')).rejects.toMatchObject({ code: 404 });
});

test('the client gets an OAuth token', async () => {
  const answer = await client.oauth.tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    '11111111-2222-4333-8444-555555555555',
    'emulated-client-secret',
    'na1-emulated-refresh-token',
  );
  const other = new Client({ accessToken: answer.accessToken, basePath: hs.apiUrl });
  expect((await other.crm.companies.basicApi.getPage(1)).results).toHaveLength(1);
});

test('the client tries a 503 again when told to', async () => {
  await hs.admin('POST', '/faults', [{ match: { path: '/search' }, times: 1, action: { status: 503 } }]);
  const quiet = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const patient = new Client({ accessToken: hs.accessToken, basePath: hs.apiUrl, numberOfApiCallRetries: 2 });
  const found = await patient.crm.companies.searchApi.doSearch({ filterGroups: [], properties: [], sorts: [], limit: 1, after: '0' });
  expect(found.total).toBe(3);
  quiet.mockRestore();
});
