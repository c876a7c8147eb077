import { at, emulatorUnderTest, idsOf, rowOf, type EmulatorUnderTest } from '../support/hubspot-emulator';

let hs: EmulatorUnderTest;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());

const world = {
  companies: [
    { id: '1', properties: { name: 'One' }, createdAt: '2026-02-01T00:00:00Z' },
    { id: '2', properties: { name: 'Two', city: 'York' }, createdAt: '2026-01-01T00:00:00Z' },
    { id: '3', properties: { name: 'Three' } },
  ],
  contacts: [
    { id: '11', properties: { email: 'a@x.example', firstname: 'A' }, associations: { companies: ['1'] } },
    { id: '12', properties: { email: 'b@x.example', firstname: 'B', lastname: 'Bee' }, associations: { companies: ['2', '3'] } },
    { id: '13', properties: { email: 'c@x.example' } },
  ],
  deals: [{ id: '21', properties: { dealname: 'D', dealstage: 'qualifiedtobuy' }, associations: { contacts: ['12'] } }],
};
beforeEach(() => hs.reset(world));

const merge = async (type: string, primaryObjectId: string, objectIdToMerge: string) =>
  rowOf(await hs.call('POST', `/crm/objects/2026-09/${type}/merge`, { primaryObjectId, objectIdToMerge }));
const company = async (id: string) =>
  rowOf(await hs.call('GET', `/crm/objects/2026-09/companies/${id}?properties=name,city,hs_merged_object_ids`));

test('a merge makes a new id; the primary wins, blanks are filled, the older create date stays', async () => {
  const { id } = await merge('companies', '1', '2');
  expect(['1', '2', '3']).not.toContain(id);
  expect((await company(id)).properties).toMatchObject({
    name: 'One',
    city: 'York',
    hs_merged_object_ids: '1;2',
    createdate: '2026-01-01T00:00:00Z',
  });
  expect(idsOf(await hs.call('GET', '/crm/v3/objects/companies'))).toEqual(['3', id]);
});

test('old ids lead to the survivor through chains, for GET and PATCH; they are not in the archive', async () => {
  const first = await merge('companies', '1', '2');
  const second = await merge('companies', '3', first.id);
  for (const old of ['1', '2', '3', first.id]) expect((await company(old)).id).toBe(second.id);
  expect((await company(second.id)).properties.hs_merged_object_ids?.split(';').toSorted()).toEqual(['1', '2', '3', first.id].toSorted());
  expect(rowOf(await hs.call('PATCH', '/crm/v3/objects/companies/2', { properties: { city: 'Hull' } })).id).toBe(second.id);
  expect(idsOf(await hs.call('GET', '/crm/v3/objects/companies?archived=true'))).toEqual([]);
});

test('with "Primary ID Preservation" the primary keeps its id', async () => {
  await hs.settings({ mergeId: 'primary' });
  expect((await merge('companies', '1', '2')).id).toBe('1');
  expect(await company('2')).toMatchObject({ id: '1', properties: { name: 'One', city: 'York', hs_merged_object_ids: '2' } });
});

test("line 27: a contact's other e-mail becomes an additional one; associations unite and one company stays primary", async () => {
  const { id } = await merge('contacts', '11', '12');
  const merged = await hs.call(
    'GET',
    `/crm/v3/objects/contacts/${id}?properties=email,lastname,hs_additional_emails,associatedcompanyid&associations=companies,deals`,
  );
  expect(rowOf(merged).properties).toMatchObject({
    email: 'a@x.example',
    lastname: 'Bee',
    hs_additional_emails: 'b@x.example',
    associatedcompanyid: '1',
  });
  expect(at(merged.body, 'associations', 'companies', 'results')).toEqual([
    { id: '1', type: 'contact_to_company' },
    { id: '1', type: 'contact_to_company_unlabeled' },
    { id: '2', type: 'contact_to_company_unlabeled' },
    { id: '3', type: 'contact_to_company_unlabeled' },
  ]);
  expect(at(merged.body, 'associations', 'deals', 'results')).toEqual([{ id: '21', type: 'contact_to_deal' }]);
  expect((await hs.call('POST', '/crm/v3/objects/contacts', { properties: { email: 'b@x.example' } })).status).toBe(409);
});

test('unknown ids, the same id twice and more than 250 identities are refused', async () => {
  const refused = async (primaryObjectId: string, objectIdToMerge: string) =>
    (await hs.call('POST', '/crm/objects/2026-09/companies/merge', { primaryObjectId, objectIdToMerge })).status;
  expect([await refused('1', '99'), await refused('1', '1')]).toEqual([404, 400]);
  const ancestors = Array.from({ length: 249 }, (_, index) => String(1_000 + index)).join(';');
  await hs.reset({
    companies: [
      { id: '1', properties: { name: 'a', hs_merged_object_ids: ancestors } },
      { id: '2', properties: { name: 'b' } },
    ],
  });
  const answer = await hs.call('POST', '/crm/objects/2026-09/companies/merge', { primaryObjectId: '1', objectIdToMerge: '2' });
  expect([answer.status, at(answer.body, 'message')]).toEqual([400, 'Cannot have more than 250 identities on a profile']);
});

test('association calls find nothing for an old id, unless the setting says otherwise', async () => {
  const { id } = await merge('contacts', '11', '12');
  const read = (contact: string) =>
    hs.call('POST', '/crm/associations/2026-09/contacts/companies/batch/read', { inputs: [{ id: contact }] });
  expect(at((await read('11')).body, 'errors', 0, 'subCategory')).toBe('crm.associations.NO_ASSOCIATIONS_FOUND');
  expect(at((await read(id)).body, 'results', 0, 'to', 0, 'toObjectId')).toBe(1);
  await hs.settings({ mergedIdInAssociations: 'survivor' });
  expect(at((await read('11')).body, 'results', 0, 'to', 0, 'toObjectId')).toBe(1);
});

test('a person merges, and the world written out keeps the old ids', async () => {
  await hs.edit({ op: 'merge', type: 'companies', id: '2', into: '1' });
  const { body } = await hs.admin('GET', '/world');
  await hs.reset(body);
  expect((await company('1')).id).toBe((await company('2')).id);
  expect((await company('2')).properties.name).toBe('One');
});

test('GDPR delete erases for good', async () => {
  expect(
    (await hs.call('POST', '/crm/objects/2026-09/contacts/gdpr-delete', { objectId: 'a@x.example', idProperty: 'email' })).status,
  ).toBe(204);
  expect((await hs.call('GET', '/crm/v3/objects/contacts/11')).status).toBe(404);
  expect(rowOf(await hs.call('GET', '/crm/v3/objects/contacts/11?archived=true&properties=email')).properties.email).toBeNull();
  await expect(hs.edit({ op: 'restore', type: 'contacts', id: '11' })).rejects.toThrow('erased for good');
  expect((await hs.call('POST', '/crm/objects/2026-09/contacts/gdpr-delete', { objectId: '99' })).status).toBe(204);
});
