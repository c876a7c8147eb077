import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { hubSpotCalls } from '../support/told';

/** Where reading all linked records would cost more, incremental runs count: what is gone shows in a range that has too few. */

const CONTACTS = 1_200;
const id = (kind: string, number: number) => `65f0${kind}${String(number).padStart(19, '0')}`;
const numbers = Array.from({ length: CONTACTS }, (_, index) => index);
/** Ids of different lengths, whose order as texts is another one. */
const contactId = (number: number) => String(900 + number);
const memberOf = (number: number) => id('e', number);

const world = {
  officernd: {
    companies: [{ _id: id('c', 1), name: 'Acme' }],
    members: numbers.map((number) => ({
      _id: memberOf(number),
      name: `Ann Lee${number}`,
      email: `ann${number}@example.com`,
      properties: { hubspot_link_id: `12345678-${contactId(number)}` },
    })),
  },
  hubspot: {
    portalId: '12345678',
    companies: [{ id: '1', properties: { name: 'Acme' } }],
    contacts: numbers.map((number) => ({
      id: contactId(number),
      properties: { firstname: 'Ann', lastname: `Lee${number}`, email: `ann${number}@example.com` },
    })),
    deals: [],
  },
};

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
  await stage.putWorld(world);
  await stage.applyTenant('counted');
  await stage.sync('counted');
});

afterAll(() => stage.stop());

const incremental = (): Promise<SeenReport> => stage.sync('counted', ['--mode', 'incremental']);
/** HubSpot's index knows everything that has happened. */
const settle = () => stage.admin('hubspot', 'POST', '/clock', { advanceMs: 60_000 });
const linkIdOf = async (number: number) =>
  (await stage.world()).officernd.members.find((member) => member['_id'] === memberOf(number))?.properties['hubspot_link_id'] ?? null;

test('a run without changes asks for one number instead of reading every linked contact', async () => {
  const report = await incremental();
  expect(report).toMatchObject({ state: 'completed', mode: 'incremental' });
  expect(hubSpotCalls(report, /contacts\/search$/)).toBe(2);
  expect(hubSpotCalls(report, /contacts\/batch\/read$/)).toBe(0);
  expect(report.calls.hubspot.total).toBeLessThanOrEqual(15);
  expect(report.calls.officernd.total).toBeLessThanOrEqual(10);
  expect(report.phases.unlink['member']).toMatchObject({ checked: CONTACTS, unlinked: 0 });
});

test('M3 an edit of a linked contact is found by the search', async () => {
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: contactId(5), properties: { phone: '+44111' } }]);
  await settle();
  expect((await incremental()).phases.update['member']).toMatchObject({ updatedOfficernd: 1 });
});

test('U1 contacts that were deleted anywhere in the list are found, though another one came at the same time', async () => {
  await stage.edit('hubspot', [
    ...[0, 317, 1_199].map((number) => ({ op: 'archive', type: 'contacts', id: contactId(number) })),
    { op: 'create', type: 'contacts', id: '5000', properties: { firstname: 'New', lastname: 'One', email: 'new@example.com' } },
  ]);
  await settle();
  const report = await incremental();
  expect(report.phases.unlink['member']).toMatchObject({ unlinked: 3, retired: 0 });
  expect(report.phases.link['member']).toMatchObject({ created: 1 });
  expect(hubSpotCalls(report, /contacts\/search$/)).toBeLessThanOrEqual(12);
  expect(await Promise.all([0, 317, 1_199, 318].map(linkIdOf))).toEqual([null, null, null, `12345678-${contactId(318)}`]);
});

test('U2 a number that is late ends nothing, and a later run sees the deletion', async () => {
  const hour = 3_600_000;
  await stage.admin('hubspot', 'PUT', '/settings', { searchLag: { updateMs: [hour, hour], tailShare: 0 } });
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: contactId(10) }]);
  expect((await incremental()).phases.unlink['member']).toMatchObject({ unlinked: 0 });
  await stage.admin('hubspot', 'PUT', '/settings', { searchLag: { updateMs: [100, 1_000] } });
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: hour });
  expect((await incremental()).phases.unlink['member']).toMatchObject({ unlinked: 1 });
});

test('U2 a number that is too small ends no link: each missing record is read by its id', async () => {
  const match = { method: 'POST', path: '/contacts/search' };
  // The first search asks for what was modified.
  const answer = { status: 200, body: { total: CONTACTS - 5, results: [] } };
  await stage.admin('hubspot', 'POST', '/faults', { match, after: 1, action: answer });
  const report = await incremental();
  await stage.admin('hubspot', 'DELETE', '/faults');
  expect(report.phases.unlink['member']).toMatchObject({ unlinked: 0, retired: 0 });
});

test('U3 a merge of two linked contacts shows on the record that they became', async () => {
  await stage.edit('hubspot', [{ op: 'merge', type: 'contacts', id: contactId(20), into: contactId(21) }]);
  await settle();
  const report = await incremental();
  expect(report.phases.unlink['member']).toMatchObject({ relinked: 1, retired: 1, unlinked: 0 });
  expect(report.reviews).toBe(1);
});

test('U6 a contact that is restored gets its link back', async () => {
  await stage.edit('hubspot', [{ op: 'restore', type: 'contacts', id: contactId(317) }]);
  await settle();
  expect((await incremental()).phases.unlink['member']).toMatchObject({ restored: 1 });
});

test('where more has changed than reading all linked contacts costs, they are read', async () => {
  await stage.edit(
    'hubspot',
    numbers
      .slice(100, 1_150)
      .map((number) => ({ op: 'update', type: 'contacts', id: contactId(number), properties: { mobilephone: '+44222' } })),
  );
  await settle();
  const report = await incremental();
  expect(hubSpotCalls(report, /contacts\/batch\/read$/)).toBeGreaterThanOrEqual(12);
});

test('A1 a full run after all these knows the same records, and finds nothing left to do', async () => {
  const known = await incremental();
  const report = await stage.sync('counted');
  expect(report['completeness']).toEqual(known['completeness']);
  for (const counts of Object.values(report.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  for (const counts of Object.values(report.phases.unlink)) expect(counts).toMatchObject({ unlinked: 0, retired: 0, relinked: 0 });
});

test('a full run tells what no incremental run would have shown any more: an association moves no date', async () => {
  const contact = { op: 'update', type: 'contacts', id: contactId(50), properties: {}, associations: { companies: ['1'] } };
  await stage.edit('hubspot', [contact]);
  await incremental();
  expect((await stage.sync('counted'))['missedByShortcut']).toEqual({ hubspot: 1, officernd: 0 });
  expect((await stage.sync('counted'))['missedByShortcut']).toEqual({ hubspot: 0, officernd: 0 });
});
