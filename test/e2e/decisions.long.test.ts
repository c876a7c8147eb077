import { z } from 'zod';
import { addFaults, expectSettled, idOf, inStore, linkId, linkShown, look, openReviews } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** D1: how decisions last, end, and say why they can't be carried out. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

/** A filter that no contact of these tests passes. */
const NOTHING_CREATED = { create: { filter: [{ property: 'lifecyclestage', in: ['customer'] }] } };
const member = (number: number) => idOf('member', number);
const person = (number: number, name: string, more: object = {}) => ({ _id: member(number), name, ...more });
const contact = (id: string, firstname: string, more: object = {}) => ({ id, properties: { firstname, ...more } });
const listSchema = z.object({
  decisions: z.array(
    z.object({ id: z.string(), decision: z.string(), status: z.string(), outcome: z.looseObject({ state: z.string() }).nullable() }),
  ),
});
const decisionsOf = async (tenant: string, ...flags: string[]) =>
  listSchema.parse(JSON.parse((await stage.cli('decisions', tenant, '--json', ...flags)).stdout)).decisions;
const ok = async (...args: string[]) => expect(await stage.cli(...args)).toMatchObject({ code: 0 });
const begin = async (tenant: string, members: readonly object[], contacts: readonly object[], settings: object = {}) => {
  await stage.putWorld({ officernd: { members }, hubspot: { contacts } });
  await stage.applyTenant(tenant, { entities: ['member'], ...settings });
};
const activeLinks = (tenant: string) =>
  inStore(stage, (db) => db.collection<{ readonly officerndId: string }>('links').find({ tenant, state: 'active' }).toArray());
const shownOn = async (number: number) => linkShown((await look(stage)).officernd(member(number)));

test('D1 a link that can’t be made says which record is linked elsewhere, and is made when that link has ended', async () => {
  const tenant = 'decided-elsewhere';
  await begin(tenant, [person(1, 'Ann'), person(2, 'Bea')], [contact('1', 'Ann'), contact('2', 'Zoe')], NOTHING_CREATED);
  await stage.sync(tenant);
  await ok('link', tenant, 'member', member(1), '2');
  await stage.sync(tenant);
  expect(await decisionsOf(tenant)).toMatchObject([
    { status: expect.stringContaining('is linked with 1'), outcome: { state: 'blocked', obstacle: 'linked-elsewhere' } },
  ]);
  expect((await stage.cli('status', tenant)).stdout).toContain('Not carried out');
  expect(await shownOn(1)).toBe(linkId('1'));
  await expectSettled(stage, tenant);
  await ok('unlink', tenant, 'member', '1');
  await stage.sync(tenant, ['--mode', 'incremental']);
  expect(await shownOn(1)).toBe(linkId('2'));
  expect((await decisionsOf(tenant)).map(({ outcome }) => outcome?.state)).toEqual(['done', 'done']);
  await expectSettled(stage, tenant);
});

test('D1 two that are kept apart are not linked by e-mail, name, link id, or when a deleted record comes back; withdrawn, keys match them again', async () => {
  const tenant = 'decided-apart';
  const mail = { email: 'ann@example.com' };
  await begin(tenant, [person(1, 'Ann', mail)], [contact('1', 'Ann', mail)], NOTHING_CREATED);
  await stage.sync(tenant);
  expect(await shownOn(1)).toBe(linkId('1'));
  await ok('unlink', tenant, 'member', member(1));
  await stage.sync(tenant);
  expect(await shownOn(1)).toBeUndefined();
  await expectSettled(stage, tenant);
  await stage.edit('officernd', [
    { op: 'update', type: 'members', id: member(1), fields: { properties: { hubspot_link_id: linkId('1') } } },
  ]);
  await stage.sync(tenant);
  expect(await shownOn(1)).toBeUndefined();
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '1' }]);
  await stage.sync(tenant);
  await stage.edit('hubspot', [{ op: 'restore', type: 'contacts', id: '1' }]);
  await stage.sync(tenant, ['--mode', 'incremental']);
  await stage.sync(tenant);
  expect(await activeLinks(tenant)).toEqual([]);
  const [decision] = await decisionsOf(tenant);
  await ok('decide', tenant, '--withdraw', decision?.id.slice(0, 5) ?? '', '--note', 'the same after all');
  await stage.sync(tenant);
  expect(await shownOn(1)).toBe(linkId('1'));
  expect(await decisionsOf(tenant)).toEqual([]);
  expect(await decisionsOf(tenant, '--withdrawn')).toMatchObject([{ id: decision?.id, status: 'Withdrawn.' }]);
});

test('D1 OfficeRnD may refuse to clear the id: the link ends all the same, and a later run clears it', async () => {
  const tenant = 'decided-refused';
  await begin(tenant, [person(1, 'Ann')], [contact('1', 'Ann')]);
  await stage.sync(tenant);
  await ok('unlink', tenant, 'member', '1');
  await addFaults(stage, 'officernd', [{ match: { method: 'PUT' }, times: 20, action: { status: 400, body: { message: 'no' } } }]);
  await stage.sync(tenant);
  expect((await activeLinks(tenant)).map(({ officerndId }) => officerndId)).not.toContain(member(1));
  await stage.admin('officernd', 'DELETE', '/faults');
  await ok('retry', tenant);
  await stage.sync(tenant);
  expect(await shownOn(1)).toBeUndefined();
});

test('D1 U3 a decision follows its contact into the one that it was merged into', async () => {
  const tenant = 'decided-merged';
  await begin(tenant, [person(1, 'Ann'), person(2, 'Bea')], [contact('1', 'Ann'), contact('2', 'Bea'), contact('3', 'Cleo')]);
  await stage.sync(tenant);
  await ok('decide', tenant, `member/${member(1)}/2`, 'keep-apart');
  await stage.sync(tenant);
  await stage.edit('hubspot', [{ op: 'merge', type: 'contacts', id: '1', into: '2' }]);
  // The survivor may have an id of its own. Bea's link follows to it, and Ann's can't.
  expect(await stage.sync(tenant)).toMatchObject({ phases: { unlink: { member: { retired: 1 } } } });
  expect((await activeLinks(tenant)).map(({ officerndId }) => officerndId)).not.toContain(member(1));
  expect(await shownOn(1)).toBeUndefined();
  expect(await shownOn(2)).toMatch(/^\d+-\d+$/);
  await expectSettled(stage, tenant);
});

test('D1 a suppressed record is created when a person says so, in spite of the filter, and once', async () => {
  const tenant = 'decided-create';
  await begin(tenant, [person(1, 'Ann')], [contact('1', 'Ann'), contact('2', '')], NOTHING_CREATED);
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: member(1) }]);
  await stage.sync(tenant);
  await ok('decide', tenant, 'member/1', 'create');
  await ok('decide', tenant, 'member/2', 'create');
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 1 } } } });
  expect((await decisionsOf(tenant)).map(({ status }) => status).toSorted()).toEqual(['In force.', expect.stringContaining('no-name')]);
  const created = (await look(stage)).linkedTo('1');
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: created?._id ?? '' }]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 0 } } } });
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 0 } } } });
  expect((await look(stage)).world.officernd.members).toEqual([]);
});

test('D1 a decision that contradicts another is refused with its name, and a file with a bad line decides nothing', async () => {
  const tenant = 'decided-file';
  await begin(tenant, [person(1, 'Ann'), person(2, 'Ann')], [contact('1', 'Ann')]);
  await stage.sync(tenant);
  const file = stage.writeFile('bad.csv', `review,decision\nmember/${member(1)}/1,keep-apart\nrffffffff,ignore\nmember/1,merge\n`);
  const refused = await stage.cli('decide', tenant, '--file', file);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('4') });
  expect(await decisionsOf(tenant)).toEqual([]);
  await ok('decide', tenant, `member/${member(1)}/1`, 'keep-apart');
  expect(await stage.cli('decide', tenant, `member/${member(1)}/1`, 'link')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/contradicts d[0-9a-f]{10}/),
  });
  // By hand, the later word about the very same two replaces the earlier one.
  await ok('link', tenant, 'member', member(1), '1');
  expect((await decisionsOf(tenant)).map(({ decision }) => decision)).toEqual(['link']);
  expect(await openReviews(stage, tenant)).toHaveLength(1);
  await stage.sync(tenant);
  expect(await shownOn(1)).toBe(linkId('1'));
  await expectSettled(stage, tenant, { reviews: 0 });
});

test('D3 decisions wait with the pair of a removed tenant', async () => {
  const tenant = 'decided-removed';
  await begin(tenant, [person(1, 'Ann')], [contact('1', 'Ann')], NOTHING_CREATED);
  await stage.sync(tenant);
  await ok('unlink', tenant, 'member', '1');
  await stage.sync(tenant);
  expect(JSON.parse((await stage.cli('tenant', 'remove', tenant, '--json')).stdout)).toMatchObject({ kept: 1 });
  await stage.applyTenant(tenant, { entities: ['member'], ...NOTHING_CREATED });
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { linked: 0 } } } });
  expect((await decisionsOf(tenant)).map(({ decision }) => decision)).toEqual(['keep-apart']);
});
