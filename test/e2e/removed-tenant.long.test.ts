import { z } from 'zod';
import { idOf, inStore, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** D3: what a removed tenant leaves with its pair. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const removedSchema = z.object({ removed: z.literal(true), kept: z.number() });
const remove = async (tenant: string, ...flags: readonly string[]) => {
  const { stdout } = await stage.cli('tenant', 'remove', tenant, ...flags, '--json');
  return removedSchema.parse(JSON.parse(stdout)).kept;
};

/** A tenant of which a person has deleted a member in OfficeRnD: its contact is suppressed (U5). */
async function withDeletedMember(tenant: string): Promise<void> {
  await stage.putWorld({
    officernd: { members: [{ _id: idOf('member', 1), name: 'Ann One', email: 'm1@example.com' }] },
    hubspot: { contacts: [{ id: '1', properties: { firstname: 'Ann', lastname: 'One', email: 'm1@example.com' } }] },
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: idOf('member', 1) }]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 0 } } } });
}

test('D3 a record that people have deleted is not created again by a tenant that was removed and applied again, under whatever name', async () => {
  const tenant = 'removed-kept';
  await withDeletedMember(tenant);
  expect(await remove(tenant)).toBe(1);
  const left = await inStore(stage, (db) => db.collection('suppressions').findOne({ tenant: { $regex: `/as/${tenant}` } }));
  expect(left).toMatchObject({ entity: 'member', hubspotId: '1' });
  const days = (z.date().parse(left?.['expiresAt']).getTime() - Date.now()) / (24 * 3_600_000);
  expect(days).toBeGreaterThan(89);
  expect(days).toBeLessThanOrEqual(90);

  const renamed = { ...stage.tenantFile(tenant, { entities: ['member'] }), tenant: 'removed-kept-again' };
  expect((await stage.cli('tenant', 'apply', stage.writeFile('again.json', renamed))).code).toBe(0);
  expect(await stage.sync('removed-kept-again')).toMatchObject({ phases: { link: { member: { created: 0 } } } });
  expect((await look(stage)).world.officernd.members).toEqual([]);
  const back = await inStore(stage, (db) => db.collection('suppressions').find({ hubspotId: '1', tenant: 'removed-kept-again' }).toArray());
  expect(back).toMatchObject([{ expiresAt: null }]);
});

test('D3 with --everything nothing is kept', async () => {
  const tenant = 'removed-whole';
  await withDeletedMember(tenant);
  expect(await remove(tenant, '--everything')).toBe(0);
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 1 } } } });
});
