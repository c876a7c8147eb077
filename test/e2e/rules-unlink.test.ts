import {
  addFaults,
  besidesLink,
  expectSettled,
  hubspotContents,
  idOf,
  inStore,
  linkId,
  linkShown,
  look,
  notedFailures,
  openReviews,
  storedLinks,
} from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** Phase 1 of docs/how-a-sync-decides.md, on real servers. Merges are in rules-merges.long.test.ts. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const KEPT = idOf('company', 1);
const ARCHIVED = idOf('company', 2);
const DELETED = idOf('company', 3);
const LEFT_ALONE = idOf('company', 4);
const FOREIGN = idOf('company', 5);
const STRAY = idOf('company', 6);
const ODD = idOf('company', 7);
const MIA = idOf('member', 1);

describe('records that go away', () => {
  const tenant = 'unlink-gone';
  const address = { street: '1 High Street', city: 'London', zip: 'N1' };

  beforeAll(async () => {
    await stage.putWorld({
      officernd: {
        companies: [
          { _id: KEPT, name: 'Kept' },
          {
            _id: ARCHIVED,
            name: 'Archived',
            url: 'https://archived.example',
            description: 'stays',
            address,
            properties: { Floor: '3', 'Access Card Nr': '77' },
          },
          { _id: DELETED, name: 'Deleted', properties: { Floor: '4' } },
          { _id: LEFT_ALONE, name: 'Left Alone' },
          { _id: FOREIGN, name: 'Foreign', properties: { hubspot_link_id: '87654321-5' } },
          { _id: STRAY, name: 'Stray', properties: { hubspot_link_id: linkId('999'), Floor: '5' } },
          { _id: ODD, name: 'Odd', properties: { hubspot_link_id: linkId('jane@example.com') } },
        ],
        members: [{ _id: MIA, name: 'Mia Gone', phone: '+44 20 1234' }],
      },
      hubspot: {
        companies: [
          { id: '1', properties: { name: 'Kept' } },
          {
            id: '2',
            properties: {
              name: 'Archived',
              website: 'https://archived.example',
              description: 'stays',
              address: '1 High Street',
              city: 'London',
              zip: 'N1',
            },
          },
          { id: '3', properties: { name: 'Deleted' } },
          { id: '4', properties: { name: 'Left Alone' } },
        ],
        contacts: [{ id: '21', properties: { firstname: 'Mia', lastname: 'Gone', phone: '+44 20 1234' } }],
      },
    });
    await stage.applyTenant(tenant);
  });

  test('U7, A6 a stray id of our own portal is cleared, also one that no record can have; one of another portal is left alone and reported', async () => {
    const before = await look(stage);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(report).toMatchObject({
      state: 'completed',
      reviews: 1,
      phases: { unlink: { company: { unlinked: 2, retired: 0 }, member: { unlinked: 0 } } },
    });
    expect(linkShown(after.officernd(STRAY))).toBeUndefined();
    expect(linkShown(after.officernd(ODD))).toBeUndefined();
    expect(JSON.stringify(report)).not.toContain('jane');
    expect(besidesLink(after.officernd(STRAY))).toEqual(besidesLink(before.officernd(STRAY)));
    expect(after.officernd(FOREIGN)).toEqual(before.officernd(FOREIGN));
    expect(await openReviews(stage, tenant)).toEqual([expect.objectContaining({ kind: 'other-portal', officerndIds: [FOREIGN] })]);
    await expectSettled(stage, tenant, { reviews: 1 });
  });

  test('U1 links to an archived and to a deleted record end: only hubspot_link_id is cleared; U5 a record deleted in OfficeRnD is not created again', async () => {
    await stage.edit('hubspot', [
      { op: 'archive', type: 'companies', id: '2' },
      { op: 'delete', type: 'companies', id: '3' },
      { op: 'archive', type: 'contacts', id: '21' },
    ]);
    await stage.edit('officernd', [{ op: 'delete', type: 'companies', id: LEFT_ALONE }]);
    const before = await look(stage);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(report.phases.unlink).toMatchObject({ company: { unlinked: 2, retired: 1, restored: 0 }, member: { unlinked: 1, retired: 0 } });
    for (const id of [ARCHIVED, DELETED, MIA]) {
      expect(linkShown(before.officernd(id))).toBeDefined();
      expect(linkShown(after.officernd(id))).toBeUndefined();
      expect(besidesLink(after.officernd(id))).toEqual(besidesLink(before.officernd(id)));
    }
    expect(hubspotContents(after.world)).toEqual(hubspotContents(before.world));
    expect(after.named('Left Alone')).toBeUndefined();
    expect(report.phases.link['company']).toMatchObject({ created: 0, linked: 0 });
    await expectSettled(stage, tenant, { reviews: 1 });
  });

  test('U5 a matching record that appears in OfficeRnD is linked to it after all', async () => {
    await stage.edit('officernd', [{ op: 'create', type: 'companies', fields: { name: 'left  alone' } }]);
    await stage.edit('hubspot', [{ op: 'create', type: 'contacts', id: '22', properties: { firstname: 'Mia', lastname: 'Gone' } }]);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(report.phases.link).toMatchObject({ company: { linked: 1, created: 0 }, member: { linked: 1, created: 0 } });
    expect(after.linkedTo('4')?.name).toBe('left  alone');
    expect(after.linkedTo('22')?._id).toBe(MIA);
  });

  test('U6 a restored record gets its link back with its old base, unless a side has been linked since', async () => {
    await stage.edit('hubspot', [
      { op: 'restore', type: 'companies', id: '2' },
      { op: 'update', type: 'companies', id: '2', properties: { city: 'Paris' } },
      { op: 'restore', type: 'contacts', id: '21' },
    ]);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(report.phases.unlink).toMatchObject({ company: { restored: 1 }, member: { restored: 0 } });
    expect(linkShown(after.officernd(ARCHIVED))).toBe(linkId('2'));
    // Without its old base this would be a first link, and OfficeRnD's London would win (M2).
    expect(after.officernd(ARCHIVED)).toMatchObject({ address: { city: 'Paris' } });
    expect(report).toMatchObject({ conflicts: 0, firstLink: 0 });
    expect(linkShown(after.officernd(MIA))).toBe(linkId('22'));
    await expectSettled(stage, tenant, { reviews: 1 });
  });
});

test('U5 a suppressed record is created when somebody asks for it by its id', async () => {
  const tenant = 'unlink-asked-for';
  const mine = idOf('company', 1);
  await stage.putWorld({
    officernd: { companies: [{ _id: mine, name: 'Asked For' }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'Asked For' } }] },
  });
  await stage.applyTenant(tenant, { entities: ['company'] });
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'delete', type: 'companies', id: mine }]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { unlink: { company: { retired: 1 } }, link: { company: { created: 0 } } } });
  expect(await stage.cli('retry', tenant, '--id', '2')).toMatchObject({ code: 1 });
  expect(await stage.cli('retry', tenant, '--id', '1')).toMatchObject({ code: 0 });
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { company: { created: 1 } } } });
  expect((await look(stage)).linkedTo('1')?.name).toBe('Asked For');
});

test('U2 failed, truncated and partial answers prove nothing: no link ends', async () => {
  const tenant = 'unlink-unproven';
  const companies = ['One', 'Two', 'Three'].map((name, index) => ({ number: index + 1, name }));
  await stage.putWorld({
    officernd: { companies: companies.map(({ number, name }) => ({ _id: idOf('company', number), name })) },
    hubspot: { companies: companies.map(({ number, name }) => ({ id: `${number}`, properties: { name } })) },
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  const before = await look(stage);
  const list = { method: 'GET', path: '/companies\\?' };
  const single = { method: 'GET', path: '/companies/[0-9a-f]+' };
  const batch = { method: 'POST', path: '/companies/batch/read' };
  await addFaults(stage, 'hubspot', [
    { match: list, times: 1, action: { truncate: true } },
    { match: list, times: 1, action: { status: 200, body: { results: [] } } },
    { match: batch, times: 1, action: { status: 500 } },
    {
      match: batch,
      times: 1,
      action: {
        status: 200,
        body: { status: 'COMPLETE', results: [], startedAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:00:00Z' },
      },
    },
    { match: single, times: 1, action: { status: 502 } },
  ]);
  await addFaults(stage, 'officernd', [
    { match: list, times: 1, action: { status: 500 } },
    { match: list, times: 1, action: { status: 200, body: { rangeStart: 0, rangeEnd: 0, results: [] } } },
    { match: single, times: 1, action: { truncate: true } },
  ]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({
    state: 'completed',
    phases: { unlink: { company: { unlinked: 0, retired: 0, relinked: 0 } }, link: { company: { created: 0, linked: 0 } } },
  });
  expect((await stage.requests('hubspot')).byStatus).toMatchObject({ 500: 1, 502: 1 });
  expect(await stage.world()).toEqual(before.world);
  expect((await storedLinks(stage, tenant)).map(({ state }) => state)).toEqual(['active', 'active', 'active']);
  await stage.admin('hubspot', 'DELETE', '/faults');
  await stage.admin('officernd', 'DELETE', '/faults');
});

thorough(
  'A4, U2 an OfficeRnD record that cannot be read is reported and keeps its link until an answer proves that it is gone (U5)',
  async () => {
    const tenant = 'unlink-unread';
    const numbers = [1, 2, 3, 4];
    const company = (number: number) => idOf('company', number);
    await stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'primary' });
    await stage.putWorld({
      officernd: { companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })) },
      hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
    });
    await stage.applyTenant(tenant, { entities: ['company'] });
    await stage.sync(tenant);
    await stage.edit(
      'officernd',
      [1, 2, 4].map((number) => ({ op: 'delete', type: 'companies', id: company(number) })),
    );
    await stage.edit('hubspot', [
      { op: 'archive', type: 'companies', id: '3' },
      { op: 'create', type: 'companies', id: '5', properties: { name: 'C5' } },
      { op: 'merge', type: 'companies', id: '4', into: '5' },
    ]);
    const unread = [company(1), company(4)];
    await addFaults(
      stage,
      'officernd',
      unread.map((id) => ({ match: { method: 'GET', path: `${id}$` }, action: { status: 500, body: { oops: 'who knows' } } })),
    );
    try {
      // The merged record has no other link. It must not be created (U3).
      expect(await stage.sync(tenant)).toMatchObject({
        state: 'completed',
        failures: 2,
        phases: { unlink: { company: { checked: 4, unlinked: 1, retired: 1, relinked: 1 } }, link: { company: { created: 0 } } },
      });
      const active = async () => (await storedLinks(stage, tenant)).filter(({ state }) => state === 'active');
      expect((await active()).map(({ officerndId }) => officerndId).toSorted()).toEqual(unread);
      expect((await notedFailures(stage, tenant)).map(({ subject }) => subject).toSorted()).toEqual(unread);

      await inStore(stage, (db) => db.collection('failures').updateMany({ tenant }, { $set: { runs: 9 } }));
      expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 2, parked: 2 });
    } finally {
      await stage.admin('officernd', 'DELETE', '/faults');
      await stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'new' });
    }
    expect(await stage.sync(tenant)).toMatchObject({
      failures: 0,
      parked: 0,
      phases: { unlink: { company: { retired: 2 } }, link: { company: { created: 0 } } },
    });
    expect(await notedFailures(stage, tenant)).toEqual([]);
    await expectSettled(stage, tenant);
  },
);

thorough('A4 a failure to read an OfficeRnD record is removed after a successful read', async () => {
  const tenant = 'unlink-unlisted';
  const company = idOf('company', 1);
  const other = { _id: idOf('company', 2), name: 'Other' };
  await stage.putWorld({
    officernd: { companies: [{ _id: company, name: 'Unlisted' }, other] },
    hubspot: { companies: [{ id: '1', properties: { name: 'Unlisted' } }] },
  });
  await stage.applyTenant(tenant, { entities: ['company'] });
  await stage.sync(tenant);
  await addFaults(stage, 'officernd', [
    {
      match: { method: 'GET', path: '/companies\\?' },
      times: 1,
      action: { status: 200, body: { rangeStart: 1, rangeEnd: 1, results: [other] } },
    },
    { match: { method: 'GET', path: `${company}$` }, times: 3, action: { status: 500, body: { oops: 'who knows' } } },
  ]);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1, phases: { unlink: { company: { retired: 0 } } } });
  expect(await notedFailures(stage, tenant)).toEqual([expect.objectContaining({ subject: company, runs: 1 })]);
  await expectSettled(stage, tenant);
  expect(await notedFailures(stage, tenant)).toEqual([]);
});
