import { createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, inStore, look, storedLinks } from '../support/sight';
import { statusOf } from '../support/told';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** P1, P2 and U4 for U5: what may come between a proposal and its approval. proposals.test.ts has the ordinary way. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

const brakes = (count: number) => ({ brakes: { unlink: { count, share: 0 } } });
const incremental = (tenant: string, code: number) => stage.sync(tenant, ['--mode', 'incremental'], code);
const refusalOf = async (tenant: string, id: string) => {
  const { code, stdout } = await stage.cli('approve', tenant, id, '--json');
  return { code, said: JSON.parse(stdout) as unknown };
};

test('U4, U5 120 of 120 OfficeRnD members that are gone stop at the brake: the links stay, nobody is suppressed, the rest goes on', async () => {
  const tenant = 'proposal-gone';
  const numbers = Array.from({ length: 120 }, (_, index) => index + 1);
  await stage.putWorld({
    officernd: {
      companies: [{ _id: idOf('company', 1), name: 'C1' }],
      members: numbers.map((number) => ({ _id: idOf('member', number), name: `Ann ${number}` })),
    },
    hubspot: {
      companies: [{ id: '901', properties: { name: 'C1' } }],
      contacts: numbers.map((number) => ({ id: `${number}`, properties: { firstname: 'Ann', lastname: `${number}` } })),
    },
  });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  await stage.sync(tenant);
  await stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'delete', type: 'members', id: idOf('member', number) })),
  );
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '901', properties: { city: 'Leeds' } },
    { op: 'update', type: 'contacts', id: '1', properties: { phone: '+44 1' } },
  ]);
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    proposals: [{ phase: 'unlink', entity: 'member', kind: 'officernd-gone', operations: 120 }],
    phases: {
      unlink: { member: { retired: 0 } },
      link: { member: { candidates: 0, created: 0 } },
      update: { company: { updatedOfficernd: 1 }, member: { compared: 0 } },
    },
  });
  const members = (await storedLinks(stage, tenant)).filter(({ officerndId }) => officerndId.startsWith(idOf('member', 0).slice(0, 5)));
  expect(members.map(({ state }) => state)).toEqual(numbers.map(() => 'active'));
  expect(await inStore(stage, (db) => db.collection('suppressions').countDocuments({ tenant }))).toBe(0);
  // None of the 120 is asked for again while nothing is to be done about them.
  const scheduled = await incremental(tenant, 3);
  expect(scheduled.proposals).toEqual(held.proposals);
  expect(scheduled.calls.officernd.total).toBeLessThan(20);

  expect((await approvals.approve(tenant, held.runId)).phases.unlink['member']).toMatchObject({ retired: 120 });
  expect(await inStore(stage, (db) => db.collection('suppressions').countDocuments({ tenant }))).toBe(120);
  await expectSettled(stage, tenant);
});

test('P2 a proposal is stale when the configuration has changed, and the next run holds the list under another id', async () => {
  const tenant = 'proposal-configuration';
  await approvals.linkedCompanies(tenant, 4, brakes(1));
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  await stage.applyTenant(tenant, brakes(0));
  for (const id of [held.runId, held.proposals[0]?.id ?? '']) {
    expect(await refusalOf(tenant, id)).toMatchObject({ code: 1, said: { error: { kind: 'stale' } } });
  }
  const again = await stage.sync(tenant, [], 3);
  expect(again.proposals).toMatchObject([{ operations: 2 }]);
  expect(again.proposals[0]?.id).not.toBe(held.proposals[0]?.id);
  expect((await approvals.approve(tenant, again.runId)).phases.unlink['company']).toMatchObject({ unlinked: 2 });
});

test('P2 who approves, when and why is kept; a worker or terminal that dies before the run begins loses nothing', async () => {
  const tenant = 'proposal-kept';
  await approvals.linkedCompanies(tenant, 4, brakes(1));
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  const id = held.proposals[0]?.id ?? '';
  expect(await stage.cli('approve', tenant, 'another-one', '--json')).toMatchObject({ code: 2 });
  await approvals.approve(tenant, id);
  const kept = await inStore(stage, (db) => db.collection('proposals').findOne({ tenant }));
  expect(kept).toMatchObject({ state: 'done', approval: { by: expect.any(String), at: expect.any(Date), note: null } });

  await approvals.archive('3', '4');
  const next = await stage.sync(tenant, [], 3);
  // The approval is recorded, and then nothing more happens.
  await inStore(stage, (db) =>
    db
      .collection('proposals')
      .updateOne(
        { tenant, id: next.proposals[0]?.id },
        { $set: { state: 'approved', approval: { by: 'Ann', at: new Date(), note: 'moved away', afterRunOf: new Date() } } },
      ),
  );
  expect((await stage.cli('status', tenant)).stdout).toContain('approved by Ann');
  expect(await incremental(tenant, 0)).toMatchObject({ proposals: [], phases: { unlink: { company: { unlinked: 2 } } } });
  await expectSettled(stage, tenant);
});

test('P2 a proposal is stale when the pair has changed; going back to the pair brings it back (B1)', async () => {
  const tenant = 'proposal-pair';
  await approvals.linkedCompanies(tenant, 3, brakes(1));
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  const id = held.proposals[0]?.id ?? '';
  const file = stage.tenantFile(tenant, { entities: ['company', 'member'], ...brakes(1) });
  const { apiUrl, portalId, accessToken } = stage.hubspot;
  const other = { ...file, hubspot: { apiUrl: `${apiUrl}/as/${tenant}-other`, portalId, accessToken } };
  expect(await stage.cli('tenant', 'apply', stage.writeFile('other.json', other), '--new-pair')).toMatchObject({ code: 0 });
  const refused = await refusalOf(tenant, id);
  expect(refused).toMatchObject({
    code: 1,
    said: { error: { kind: 'stale', message: expect.stringContaining('another organisation or portal') } },
  });
  expect(await stage.cli('tenant', 'apply', stage.writeFile('back.json', file), '--new-pair')).toMatchObject({ code: 0 });
  expect((await approvals.approve(tenant, id)).phases.unlink['company']).toMatchObject({ unlinked: 2 });
  expect(await stage.cli('tenant', 'remove', tenant)).toMatchObject({ code: 0 });
  const left = ['proposals', 'heldEffects'].map((name) => inStore(stage, (db) => db.collection(name).countDocuments({ tenant })));
  expect(await Promise.all(left)).toEqual([0, 0]);
});

test('P2, L11 a creation that was not on the approved list is not made by its run', async () => {
  const tenant = 'proposal-creation';
  const newCompany = (id: string) => ({ op: 'create', type: 'companies', id, properties: { name: `C${id}` } });
  await stage.putWorld({ hubspot: { companies: ['1', '2', '3'].map((id) => ({ id, properties: { name: `C${id}` } })) } });
  await stage.applyTenant(tenant, { brakes: { createsPerRun: 2 } });
  const held = await stage.sync(tenant, [], 3);
  await stage.edit('hubspot', [newCompany('4'), { op: 'update', type: 'companies', id: '1', properties: { city: 'York' } }]);
  const done = await approvals.approve(tenant, held.proposals[0]?.id ?? '', 'needs-approval');
  expect(done).toMatchObject({ phases: { link: { company: { created: 3 } } }, proposals: [{ kind: 'create', operations: 1 }] });
  const { named } = await look(stage);
  expect([named('C1')?.['address'], named('C4')]).toEqual([{ city: 'York' }, undefined]);
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { company: { created: 1 } } } });
  await expectSettled(stage, tenant);
});

test('U4, L9 nothing is created in a company whose end is held', async () => {
  const tenant = 'proposal-children';
  const numbers = [1, 2];
  await stage.putWorld({
    officernd: { companies: numbers.map((number) => ({ _id: idOf('company', number), name: `C${number}` })), members: [] },
    hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })), contacts: [] },
  });
  await stage.applyTenant(tenant, brakes(1));
  await stage.sync(tenant);
  await stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'delete', type: 'companies', id: idOf('company', number) })),
  );
  await stage.edit('hubspot', [
    { op: 'create', type: 'contacts', id: '11', properties: { firstname: 'Ann' }, associations: { companies: ['1'] } },
    { op: 'create', type: 'contacts', id: '12', properties: { firstname: 'Bob' } },
  ]);
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    failures: 0,
    phases: { link: { member: { created: 1 } } },
    proposals: [{ kind: 'officernd-gone', operations: 2 }],
  });
  expect((await look(stage)).world.officernd.members.map(({ name }) => name)).toEqual(['Bob']);
});

test('P2, A5 an approval while a run is past its brake queues another run, which does the list', async () => {
  const tenant = 'proposal-queued';
  await approvals.linkedCompanies(tenant, 4, brakes(1));
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: idOf('company', 3), fields: { description: 'edited' } }]);
  await addFaults(stage, 'hubspot', [{ match: { method: 'POST', path: 'companies/batch/update' }, times: 1, action: { delayMs: 6_000 } }]);
  const underWay = stage.sync(tenant, [], 3);
  await poll('phase 3', async () =>
    (await stage.cli('status', tenant, '--json')).stdout.includes('"phase": "update"') ? true : undefined,
  );
  const approved = await stage.cli('approve', tenant, held.runId, '--note', 'they have moved away', '--json');
  expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('"queued"') });
  expect((await underWay).phases.unlink['company']).toMatchObject({ unlinked: 0 });
  await poll('the list to be done', async () => ((await approvals.links(2)).every((link) => link === undefined) ? true : undefined));
  await poll('the run to end', async () => ((await statusOf(stage, tenant)).running ? undefined : true));
  const kept = await inStore(stage, (db) => db.collection('proposals').findOne({ tenant }));
  expect(kept).toMatchObject({ state: 'done', approval: { note: 'they have moved away' } });
  await expectSettled(stage, tenant);
});

test('P2 a list that nobody approved in 14 days is refused, and the next run holds it anew', async () => {
  const tenant = 'proposal-expired';
  await approvals.linkedCompanies(tenant, 3, brakes(1));
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  const id = held.proposals[0]?.id ?? '';
  await inStore(stage, (db) => db.collection('proposals').updateOne({ tenant, id }, { $set: { validUntil: new Date() } }));
  expect(await refusalOf(tenant, id)).toMatchObject({ code: 1, said: { error: { kind: 'expired' } } });
  expect((await incremental(tenant, 3)).proposals).toEqual(held.proposals);
  expect((await approvals.approve(tenant, id)).phases.unlink['company']).toMatchObject({ unlinked: 2 });
  // The list of a run can be read when its own operations have expired.
  await inStore(stage, (db) => db.collection('operations').deleteMany({ tenant }));
  const report = await stage.cli('report', tenant, held.runId, '--json');
  expect(JSON.parse(report.stdout)).toMatchObject({
    held: [
      { hubspotId: '1', reason: 'U1' },
      { hubspotId: '2', reason: 'U1' },
    ],
  });
});
