import { z } from 'zod';
import { expectSettled, idOf, inStore, keptValues, linkId, linkShown, look, openReviews } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** D1: what people decide about records, through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number) => idOf('member', number);
const reviewSchema = z.object({ reviews: z.array(z.object({ code: z.string(), hubspotIds: z.array(z.string()) })) });
const decidedSchema = z.object({
  decisions: z.array(z.object({ id: z.string(), decision: z.string(), status: z.string(), by: z.string() })),
});

test('D1 links, keeps apart, creates, ignores and unlinks what a person says, and keeps to it', async () => {
  const tenant = 'decided';
  await stage.putWorld({
    officernd: {
      members: [
        { _id: member(1), name: 'Ann Lee', phone: '+1 555 0001' },
        { _id: member(2), name: 'Ann Lee' },
        { _id: member(3), name: 'Bob Ray', email: 'bob@one.example' },
        { _id: member(4), name: 'Cid Oak' },
        { _id: member(5), name: 'Dan Elm' },
      ],
    },
    hubspot: {
      contacts: [
        { id: '1', properties: { firstname: 'Ann', lastname: 'Lee', phone: '+1 555 0002' } },
        { id: '2', properties: { firstname: 'Bob', lastname: 'Ray', email: 'bob@two.example' } },
        { id: '3', properties: { firstname: 'Cid', lastname: 'Oak' } },
        { id: '4', properties: { firstname: 'Cid', lastname: 'Oak' } },
        { id: '5', properties: { firstname: 'Dan', lastname: 'Elm' } },
      ],
    },
  });
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ reviews: 3, phases: { link: { member: { linked: 1, created: 0 } } } });

  const { reviews } = reviewSchema.parse(JSON.parse((await stage.cli('review', tenant, '--json')).stdout));
  const about = (id: string) => reviews.find(({ hubspotIds }) => hubspotIds.includes(id))?.code ?? '';
  const file = stage.writeFile(
    'decided.csv',
    `review,decision,note\n${about('2')},keep-apart,two people\n${about('3')},create 3,\n${about('3')},ignore 4,\n`,
  );
  expect(await stage.cli('decide', tenant, about('1'), 'link', member(1), '1', '--prefer', 'hubspot')).toMatchObject({ code: 0 });
  expect(await stage.cli('decide', tenant, '--file', file)).toMatchObject({ code: 0 });
  expect(await stage.cli('unlink', tenant, 'member', '5', '--note', 'another Dan')).toMatchObject({ code: 0 });
  expect(await openReviews(stage, tenant)).toEqual([]);
  expect(await stage.cli('decide', tenant, 'member/4', 'create')).toMatchObject({ code: 2, stderr: expect.stringContaining('--withdraw') });

  const report = await stage.sync(tenant);
  expect(report).toMatchObject({
    firstLink: 1,
    reviews: 0,
    failures: 0,
    phases: { unlink: { member: { retired: 1, unlinked: 0 } }, link: { member: { linked: 1, created: 3 } } },
  });
  const after = await look(stage);
  const shown = [1, 2, 3, 4, 5].map((number) => linkShown(after.officernd(member(number))));
  expect(shown.map((id) => id ?? null)).toEqual([linkId('1'), null, null, null, null]);
  expect(after.officernd(member(1))).toMatchObject({ phone: '+1 555 0002' });
  expect(await keptValues(stage, tenant, report.runId)).toMatchObject([{ kind: 'first-link', field: 'phone', officernd: '+1 555 0001' }]);
  expect(['2', '3', '4', '5'].map((id) => after.linkedTo(id)?.name)).toEqual(['Bob Ray', 'Cid Oak', undefined, 'Dan Elm']);

  await expectSettled(stage, tenant, { reviews: 0 });
  const { decisions } = decidedSchema.parse(JSON.parse((await stage.cli('decisions', tenant, '--json')).stdout));
  expect(decisions.map(({ decision }) => decision).toSorted()).toEqual(['create', 'ignore', 'keep-apart', 'keep-apart', 'link']);
  expect(new Set(decisions.map(({ status }) => status))).toEqual(new Set(['In force.']));
  expect(await inStore(stage, (db) => db.collection('links').findOne({ tenant, hubspotId: '1' }))).toMatchObject({
    state: 'active',
    decision: expect.any(String),
  });
});

test('D3 a tenant that was removed gets its decisions back when its pair returns', async () => {
  const tenant = 'decided';
  const inForce = async () => decidedSchema.parse(JSON.parse((await stage.cli('decisions', tenant, '--json')).stdout)).decisions;
  const before = await inForce();
  expect(await stage.cli('tenant', 'remove', tenant)).toMatchObject({ code: 0 });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  expect((await inForce()).map(({ id, decision }) => [id, decision])).toEqual(before.map(({ id, decision }) => [id, decision]));
});
