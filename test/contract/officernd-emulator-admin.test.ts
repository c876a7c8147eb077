import { startOfficerndEmulator } from '../../emulators/officernd';
import { id, officerndUnderTest } from '../support/officernd-emulator';
import type { OfficerndUnderTest } from '../support/officernd-emulator';

/** The admin routes of both emulators, tried at OfficeRnD's. */

let rnd: OfficerndUnderTest;

beforeAll(async () => {
  rnd = await officerndUnderTest();
});
afterAll(() => rnd.stop());
beforeEach(() => rnd.reset());

describe('admin', () => {
  beforeEach(() =>
    rnd.world({
      companies: [
        { _id: id(1), name: 'Acme' },
        { _id: id(2), name: 'Beta' },
      ],
      members: [{ _id: id(3), name: 'Ann', company: id(1) }],
      opportunities: [{ _id: id(5), name: 'D', member: id(3), company: id(1) }],
    }),
  );

  test('requests are counted by pattern, with the ids touched', async () => {
    await rnd.api('GET', `/companies/${id(1)}`);
    await rnd.api('PUT', `/members/${id(3)}/company`, { company: id(2) });
    const { body } = await rnd.admin('GET', '/requests?log=1');
    expect(body).toMatchObject({
      total: 2,
      byRoute: { 'GET /organizations/{org}/companies/{id}': 1, 'PUT /organizations/{org}/members/{id}/company': 1 },
      byStatus: { '200': 2 },
      log: [
        { method: 'GET', route: 'GET /organizations/{org}/companies/{id}', status: 200, at: expect.any(String), ids: [id(1)] },
        { ids: [id(3)] },
      ],
    });
    expect('log' in (await rnd.admin('GET', '/requests')).body).toBe(false);
  });
  test('faults: status with and without effect, after, times, drops, truncation, expired tokens', async () => {
    await rnd.admin('POST', '/faults', [
      { match: { method: 'post', path: '/companies$' }, times: 1, action: { status: 502 } },
      {
        match: { method: 'POST', path: '/companies$' },
        times: 1,
        action: { status: 504, commit: true, headers: { 'x-a': 'b' }, body: { gone: true } },
      },
      { match: { path: '/members' }, after: 1, times: 1, action: { truncate: true } },
    ]);
    expect((await rnd.api('POST', '/companies', { name: 'X' })).body).toMatchObject({ statusCode: 502, message: 'Bad Gateway' });
    const committed = await rnd.api('POST', '/companies', { name: 'X' });
    expect([committed.status, committed.body, committed.headers.get('x-a')]).toEqual([504, { gone: true }, 'b']);
    expect((await rnd.api('GET', '/companies?name=X')).results).toHaveLength(1);
    expect((await rnd.api('GET', '/members')).status).toBe(200);
    await expect(rnd.api('GET', '/members')).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await rnd.api('GET', '/members')).status).toBe(200);
    await rnd.admin('POST', '/faults', { match: { method: 'PUT' }, times: 1, action: { dropBeforeCommit: true } });
    await rnd.admin('POST', '/faults', { match: { method: 'PUT' }, times: 1, action: { dropAfterCommit: true } });
    await expect(rnd.api('PUT', `/companies/${id(1)}`, { name: 'One' })).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await rnd.api('GET', `/companies/${id(1)}`)).body.name).toBe('Acme');
    await expect(rnd.api('PUT', `/companies/${id(1)}`, { name: 'Two' })).rejects.toThrow(/fetch failed|terminated|closed/);
    expect((await rnd.api('GET', `/companies/${id(1)}`)).body.name).toBe('Two');
    expect((await rnd.admin('GET', '/requests')).body.byStatus).toMatchObject({ 0: 2 });
    await rnd.admin('POST', '/faults', { times: 1, action: { expireToken: true } });
    expect([(await rnd.api('GET', '/members')).status, (await rnd.api('GET', '/members')).status]).toEqual([401, 401]);
    await rnd.admin('DELETE', '/faults');
    expect((await rnd.api('GET', '/members')).status).toBe(200);
    const wrong = await rnd.admin('POST', '/faults', [{ match: { path: '(' }, action: {} }]);
    expect([wrong.status, wrong.message]).toEqual([400, expect.stringContaining('not a regular expression')]);
  });
  test('a held request waits until the faults are cleared, and holds back no other', async () => {
    await rnd.admin('POST', '/faults', { match: { path: '/members' }, action: { hold: true } });
    let isAnswered = false;
    const held = rnd.api('GET', '/members').then(({ status }) => {
      isAnswered = true;
      return status;
    });
    expect((await rnd.api('GET', '/companies')).status).toBe(200);
    expect(isAnswered).toBe(false);
    await rnd.admin('DELETE', '/faults');
    expect(await held).toBe(200);
  });
  test('edits: create, update, archive, restore, delete, merge; a wrong one is 400 in a sentence', async () => {
    const edit = async (...edits: unknown[]) => (await rnd.admin('POST', '/edits', edits)).results;
    const [made] = await edit({ op: 'create', type: 'companies', fields: { name: 'New', properties: { x: '1' } } });
    expect((await rnd.api('GET', `/companies/${String(made?._id)}`)).body).toMatchObject({ name: 'New', properties: { x: '1' } });
    const [moved] = await edit({
      op: 'update',
      type: 'contact',
      id: id(3),
      properties: { email: 'a@x.io', Level: '2', 'address.city': 'Rome' },
    });
    expect(moved).toMatchObject({ email: 'a@x.io', properties: { Level: '2' }, address: { city: 'Rome' } });
    expect(String(moved?.modifiedAt) > '2026').toBe(true);
    await edit({ op: 'archive', type: 'deal', id: id(5) });
    expect((await rnd.api('GET', `/opportunities/${id(5)}`)).status).toBe(404);
    await edit({ op: 'restore', type: 'opportunity', id: id(5) }, { op: 'merge', type: 'company', id: id(1), into: id(2) });
    expect((await rnd.api('GET', `/companies/${id(1)}`)).status).toBe(404);
    expect((await rnd.api('GET', `/opportunities/${id(5)}`)).body.company).toBe(id(2));
    expect((await rnd.api('GET', `/members?company=${id(2)}`)).results).toHaveLength(1);
    for (const wrong of [
      { op: 'update', type: 'company', id: id(1) },
      { op: 'update', type: 'thing', id: '1' },
      { op: 'merge', type: 'deal', id: id(5), into: id(5) },
      { op: 'fly', type: 'company' },
    ]) {
      const answer = await rnd.admin('POST', '/edits', [wrong]);
      expect([answer.status, typeof answer.message]).toEqual([400, 'string']);
    }
  });
  test('world: half or whole, read back as put, a wrong one names the record and changes nothing', async () => {
    const before = (await rnd.admin('GET', '/world')).body;
    expect((await rnd.admin('PUT', '/world', before)).status).toBe(200);
    expect((await rnd.admin('GET', '/world')).body).toEqual(before);
    expect(Object.keys(before)).toEqual(['locations', 'opportunityStatuses', 'customProperties', 'companies', 'members', 'opportunities']);
    const wrong = await rnd.world({ companies: [{ _id: 'x', name: 'A' }] });
    expect([wrong.status, wrong.message]).toEqual([400, 'companies[0]: _id must be 24 hexadecimal digits']);
    expect((await rnd.admin('GET', '/world')).body).toEqual(before);
    await rnd.admin('PUT', '/world', { hubspot: { companies: [] } });
    expect((await rnd.admin('GET', '/world')).body.companies).toEqual([]);
  });
  test('settings stay when the world is replaced, and a wrong one is named', async () => {
    await rnd.settings({ memberNeedsEmail: true });
    await rnd.world({});
    expect((await rnd.admin('GET', '/settings')).body.memberNeedsEmail).toBe(true);
    const wrong = await rnd.settings({ speed: 1 });
    expect([wrong.status, wrong.message]).toEqual([400, expect.stringContaining('speed')]);
  });
  test('the same seed makes the same ids', async () => {
    const other = await startOfficerndEmulator({ seed: 7, world: { officernd: { companies: [{ name: 'A' }] } } });
    await rnd.world({ locations: [], companies: [{ name: 'A' }] });
    const theirs = await rnd.call(`${other.adminUrl}/world`);
    expect((await rnd.admin('GET', '/world')).body).toEqual(theirs.body);
    await other.stop();
  });
});
