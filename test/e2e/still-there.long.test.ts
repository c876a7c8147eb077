import { addFaults, expectSettled, idOf, linkId, linkShown, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** L1: an incremental run knows unlinked records from an earlier run. If such a record is gone, it is neither linked nor created. */

let stage: Stage;
const names = async () => (await look(stage)).world.officernd.members.map(({ name }) => name).toSorted();

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const contact = (id: string, firstname: string) => ({ id, properties: { firstname, email: `${firstname.toLowerCase()}@example.com` } });
const member = (number: number, name: string) => ({ _id: idOf('member', number), name, email: `${name.toLowerCase()}@example.com` });
/** Makes an incremental run when search shows all changes. */
async function incremental(tenant: string): Promise<SeenReport> {
  await stage.admin('hubspot', 'POST', '/clock', { advanceMs: 60_000 });
  return stage.sync(tenant, ['--mode', 'incremental']);
}

/** Makes a run in which OfficeRnD refuses all creations, so that the next one tries again. */
async function failToCreate(tenant: string): Promise<void> {
  await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members' }, action: { status: 503 } }]);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1, phases: { link: { member: { created: 0 } } } });
  await stage.admin('officernd', 'DELETE', '/faults');
}

test('L6 a contact that was deleted before it could be created stays uncreated', async () => {
  const tenant = 'there-deleted';
  await stage.putWorld({ hubspot: { contacts: [contact('1', 'Gone')] } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await failToCreate(tenant);
  await stage.edit('hubspot', [
    { op: 'archive', type: 'contacts', id: '1' },
    { op: 'create', type: 'contacts', id: '2', properties: { firstname: 'New' } },
  ]);
  expect(await incremental(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { created: 1 } } } });
  expect(await names()).toEqual(['New']);
  await expectSettled(stage, tenant);
});

test('L6, U3 a contact that was merged into a linked one before it could be created does not become a second member', async () => {
  const tenant = 'there-merged';
  await stage.putWorld({
    officernd: { members: [member(1, 'Ann')] },
    hubspot: { contacts: [contact('1', 'Ann'), contact('2', 'Anna')] },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await failToCreate(tenant);
  await stage.edit('hubspot', [{ op: 'merge', type: 'contacts', id: '2', into: '1' }]);
  expect(await incremental(tenant)).toMatchObject({ phases: { unlink: { member: { relinked: 1 } }, link: { member: { created: 0 } } } });
  expect(await names()).toEqual(['Ann']);
  await expectSettled(stage, tenant);
});

test('L3, L6 a new contact is created where the member that it would match has been deleted', async () => {
  const tenant = 'there-no-member';
  await stage.putWorld({ officernd: { members: [member(1, 'Ann')] } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: idOf('member', 1) }]);
  await stage.edit('hubspot', [{ op: 'create', type: 'contacts', ...contact('1', 'Ann') }]);
  expect(await incremental(tenant)).toMatchObject({ phases: { link: { member: { linked: 0, created: 1 } } } });
  const { linkedTo } = await look(stage);
  expect(linkedTo('1')?.name).toBe('Ann');
  expect(linkedTo('1')?._id).not.toBe(idOf('member', 1));
  await expectSettled(stage, tenant);
});

test('L3 a new member is not linked to a contact that has been deleted', async () => {
  const tenant = 'there-no-contact';
  await stage.putWorld({ hubspot: { contacts: [contact('1', 'Ann')] } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await failToCreate(tenant);
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '1' }]);
  await stage.edit('officernd', [{ op: 'create', type: 'members', fields: { name: 'Ann', email: 'ann@example.com' } }]);
  expect(await incremental(tenant)).toMatchObject({ phases: { link: { member: { linked: 0, created: 0 } } } });
  expect(linkShown((await look(stage)).named('Ann'))).not.toBe(linkId('1'));
  await expectSettled(stage, tenant);
});
