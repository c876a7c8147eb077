import { createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { idOf, linkId, PORTAL } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { runIdIn, untilReported } from '../support/told';

/** How a tenant stands: what is out of step and why, parts of lists, and what fails, on real servers. standing.long.test.ts has a person's walk. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

test('P2 U4 a part of a list is approved, a part rejected, and what nobody decided about stays held', async () => {
  const tenant = 'standing-parts';
  await approvals.linkedCompanies(tenant, 5, { brakes: { unlink: { count: 2, share: 0 } } });
  await approvals.archive('1', '2', '3');
  const held = await stage.sync(tenant, [], 3);
  const id = held.proposals[0]?.id ?? '';
  expect(held).toMatchObject({ outOfStepRecords: 3, outOfStep: [{ reason: 'held', entity: 'company', records: 3, detail: id }] });
  const screen = `https://app.hubspot.com/contacts/${PORTAL}/record/0-2/1`;
  expect(await approvals.json('status', tenant)).toMatchObject({
    worker: { answers: true },
    todo: [{ command: `orsync approve ${tenant} ${id}` }],
    proposals: [{ held: expect.arrayContaining([expect.objectContaining({ hubspotId: '1', name: 'C1', hubspotUrl: screen })]) }],
    trend: [
      { state: 'needs-approval', outOfStep: 3 },
      { state: 'completed', outOfStep: 0 },
    ],
  });

  // The rest is not more than the brake allows, and stays all the same.
  const approved = await approvals.json('approve', tenant, id.slice(0, 6), '--id', '1');
  expect(approved).toMatchObject({ proposals: [id], operations: 1, left: 2 });
  await untilReported(stage, tenant, runIdIn(approved), 'needs-approval');
  expect(await approvals.links(3)).toEqual([undefined, linkId('2'), linkId('3')]);

  // One that is rejected is neither done nor proposed again.
  const file = stage.writeFile('keep.csv', 'name,hubspotId\n"C2, the second",2\n');
  expect(await approvals.json('reject', tenant, '--file', file, '--note', 'still a customer')).toMatchObject({ operations: 1, left: 1 });
  expect(await stage.sync(tenant, ['--mode', 'incremental'], 3)).toMatchObject({ proposals: [{ operations: 1 }] });
  const last = await approvals.json('approve', tenant);
  const done = await untilReported(stage, tenant, runIdIn(last), 'completed');
  expect(await approvals.links(3)).toEqual([undefined, linkId('2'), undefined]);
  expect(done).toMatchObject({ proposals: [], outOfStep: [{ reason: 'rejected', records: 1 }] });
  expect(await approvals.json('reject', tenant, '--list')).toMatchObject({
    rejected: [{ name: 'C2', hubspotId: '2', note: 'still a customer' }],
  });
});

test('L8 records without a location are counted with the property and its values, until nothing is out of step', async () => {
  const tenant = 'standing-locations';
  const contact = (id: string, office: string | null) => ({
    id,
    properties: { firstname: 'Ann', lastname: id, email: `${id}@example.com`, office },
  });
  await stage.putWorld({
    officernd: {
      locations: [
        { _id: idOf('location', 1), name: 'Downtown' },
        { _id: idOf('location', 2), name: 'Uptown' },
      ],
      members: [],
    },
    hubspot: {
      properties: { contacts: [{ name: 'office', label: 'Office', type: 'string', fieldType: 'text' }] },
      contacts: [contact('1', 'Downtown'), contact('2', 'Midtown'), contact('3', 'Midtown'), contact('4', null)],
    },
  });
  expect(await stage.applyTenant(tenant, { locations: { property: 'office', map: { Downtown: 'Downtown' } } })).toMatchObject({ code: 0 });
  expect(await stage.sync(tenant)).toMatchObject({
    failures: 3,
    outOfStepRecords: 3,
    outOfStep: [
      { reason: 'location-unresolved', entity: 'member', records: 3, detail: 'office', step: expect.stringContaining('"office"') },
    ],
  });
  expect(await approvals.json('failures', tenant)).toMatchObject({
    groups: [
      {
        code: 'location-unresolved',
        records: 3,
        values: [
          { value: 'Midtown', records: 2 },
          { value: null, records: 1 },
        ],
      },
    ],
  });
  expect((await stage.cli('status', tenant)).stdout).toContain('Values: "Midtown" (2), null (1)');
  // The second run records no failure again, and says so.
  const again = await stage.sync(tenant);
  expect(again).toMatchObject({ failures: 0, outOfStepRecords: 3 });
  expect((await stage.cli('report', tenant)).stdout).not.toContain('0 failures');
  await stage.edit(
    'hubspot',
    ['2', '3', '4'].map((id) => ({ op: 'update', type: 'contacts', id, properties: { office: 'Downtown' } })),
  );
  expect(await stage.sync(tenant)).toMatchObject({ outOfStep: [], outOfStepRecords: 0 });
  expect((await stage.cli('report', tenant)).stdout).toMatch(/0 failures[^]*In step: /);
});
