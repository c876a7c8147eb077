import { company, createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { expectSettled, linkId, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** U4 and L11: the brakes, their proposals and the approval, through the command line, on real servers. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

test('U4, P2 above the limit none is unlinked and the other phases go on; approved, what still holds of the list is done, and nothing else', async () => {
  const tenant = 'approval-unlink';
  await approvals.linkedCompanies(tenant, 5, { brakes: { unlink: { count: 1, share: 0 } } });
  await approvals.archive('1', '2');
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '3', properties: { city: 'Leeds' } },
    { op: 'create', type: 'companies', id: '6', properties: { name: 'C6' } },
  ]);
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { description: 'edited meanwhile' } }]);
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    state: 'needs-approval',
    phases: {
      unlink: { company: { unlinked: 0 } },
      link: { company: { candidates: 1, created: 1, linked: 0 } },
      // The two links whose HubSpot record is gone still exist, but can't be compared.
      update: { company: { compared: 4 } },
    },
  });
  expect(await approvals.links(5)).toEqual(['1', '2', '3', '4', '5'].map(linkId));
  expect((await look(stage)).officernd(company(3))).toMatchObject({ address: { city: 'Leeds' } });
  expect(held['finishedAt']).not.toBeNull();
  expect(held.proposals).toMatchObject([{ phase: 'unlink', entity: 'company', kind: 'unlink', operations: 2 }]);
  const [proposal] = held.proposals;
  const status = await stage.cli('status', tenant);
  expect(status.code).toBe(3);
  expect(status.stdout).toContain(`Proposal ${proposal?.id ?? ''}: 2 company operations held (HubSpot record gone)`);
  expect(status.stdout).toMatch(new RegExp(`C1 · company · unlink \\(U1\\)\n +OfficeRnD ${company(1)} .*\n +HubSpot 1 `));

  // Between the report and the approval, one of the two records is restored, and another one is deleted.
  await stage.edit('hubspot', [{ op: 'restore', type: 'companies', id: '2' }]);
  await approvals.archive('4');
  const done = await approvals.approve(tenant, proposal?.id ?? '', 'needs-approval');
  expect(done.phases).toMatchObject({
    unlink: { company: { unlinked: 1 } },
    link: { company: { candidates: 0, created: 0 } },
    update: { company: { compared: 4, updatedOfficernd: 0 } },
  });
  expect(done.proposals).toMatchObject([{ phase: 'unlink', entity: 'company', operations: 1 }]);
  expect(await approvals.links(5)).toEqual([undefined, ...['2', '3', '4', '5'].map(linkId)]);
  expect((await look(stage)).officernd(company(1))).toMatchObject({ description: 'edited meanwhile' });

  expect((await stage.sync(tenant)).phases.unlink['company']).toMatchObject({ unlinked: 1 });
  expect(await approvals.links(5)).toEqual([undefined, linkId('2'), linkId('3'), undefined, linkId('5')]);
  await expectSettled(stage, tenant);
});

test('L11 more creations than the limit wait for approval, over all entities; what matches is linked and updated', async () => {
  const tenant = 'approval-create';
  const world = {
    officernd: { companies: [{ _id: company(1), name: 'Match' }] },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'Match', city: 'York' } },
        { id: '2', properties: { name: 'New Ltd' } },
      ],
      contacts: [
        { id: '11', properties: { firstname: 'One' }, associations: { companies: ['2'] } },
        { id: '12', properties: { firstname: 'Two' } },
      ],
    },
  };
  await stage.putWorld(world);
  await stage.applyTenant(tenant, { brakes: { createsPerRun: 2 } });
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({ state: 'needs-approval', phases: { link: { company: { linked: 1 }, member: { created: 0 } } } });
  const waiting = await look(stage);
  expect(waiting.world.officernd.members).toEqual([]);
  expect(waiting.officernd(company(1))).toMatchObject({ address: { city: 'York' }, properties: { hubspot_link_id: linkId('1') } });
  expect(held.proposals).toMatchObject([{ phase: 'link', entity: 'member', kind: 'create', operations: 2 }]);
  expect((await approvals.approve(tenant, held.runId)).phases).toMatchObject({
    link: { company: { candidates: 0, created: 0 }, member: { candidates: 2, created: 2, skipped: 0 } },
    update: { company: { compared: 2 }, member: { compared: 2 } },
  });
  const after = await look(stage);
  expect(['2', '11', '12'].map((id) => after.linkedTo(id)?.name)).toEqual(['New Ltd', 'One', 'Two']);
  expect(after.linkedTo('11')?.['company']).toBe(after.linkedTo('2')?._id);
  await expectSettled(stage, tenant);
});
