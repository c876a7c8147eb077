import { expectSettled, idOf, linkId, linkShown, look, storedLinks } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** L14 with `links: { show: false }`: links are kept in MongoDB alone. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test('L14 with links.show: false no link id is written with an update or after it; what a creation needs and U1 clears is as ever', async () => {
  const tenant = 'hidden-links';
  const [ann, bea] = [idOf('member', 1), idOf('member', 2)];
  await stage.putWorld({
    officernd: {
      members: [
        { _id: ann, name: 'Ann One', email: 'm1@example.com' },
        { _id: bea, name: 'Bea Two', email: 'm2@example.com', properties: { hubspot_link_id: linkId('2') } },
      ],
    },
    hubspot: {
      contacts: [
        { id: '1', properties: { firstname: 'Ann', lastname: 'One', email: 'm1@example.com', phone: '+44 1' } },
        { id: '2', properties: { firstname: 'Bea', lastname: 'Two', email: 'm2@example.com' } },
        { id: '3', properties: { firstname: 'Cid', lastname: 'Three', email: 'm3@example.com' } },
      ],
    },
  });
  await stage.applyTenant(tenant, { entities: ['member'], links: { show: false } });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: 1 } } } });
  const first = await look(stage);
  expect(first.officernd(ann)).toMatchObject({ phone: '+44 1' });
  expect(linkShown(first.officernd(ann))).toBeUndefined();
  // L12: a creation must be found again, whatever becomes of its answer.
  expect(first.linkedTo('3')).toMatchObject({ name: 'Cid Three' });
  expect(await storedLinks(stage, tenant)).toHaveLength(3);
  await expectSettled(stage, tenant);

  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { phone: '+44 2' } }]);
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '2' }]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { unlink: { member: { unlinked: 1 } } } });
  const second = await look(stage);
  expect(second.officernd(ann)).toMatchObject({ phone: '+44 2' });
  expect([linkShown(second.officernd(ann)), linkShown(second.officernd(bea))]).toEqual([undefined, undefined]);
  await expectSettled(stage, tenant);

  // Shown again, the links that are left show with the next run.
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  expect(linkShown((await look(stage)).officernd(ann))).toBe(linkId('1'));
  await expectSettled(stage, tenant);
});
