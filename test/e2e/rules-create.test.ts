import { addFaults, expectSettled, idOf, keptValues, look, notedFailures, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { firstOrAll, thorough } from '../support/thorough';

/** Creations of phase 2 (L6, L8, L10, L12) through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number, fields: Readonly<Record<string, unknown>>) => ({ _id: idOf('member', number), ...fields });
const contact = (id: string, properties: Readonly<Record<string, string>>, companies: readonly string[] = []) => ({
  id,
  properties,
  associations: { companies },
});
const created = async () => (await stage.requests('officernd')).byRoute['POST /organizations/{org}/members'] ?? 0;

thorough(
  'L6 a record that OfficeRnD refuses is reported, not sent again, and sent once more on request or when its data change',
  async () => {
    const tenant = 'link-refused';
    await stage.putWorld({
      hubspot: {
        contacts: [
          contact('1', { firstname: 'Without', lastname: 'Mail' }),
          contact('2', { firstname: 'With', email: 'with@example.com' }),
        ],
      },
    });
    await stage.admin('officernd', 'PUT', '/settings', { memberNeedsEmail: true });
    try {
      await stage.applyTenant(tenant, { entities: ['member'] });
      expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1, phases: { link: { member: { created: 1 } } } });
      expect(await notedFailures(stage, tenant)).toEqual([
        expect.objectContaining({ subject: '1', reason: expect.stringContaining('email') }),
      ]);
      const sent = await created();
      await expectSettled(stage, tenant);
      expect(await created()).toBe(sent);
      expect(await stage.cli('retry', tenant, '--entity', 'member', '--id', '1')).toMatchObject({ code: 0 });
      expect(await stage.sync(tenant)).toMatchObject({ failures: 1 });
      expect(await created()).toBe(sent + 1);
      await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { email: 'now@example.com' } }]);
      expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { created: 1 } } } });
      expect((await look(stage)).linkedTo('1')).toMatchObject({ email: 'now@example.com' });
    } finally {
      await stage.admin('officernd', 'PUT', '/settings', { memberNeedsEmail: false });
    }
  },
);

const refusing = (method: string, status: number, message: string | readonly string[], times?: number) => ({
  match: { method, path: '/members' },
  ...(times !== undefined && { times }),
  action: { status, body: { statusCode: status, message } },
});

test('M10, A3 a field that OfficeRnD refuses holds back no creation, is reported, and has not been agreed on', async () => {
  const tenant = 'link-refused-field';
  const invalid = ['email must be an email'];
  await stage.putWorld({ hubspot: { contacts: [contact('1', { firstname: 'Ann', email: 'ann@intranet', city: 'Leeds' })] } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await addFaults(stage, 'officernd', [refusing('POST', 400, invalid, 1), refusing('PUT', 400, invalid)]);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1, phases: { link: { member: { created: 1 } } } });
  const ann = (await look(stage)).linkedTo('1');
  expect(ann).toMatchObject({ name: 'Ann', address: { city: 'Leeds' } });
  expect(ann?.['email'] ?? '').toBe('');
  expect(await notedFailures(stage, tenant)).toEqual([
    expect.objectContaining({ field: 'email', reason: expect.stringContaining('must be an email') }),
  ]);
  await expectSettled(stage, tenant);

  await stage.admin('officernd', 'DELETE', '/faults');
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: ann?._id, fields: { email: 'ann@example.com' } }]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ firstLink: 1, failures: 0 });
  expect((await look(stage)).values('1')).toMatchObject({ email: 'ann@example.com' });
  expect(await keptValues(stage, tenant, report.runId)).toEqual([
    expect.objectContaining({ kind: 'first-link', field: 'email', hubspot: 'ann@intranet', officernd: 'ann@example.com' }),
  ]);
  await expectSettled(stage, tenant);
});

test('M10, M2 a field that is refused once is written by the same run', async () => {
  const tenant = 'link-refused-once';
  await stage.putWorld({ hubspot: { contacts: [contact('1', { firstname: 'Ann', email: 'ann@example.com' })] } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await addFaults(stage, 'officernd', [refusing('POST', 400, ['email must be an email'], 1)]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, firstLink: 0, phases: { update: { member: { updatedOfficernd: 1 } } } });
  expect((await look(stage)).linkedTo('1')).toMatchObject({ email: 'ann@example.com' });
  await expectSettled(stage, tenant);
});

describe('where records are created', () => {
  const tenant = 'link-locations';
  const NORTH = idOf('location', 1);
  const SOUTH = idOf('location', 2);
  const EAST = idOf('location', 3);
  const officernd = {
    locations: [
      { _id: NORTH, name: 'North' },
      { _id: SOUTH, name: 'South' },
      { _id: EAST, name: 'East' },
    ],
    companies: [{ _id: idOf('company', 1), name: 'Southern', location: SOUTH }],
  };
  const hubspot = {
    properties: { contacts: [{ name: 'office' }], companies: [{ name: 'office' }] },
    companies: [
      { id: '1', properties: { name: 'Southern' } },
      { id: '2', properties: { name: 'By Rule', office: 'Uptown' } },
      { id: '3', properties: { name: 'By Default', office: 'Unknown' } },
    ],
    contacts: [
      contact('11', { firstname: 'Rule', office: 'Uptown' }, ['1']),
      contact('12', { firstname: 'Company' }, ['1']),
      contact('13', { firstname: 'Nowhere' }),
    ],
  };
  const rule = { property: 'office', map: { Uptown: 'North' } };

  test('L8 the rule first, then the member’s company, then the default', async () => {
    await stage.putWorld({ officernd, hubspot });
    await stage.applyTenant(tenant, { locations: { ...rule, default: 'East' } });
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
    const { linkedTo } = await look(stage);
    expect(['2', '3', '11', '12', '13'].map((id) => linkedTo(id)?.['location'])).toEqual([NORTH, EAST, NORTH, SOUTH, EAST]);
  });

  test('L8 without an answer a record is reported and not created', async () => {
    await stage.putWorld({ officernd, hubspot });
    await stage.applyTenant(`${tenant}-none`, { locations: rule });
    expect(await stage.sync(`${tenant}-none`)).toMatchObject({ failures: 2 });
    const { linkedTo } = await look(stage);
    expect(['2', '3', '11', '12', '13'].map((id) => linkedTo(id)?.['location'])).toEqual([NORTH, undefined, NORTH, SOUTH, undefined]);
    const failures = await notedFailures(stage, `${tenant}-none`);
    expect(failures.map(({ subject, reason }) => `${subject} ${reason}`).toSorted()).toEqual([
      '13 location-unresolved',
      '3 location-unresolved',
    ]);
    // L6: it is tried again only after a change of its data or of the configuration.
    await stage.applyTenant(`${tenant}-none`, { locations: { ...rule, default: 'East' } });
    expect(await stage.sync(`${tenant}-none`)).toMatchObject({
      failures: 0,
      phases: { link: { company: { created: 1 }, member: { created: 1 } } },
    });
  });
});

test('L10 the filter gates creation only: matches are linked, and linked records are updated and unlinked', async () => {
  const tenant = 'link-filter';
  await stage.putWorld({
    officernd: { members: [member(1, { name: 'Linked Lead' }), member(2, { name: 'Leaving Lead' })] },
    hubspot: {
      contacts: [
        contact('1', { firstname: 'Linked', lastname: 'Lead', lifecyclestage: 'lead', city: 'York' }),
        contact('2', { firstname: 'Leaving', lastname: 'Lead', lifecyclestage: 'lead' }),
        contact('3', { firstname: 'New', lastname: 'Lead', lifecyclestage: 'lead' }),
        contact('4', { firstname: 'New', lastname: 'Customer', lifecyclestage: 'customer' }),
      ],
    },
  });
  await stage.applyTenant(tenant, {
    entities: ['member'],
    create: { filter: [{ property: 'lifecyclestage', in: ['opportunity', 'customer'] }] },
  });
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { linked: 2, created: 1, skipped: 1 } } } });
  await stage.edit('hubspot', [
    { op: 'update', type: 'contacts', id: '1', properties: { city: 'Bath' } },
    { op: 'archive', type: 'contacts', id: '2' },
  ]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { unlink: { member: { unlinked: 1 } } } });
  const after = await look(stage);
  expect(after.officernd(idOf('member', 1))).toMatchObject({ address: { city: 'Bath' } });
  expect([after.linkedTo('2'), after.linkedTo('3'), after.linkedTo('4')?.name]).toEqual([undefined, undefined, 'New Customer']);
});

test.each(
  firstOrAll([
    ['the connection breaks after the record was made', { dropAfterCommit: true }, 1],
    ['the connection breaks before anything happened', { dropBeforeCommit: true }, 2],
    ['a 502 hides that the record was made', { status: 502, commit: true }, 1],
    ['the answer is cut off', { truncate: true }, 1],
  ]),
)('L12 created exactly once when %s', async (_what, action, posts) => {
  const tenant = `link-once-${Object.keys(action)[0]?.toLowerCase() ?? ''}`;
  await stage.putWorld({
    hubspot: { contacts: [contact('1', { firstname: 'Una', email: 'una@example.com' }), contact('2', { firstname: 'Duo' })] },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members$' }, times: 1, action }]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: 2 } } } });
  const { world } = await look(stage);
  expect(world.officernd.members.map(({ name }) => name).toSorted()).toEqual(['Duo', 'Una']);
  expect(await created()).toBe(posts + 1);
  expect(writesIn(await stage.requests('hubspot'))).toEqual({});
  await expectSettled(stage, tenant);
});
