import { id, locationId, officerndUnderTest } from '../support/officernd-emulator';
import type { OfficerndUnderTest } from '../support/officernd-emulator';

/** OfficeRnD's API as observed: errors and writes. */

let rnd: OfficerndUnderTest;

beforeAll(async () => {
  rnd = await officerndUnderTest();
});
afterAll(() => rnd.stop());
beforeEach(() => rnd.reset());

describe('errors', () => {
  beforeEach(() => rnd.world({ companies: [{ _id: id(1), name: 'Acme' }] }));
  const orgUrl = (slug: string): string => `${rnd.apiUrl}/organizations/${slug}/companies`;
  const auth = () => ({ headers: { authorization: `Bearer ${rnd.token}` } });

  test('unknown organisation is 500, a traversal goes to /login', async () => {
    const { status, body } = await rnd.call(orgUrl('other'), auth());
    expect([status, body.message, body.error]).toEqual([500, 'Organization not found', undefined]);
    const traversal = await rnd.call(orgUrl('..%2Fadmin'), auth());
    expect([traversal.status, traversal.headers.get('location')]).toEqual([302, '/login']);
  });
  test('404 names the id', async () => {
    const { status, body } = await rnd.api('GET', `/companies/${id(9)}`);
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
    const answer = await rnd.api('POST', '/companies', body);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });
  test('a body without JSON content type counts as empty', async () => {
    expect((await rnd.api('POST', '/companies', '{"name":"A"}', { 'content-type': 'text/plain' })).body.message).toBe(
      'name must be a string',
    );
  });
  test('POST is not idempotent; DELETE returns the record, and then 404', async () => {
    const one = await rnd.api('POST', '/companies', { name: 'Twin' });
    const two = await rnd.api('POST', '/companies', { name: 'Twin' });
    expect([one.status, two.status, one.body._id === two.body._id]).toEqual([201, 201, false]);
    const gone = await rnd.api('DELETE', `/companies/${String(one.body._id)}`);
    expect([gone.status, gone.body.name, gone.body.properties]).toEqual([200, 'Twin', {}]);
    expect((await rnd.api('DELETE', `/companies/${String(one.body._id)}`)).status).toBe(404);
  });
  test('reference data are read only, unknown routes and methods 404', async () => {
    expect((await rnd.api('POST', '/locations', { name: 'x' })).status).toBe(404);
    expect((await rnd.api('PATCH', `/companies/${id(1)}`, { name: 'x' })).status).toBe(404);
    expect((await rnd.api('GET', '/nothing')).body.message).toMatch(/^Cannot GET/);
    expect((await rnd.api('GET', '/locations')).results).toEqual([{ _id: locationId, name: 'Downtown', properties: {} }]);
    expect(
      (await rnd.api('GET', '/opportunity-statuses')).results.map(({ description, probability, isSystem }) => [
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
    expect((await rnd.api('GET', '/custom-properties')).results).toEqual([]);
  });
});

describe('writes', () => {
  beforeEach(() =>
    rnd.world({
      companies: [
        { _id: id(1), name: 'Acme', address: { city: 'London', zip: 'N1' }, properties: { a: '1', b: '2' } },
        { _id: id(2), name: 'Beta' },
      ],
      members: [{ _id: id(3), name: 'Ann', email: 'ann@x.io', company: id(1) }],
      customProperties: [{ key: 'Tier', type: 'select', targets: ['team'], values: ['Gold', 'Silver'] }],
    }),
  );

  test('PUT {} changes nothing, a real change moves modifiedAt and modifiedBy, null clears', async () => {
    const before = (await rnd.api('GET', `/companies/${id(1)}`)).body;
    expect((await rnd.api('PUT', `/companies/${id(1)}`, {})).body).toEqual(before);
    expect((await rnd.api('PUT', `/companies/${id(1)}`, { name: 'Acme' })).body.modifiedAt).toBe(before.modifiedAt);
    const after = (await rnd.api('PUT', `/companies/${id(1)}`, { description: 'x', address: null })).body;
    expect(String(after.modifiedAt) > String(before.modifiedAt)).toBe(true);
    expect(after.modifiedBy).not.toBe(before.modifiedBy);
    expect([after.description, 'address' in after, after.createdAt]).toEqual(['x', false, before.createdAt]);
  });
  test('properties and objects are replaced, or merged by switch', async () => {
    const put = (body: unknown) => rnd.api('PUT', `/companies/${id(1)}`, body);
    expect((await put({ properties: { a: '9' } })).body.properties).toEqual({ a: '9' });
    expect((await put({ address: { city: 'Paris' } })).body.address).toEqual({ city: 'Paris' });
    await rnd.settings({ propertiesOnPut: 'merge', objectsOnPut: 'merge' });
    expect((await put({ properties: { b: '2', a: null }, address: { zip: '75' } })).body).toMatchObject({
      properties: { b: '2' },
      address: { city: 'Paris', zip: '75' },
    });
  });
  test('empty properties are left out on get and {} on list', async () => {
    expect('properties' in (await rnd.api('GET', `/companies/${id(2)}`)).body).toBe(false);
    expect((await rnd.api('GET', '/companies?name=Beta')).results[0]?.properties).toEqual({});
  });
  test('the link id in the create body can be found again', async () => {
    const made = await rnd.api('POST', '/companies', { name: 'New', properties: { hubspot_link_id: '1-99' } });
    expect(made.body).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      location: locationId,
      status: 'inactive',
      properties: { hubspot_link_id: '1-99' },
    });
    expect((await rnd.api('GET', '/companies?properties[hubspot_link_id]=1-99')).results[0]?._id).toBe(made.body._id);
    await rnd.api('PUT', `/companies/${String(made.body._id)}`, { properties: {} });
    expect((await rnd.api('GET', '/companies?properties[hubspot_link_id]=1-99')).results).toEqual([]);
  });
  test('a select property refuses other values, unknown keys by switch only', async () => {
    const put = (properties: unknown) => rnd.api('PUT', `/companies/${id(1)}`, { properties });
    expect((await put({ Tier: 'Bronze' })).body.message).toBe('properties.Tier must be one of the following values: Gold, Silver');
    expect((await put({ Tier: 'Gold', Other: 'x' })).status).toBe(200);
    await rnd.settings({ unknownProperties: 'refuse' });
    expect((await put({ Other: 'y', hubspot_link_id: '1-1' })).body.message).toBe('properties.property Other should not exist');
  });
  test('members: status and company have their own sub-resources; phone on PUT and e-mail on POST by switch', async () => {
    const member = `/members/${id(3)}`;
    expect((await rnd.api('PUT', member, { status: 'former', company: id(2) })).body.message).toEqual([
      'property status should not exist',
      'property company should not exist',
    ]);
    expect((await rnd.api('PATCH', `${member}/status`, { status: 'former' })).status).toBe(404);
    expect((await rnd.api('PUT', `${member}/status`, { status: 'former' })).body.status).toBe('former');
    expect((await rnd.api('PUT', `${member}/status`, { status: 'gone' })).status).toBe(400);
    expect((await rnd.api('PUT', `${member}/company`, { company: id(2) })).body.company).toBe(id(2));
    expect((await rnd.api('PUT', `${member}/company`, { company: id(88) })).body.message).toBe('Specified company was not found');
    expect((await rnd.api('PUT', member, { phone: '+1 2' })).body.phone).toBe('+1 2');
    await rnd.settings({ memberPhoneOnPut: false, memberNeedsEmail: true, memberEmailUnique: true, subResourceVerb: 'PATCH' });
    expect((await rnd.api('PUT', member, { phone: '3' })).body.message).toBe('property phone should not exist');
    expect((await rnd.api('POST', '/members', { name: 'X' })).body.message).toBe('email must be an email');
    expect((await rnd.api('POST', '/members', { name: 'X', email: 'ann@x.io' })).status).toBe(500);
    expect((await rnd.api('PATCH', `${member}/company`, { company: null })).body.company).toBeUndefined();
  });
  test('with several locations a create needs one, unless switched off', async () => {
    await rnd.world({ locations: [{ name: 'A' }, { name: 'B' }] });
    expect((await rnd.api('POST', '/companies', { name: 'X' })).body.message).toBe("Path 'location' is required.");
    await rnd.settings({ locationRequired: false });
    expect((await rnd.api('POST', '/companies', { name: 'X' })).status).toBe(201);
  });
  test('opportunities need a member or a company, take their status probability, and make leads', async () => {
    const statuses = (await rnd.api('GET', '/opportunity-statuses')).results;
    expect((await rnd.api('POST', '/opportunities', { name: 'D' })).status).toBe(500);
    const deal = (await rnd.api('POST', '/opportunities', { name: 'D', company: id(1), member: id(3), startDate: '2026-05-01' })).body;
    expect(deal).toMatchObject({ status: statuses[0]?._id, probability: 10, startDate: '2026-05-01T00:00:00.000Z' });
    expect((await rnd.api('GET', `/members/${id(3)}`)).body.status).toBe('lead');
    expect((await rnd.api('GET', `/companies/${id(1)}`)).body.status).toBe('lead');
    const won = (await rnd.api('PUT', `/opportunities/${String(deal._id)}`, { status: statuses[2]?._id })).body;
    expect(won.probability).toBe(100);
    expect((await rnd.api('GET', `/members/${id(3)}`)).body.status).toBe('contact');
    expect((await rnd.api('PUT', `/opportunities/${String(deal._id)}`, { probability: 101 })).body.message).toBe(
      'probability must not be greater than 100',
    );
    expect((await rnd.api('PUT', `/opportunities/${String(deal._id)}`, { company: null, member: null })).status).toBe(500);
    await rnd.settings({ statusSetsProbability: false });
    expect((await rnd.api('PUT', `/opportunities/${String(deal._id)}`, { status: statuses[3]?._id })).body.probability).toBe(100);
  });
  test('references to a deleted company stay, or go by switch', async () => {
    await rnd.api('DELETE', `/companies/${id(1)}`);
    expect((await rnd.api('GET', `/members/${id(3)}`)).body.company).toBe(id(1));
    await rnd.settings({ danglingReferences: false });
    expect('company' in (await rnd.api('GET', `/members/${id(3)}`)).body).toBe(false);
  });
});
