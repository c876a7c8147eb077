import { addFaults, expectSettled, idOf, look, notedFailures } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** Creations that OfficeRnD refuses or does not answer (L6, L12, M10) through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number, fields: Readonly<Record<string, unknown>>) => ({ _id: idOf('member', number), ...fields });
const contact = (id: string, properties: Readonly<Record<string, string>>) => ({ id, properties });
const created = async () => (await stage.requests('officernd')).byRoute['POST /organizations/{org}/members'] ?? 0;
/** OfficeRnD takes no e-mail from an update. */
const noEmail = {
  match: { method: 'PUT', path: '/members' },
  action: { status: 400, body: { statusCode: 400, message: ['email must be an email'], error: 'Bad Request' } },
};

thorough(
  'L6, M10 nobody is created without the e-mail that another member has; a run tries twice, and later ones when that one has changed',
  async () => {
    const tenant = 'link-taken';
    const holder = idOf('member', 1);
    await stage.putWorld({
      officernd: {
        members: [member(1, { name: 'Old Ann', email: 'office@example.com' }), member(2, { name: 'Bob', email: 'bob@example.com' })],
      },
      hubspot: {
        contacts: [
          contact('1', { firstname: 'Old', lastname: 'Ann', email: 'office@example.com' }),
          contact('2', { firstname: 'Bob', email: 'bob@example.com' }),
        ],
      },
    });
    await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
    try {
      await stage.applyTenant(tenant, { standard: { 'member.email': '->' } });
      expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { linked: 2 } } } });
      await stage.edit('hubspot', [
        { op: 'update', type: 'contacts', id: '1', properties: { email: 'ann@example.com' } },
        { op: 'create', type: 'contacts', id: '3', properties: { firstname: 'New', email: 'office@example.com' } },
      ]);
      // The e-mail flows the other way, so the member keeps it.
      await stage.applyTenant(tenant, { standard: { 'member.email': { direction: '<->' } } });
      await addFaults(stage, 'officernd', [noEmail]);
      expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', phases: { link: { member: { created: 0 } } } });
      expect(await created()).toBe(2);
      expect((await notedFailures(stage, tenant)).filter(({ subject }) => subject === '3')).toEqual([
        expect.objectContaining({ reason: expect.stringContaining('must be unique') }),
      ]);
      await expectSettled(stage, tenant);
      expect(await created()).toBe(2);
      await stage.edit('officernd', [{ op: 'update', type: 'members', id: holder, fields: { email: 'ann@example.com' } }]);
      expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { created: 1 } } } });
      expect((await look(stage)).linkedTo('3')).toMatchObject({ email: 'office@example.com' });
      await expectSettled(stage, tenant);
    } finally {
      await stage.admin('officernd', 'DELETE', '/faults');
      await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: false });
    }
  },
);

test('M10 an e-mail that this run takes from another member is free for a creation of the same run', async () => {
  const tenant = 'link-handed-over';
  await stage.putWorld({
    officernd: { members: [member(1, { name: 'Old Ann', email: 'office@example.com' })] },
    hubspot: { contacts: [contact('1', { firstname: 'Old', lastname: 'Ann', email: 'office@example.com' })] },
  });
  await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: true });
  try {
    await stage.applyTenant(tenant);
    await stage.sync(tenant);
    await stage.edit('hubspot', [
      { op: 'update', type: 'contacts', id: '1', properties: { email: 'ann@example.com' } },
      { op: 'create', type: 'contacts', id: '2', properties: { firstname: 'New', email: 'office@example.com' } },
    ]);
    const report = await stage.sync(tenant);
    expect(report).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { candidates: 1, created: 1 } } } });
    const { linkedTo } = await look(stage);
    expect([linkedTo('1'), linkedTo('2')]).toEqual([
      expect.objectContaining({ email: 'ann@example.com' }),
      expect.objectContaining({ email: 'office@example.com' }),
    ]);
    await expectSettled(stage, tenant);
  } finally {
    await stage.admin('officernd', 'PUT', '/settings', { memberEmailUnique: false });
  }
});

thorough('L6, A1 where OfficeRnD refuses the link id, each run says so once, and only the first sends anything', async () => {
  const tenant = 'link-no-property';
  const contacts = Array.from({ length: 40 }, (_, index) => contact(String(index + 1), { firstname: `Person ${index + 1}` }));
  await stage.putWorld({ hubspot: { contacts } });
  await stage.admin('officernd', 'PUT', '/settings', { linkProperty: 'reject' });
  try {
    await stage.applyTenant(tenant);
    expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1, phases: { link: { member: { created: 0 } } } });
    const sent = await created();
    expect(sent).toBeLessThanOrEqual(12);
    expect(await notedFailures(stage, tenant)).toEqual([
      expect.objectContaining({
        field: 'properties.hubspot_link_id',
        reason: expect.stringContaining('until OfficeRnD has this custom property'),
      }),
    ]);
    await expectSettled(stage, tenant, { failures: 1 });
    await stage.cli('retry', tenant);
    await stage.sync(tenant);
    expect(await created()).toBeGreaterThan(sent);
  } finally {
    await stage.admin('officernd', 'PUT', '/settings', { linkProperty: 'accept' });
  }
  await stage.cli('retry', tenant);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { created: 40 } } } });
  expect(await notedFailures(stage, tenant)).toEqual([]);
  await expectSettled(stage, tenant);
});

test('L12 a creation without an answer is told as pending until a run settles it', async () => {
  const tenant = 'link-pending';
  await stage.putWorld({ hubspot: { contacts: [contact('1', { firstname: 'Una' }), contact('2', { firstname: 'Duo' })] } });
  await stage.applyTenant(tenant);
  await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members$' }, after: 1, action: { status: 503 } }]);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', pending: 1, phases: { link: { member: { created: 1 } } } });
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(await stage.sync(tenant)).toMatchObject({
    state: 'completed',
    pending: 0,
    failures: 0,
    phases: { link: { member: { created: 1 } } },
  });
  await expectSettled(stage, tenant);
});
