import { z } from 'zod';
import { expectSettled, idOf, linkShown, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Cases for a person: how they are listed, dismissed, and come back (`orsync review`). */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const listSchema = z.object({ reviews: z.array(z.object({ id: z.string(), kind: z.string(), officerndIds: z.array(z.string()) })) });
const listed = async (tenant: string) => listSchema.parse(JSON.parse((await stage.cli('review', tenant, '--json')).stdout)).reviews;
const dismiss = (tenant: string, id: string) => stage.cli('review', tenant, id, '--dismiss', '--json');
const member = (number: number) => idOf('member', number);

test('U3 a `merged` review closes when a person dismisses it', async () => {
  const tenant = 'review-merged';
  await stage.putWorld({
    officernd: { members: [1, 2].map((number) => ({ _id: member(number), name: `N${number}` })) },
    hubspot: { contacts: [1, 2].map((number) => ({ id: `${number}`, properties: { firstname: `N${number}` } })) },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  await stage.edit('hubspot', [{ op: 'merge', type: 'contacts', id: '2', into: '1' }]);
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 1 });
  const [review] = await listed(tenant);
  expect(review).toMatchObject({ kind: 'merged', officerndIds: [member(1), member(2)] });
  expect((await stage.cli('review', tenant)).stdout).toContain('then dismiss');
  expect(await dismiss(tenant, review?.id ?? '')).toMatchObject({ code: 0 });
  expect(await listed(tenant)).toEqual([]);
  await expectSettled(stage, tenant, { reviews: 0 });
});

test('L4 a dismissed case decides nothing, stays away while it is the same, and opens again with other records or after it was over', async () => {
  const tenant = 'review-ambiguous';
  await stage.putWorld({
    officernd: { members: [1, 2].map((number) => ({ _id: member(number), name: 'Ann Lee' })) },
    hubspot: { contacts: [{ id: '1', properties: { firstname: 'Ann', lastname: 'Lee' } }] },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 1 });
  const [review] = await listed(tenant);
  expect(await dismiss(tenant, review?.id ?? '')).toMatchObject({ code: 0 });
  await expectSettled(stage, tenant, { reviews: 0 });
  expect((await look(stage)).world.officernd.members.map((one) => linkShown(one))).toEqual([undefined, undefined]);

  await stage.edit('officernd', [{ op: 'create', type: 'members', id: member(3), fields: { name: 'ann lee' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 1, phases: { link: { member: { linked: 0, created: 0 } } } });
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: member(3) }]);
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 1 });
  expect((await listed(tenant)).map(({ id }) => id)).toEqual([review?.id]);
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: member(2) }]);
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 0, phases: { link: { member: { linked: 1 } } } });
});

test('a case that is not open is refused in one sentence', async () => {
  expect(await dismiss('review-merged', 'merged/member/x/1')).toMatchObject({ code: 1, stdout: expect.stringContaining('no-review') });
  expect(await stage.cli('review', 'review-merged', '--dismiss')).toMatchObject({ code: 2 });
});
