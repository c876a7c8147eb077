import { openReviews } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { hubSpotCalls } from '../support/told';

/** Incremental runs decide as full runs do, with few calls, even when search does not show all changes. */

const id = (kind: string, number: number) => `65f0${kind}${String(number).padStart(19, '0')}`;
const many = <T>(count: number, make: (number: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index + 1));

const contacts = many(12, (n) => ({
  id: `${100 + n}`,
  properties: { firstname: 'Ann', lastname: `Lee${n}`, email: `ann${n}@example.com`, phone: `+4400000${n}` },
  associations: { companies: ['1'] },
}));
const world = {
  officernd: {
    companies: [{ _id: id('c', 1), name: 'Acme' }],
    members: contacts.map(({ properties }, index) => ({
      _id: id('e', index),
      name: `Ann Lee${index + 1}`,
      email: properties.email,
      phone: properties.phone,
    })),
  },
  hubspot: { portalId: '12345678', companies: [{ id: '1', properties: { name: 'Acme' } }], contacts, deals: [] },
};

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
  await stage.putWorld(world);
  await stage.applyTenant('small');
  await stage.sync('small');
});

afterAll(() => stage.stop());

const incremental = (): Promise<SeenReport> => stage.sync('small', ['--mode', 'incremental']);
const member = async (email: string) => (await stage.world()).officernd.members.find((one) => one['email'] === email);

test('a run without changes costs at most 3 searches, one batch read a hundred linked records, and 5 calls for definitions', async () => {
  const report = await incremental();
  expect(report).toMatchObject({ state: 'completed', mode: 'incremental' });
  expect(hubSpotCalls(report, /\/search$/)).toBeLessThanOrEqual(3);
  expect(hubSpotCalls(report, /batch\/read$/)).toBeLessThanOrEqual(2);
  expect(hubSpotCalls(report, /GET \/crm\/objects/)).toBe(0);
  expect(report.calls.hubspot.total).toBeLessThanOrEqual(3 + 2 + 5);
  for (const counts of Object.values(report.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
});

test('M3 an edit of a linked record is taken over although search does not know of it yet', async () => {
  await stage.admin('hubspot', 'POST', '/faults', { match: { path: '/search' }, action: { searchLag: 3_600_000 } });
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '101', properties: { phone: '+44111' } }]);
  const report = await incremental();
  await stage.admin('hubspot', 'DELETE', '/faults');
  expect(report.phases.update['member']).toMatchObject({ compared: 12, updatedOfficernd: 1 });
  expect(await member('ann1@example.com')).toMatchObject({ phone: '+44111' });
});

test('M3 an edit in OfficeRnD reaches HubSpot', async () => {
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: id('e', 1), fields: { phone: '+44222' } }]);
  await incremental();
  expect((await stage.world()).hubspot.contacts.find((one) => one.id === '102')?.properties['phone']).toBe('+44222');
});

test('L6, L9 a new contact is found and created in its company', async () => {
  await stage.edit('hubspot', [
    {
      op: 'create',
      type: 'contacts',
      id: '500',
      properties: { firstname: 'New', lastname: 'One', email: 'new@example.com' },
      associations: { companies: ['1'] },
    },
  ]);
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: 60_000 });
  expect((await incremental()).phases.link['member']).toMatchObject({ created: 1 });
  expect(await member('new@example.com')).toMatchObject({ company: id('c', 1) });
});

test('U1 an archived contact is noticed and unlinked', async () => {
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '103' }]);
  expect((await incremental()).phases.unlink['member']).toMatchObject({ unlinked: 1 });
  expect((await member('ann3@example.com'))?.properties['hubspot_link_id'] ?? null).toBeNull();
});

test('U3 a merge is followed', async () => {
  await stage.edit('hubspot', [
    { op: 'create', type: 'contacts', id: '600', properties: { firstname: 'Twin', lastname: 'Four', email: 'twin4@example.com' } },
    { op: 'merge', type: 'contacts', id: '104', into: '600' },
  ]);
  expect((await incremental()).phases.unlink['member']).toMatchObject({ relinked: 1, unlinked: 0 });
});

test('U3, L4 records without a link that have been merged are one candidate, and the review of the two closes', async () => {
  const twin = { firstname: 'Same', lastname: 'Name' };
  await stage.edit('officernd', [{ op: 'create', type: 'members', fields: { name: 'Same Name' } }]);
  await stage.edit('hubspot', [
    { op: 'create', type: 'contacts', id: '700', properties: twin },
    { op: 'create', type: 'contacts', id: '701', properties: twin },
  ]);
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: 60_000 });
  expect(await incremental()).toMatchObject({ reviews: 1 });
  expect(await openReviews(stage, 'small')).toMatchObject([{ kind: 'ambiguous', hubspotIds: ['700', '701'] }]);
  await stage.edit('hubspot', [{ op: 'merge', type: 'contacts', id: '700', into: '701' }]);
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: 60_000 });
  expect((await incremental()).phases.link['member']).toMatchObject({ linked: 1, created: 0 });
  expect(await openReviews(stage, 'small')).toEqual([]);
});

test('U7 a link id without a link is noticed, whose HubSpot record is gone', async () => {
  const fields = { name: 'Stray', email: 'stray@example.com', properties: { hubspot_link_id: '12345678-999999' } };
  await stage.edit('officernd', [{ op: 'create', type: 'members', fields }]);
  expect((await incremental()).phases.unlink['member']).toMatchObject({ unlinked: 1 });
  expect((await member('stray@example.com'))?.properties['hubspot_link_id'] ?? null).toBeNull();
});

test('a changed configuration makes the run read everything, so that a new mapping is backfilled', async () => {
  await stage.applyTenant('small', { standard: { 'member.phone': '←' } });
  const report = await incremental();
  expect(hubSpotCalls(report, /GET \/crm\/objects/)).toBeGreaterThan(0);
  const again = await incremental();
  expect(hubSpotCalls(again, /GET \/crm\/objects/)).toBe(0);
});

test('A1 a full run after all these finds nothing left to do, and just the records that the incremental one knew', async () => {
  const before = await stage.world();
  const known = await incremental();
  expect(hubSpotCalls(known, /GET \/crm\/objects/)).toBe(0);
  const report = await stage.sync('small');
  expect(report['completeness']).toEqual(known['completeness']);
  const { hubspot, officernd } = before;
  const proof = (records: number) => ({ records, hash: expect.any(String) });
  expect(report['completeness']).toMatchObject({
    company: { hubspot: proof(hubspot.companies.length), officernd: proof(officernd.companies.length) },
    member: {
      hubspot: proof(hubspot.contacts.filter(({ archived }) => archived !== true).length),
      officernd: proof(officernd.members.length),
    },
    opportunity: { hubspot: proof(0), officernd: proof(0) },
  });
  for (const counts of Object.values(report.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  expect(await stage.world()).toEqual(before);
});
