import { createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { expectSettled, idOf, inStore, linkId, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { runIdIn, untilReported } from '../support/told';

/** P2: parts of lists that people approve, reject and take back, for each brake. standing.test.ts has the shortest case. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

/** Approves, and resolves to the report of the run that follows. */
async function approve(tenant: string, state: string, ...args: string[]): Promise<SeenReport> {
  return untilReported(stage, tenant, runIdIn(await approvals.json('approve', tenant, ...args)), state);
}

const callsOf = ({ calls }: SeenReport) => [calls.hubspot.byRoute, calls.officernd.byRoute];

test('P2 U1 what is rejected makes no incremental run dearer, is proposed again when it was taken back, and is over when the record is back', async () => {
  const tenant = 'parts-unlink';
  await approvals.linkedCompanies(tenant, 4, { brakes: { unlink: { count: 1, share: 0 } } });
  await approvals.archive('1', '2');
  await stage.sync(tenant, [], 3);
  expect(await approvals.json('reject', tenant)).toMatchObject({ operations: 2, left: 0 });
  const incremental = () => stage.sync(tenant, ['--mode', 'incremental']);
  const first = await incremental();
  expect(first).toMatchObject({ state: 'completed', proposals: [], outOfStep: [{ reason: 'rejected', records: 2 }] });
  expect(callsOf(await incremental())).toEqual(callsOf(first));
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', proposals: [] });
  expect(await approvals.links(2)).toEqual([linkId('1'), linkId('2')]);

  // Taken back, it is proposed again, though one unlink is no more than the brake lets through.
  expect(await approvals.json('reject', tenant, '--withdraw', '--id', '1')).toMatchObject({ withdrawn: 1 });
  expect(await stage.sync(tenant, [], 3)).toMatchObject({ proposals: [{ operations: 1 }] });
  expect(await approvals.links(2)).toEqual([linkId('1'), linkId('2')]);
  await approve(tenant, 'completed');
  expect(await approvals.links(2)).toEqual([undefined, linkId('2')]);

  // The other record comes back and goes again: that is another case, and the brake lets one through.
  await stage.edit('hubspot', [{ op: 'restore', type: 'companies', id: '2' }]);
  expect(await stage.sync(tenant)).toMatchObject({ outOfStep: [] });
  await approvals.archive('2');
  await stage.sync(tenant);
  expect(await approvals.links(2)).toEqual([undefined, undefined]);
  const kept = await inStore(stage, (db) => db.collection('verdicts').find({ tenant }).toArray());
  expect(kept.map(({ isOver }) => isOver as unknown)).toEqual([true, true]);
  await expectSettled(stage, tenant);
});

test('P2 L11 of many creations some are made, some never, and the rest waits however few there are', async () => {
  const tenant = 'parts-create';
  const numbers = [1, 2, 3, 4, 5];
  await stage.putWorld({
    officernd: { companies: [] },
    hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
  });
  expect(await stage.applyTenant(tenant, { brakes: { createsPerRun: 3 } })).toMatchObject({ code: 0 });
  const held = await stage.sync(tenant, [], 3);
  const id = held.proposals[0]?.id ?? '';
  expect(await approvals.json('reject', tenant, id, '--id', '5')).toMatchObject({ operations: 1, left: 4 });
  const made = async () => numbers.filter((number) => named(`C${number}`) !== undefined);
  let { named } = await look(stage);
  await approve(tenant, 'needs-approval', id, '--id', '1,2');
  ({ named } = await look(stage));
  expect(await made()).toEqual([1, 2]);
  // An edit of what is rejected or waits changes nothing about it.
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '5', properties: { description: 'new' } }]);
  expect(await stage.sync(tenant, [], 3)).toMatchObject({ proposals: [{ operations: 2 }] });
  await approve(tenant, 'completed');
  ({ named } = await look(stage));
  expect(await made()).toEqual([1, 2, 3, 4]);
  expect(await stage.sync(tenant)).toMatchObject({ outOfStep: [{ reason: 'rejected', records: 1 }], outOfStepRecords: 1 });
});

test('P2 M2 M6 a rejected overwriting leaves both values, until one of them changes', async () => {
  const tenant = 'parts-values';
  const numbers = [1, 2, 3];
  const member = (number: number) => idOf('member', number);
  const person = (number: number) => ({ firstname: 'Ann', lastname: `${number}`, email: `ann${number}@example.com` });
  await stage.putWorld({
    officernd: {
      members: [
        ...numbers.map((number) => ({
          _id: member(number),
          name: `Ann ${number}`,
          email: `ann${number}@example.com`,
          phone: `+44 20 ${1000 + number}`,
        })),
        // V2: with nobody's phone in the listing, phones would be unread.
        { _id: member(9), name: 'Solo', phone: '+44 20 9' },
      ],
    },
    hubspot: {
      contacts: numbers.map((number) => ({ id: `${number}`, properties: { ...person(number), phone: `+1 555 ${1000 + number}` } })),
    },
  });
  const brakes = { firstLink: { count: 1, share: 0 }, erase: { count: 1, share: 0 } };
  expect(await stage.applyTenant(tenant, { brakes })).toMatchObject({ code: 0 });
  await stage.sync(tenant, [], 3);
  expect(await approvals.json('reject', tenant, '--id', member(3))).toMatchObject({ operations: 1, left: 2 });
  // One is rejected and two wait: a run without any other first link writes none of them.
  expect(await stage.sync(tenant, [], 3)).toMatchObject({ proposals: [{ operations: 2 }], firstLink: 0 });
  expect(await approve(tenant, 'completed')).toMatchObject({ firstLink: 2, outOfStep: [{ reason: 'rejected', records: 1 }] });
  const phones = async () => {
    const { values, officernd } = await look(stage);
    return numbers.map((number) => [officernd(member(number))?.['phone'], values(`${number}`)['phone']]);
  };
  expect((await phones())[2]).toEqual(['+44 20 1003', '+1 555 1003']);
  expect(await stage.sync(tenant, ['--mode', 'preview'])).toMatchObject({ phases: { update: { member: { updatedHubspot: 0 } } } });

  // With another value it is another overwriting, and one is no more than the brake lets through.
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(3), fields: { phone: '+44 20 9999' } }]);
  expect(await stage.sync(tenant)).toMatchObject({ firstLink: 1, outOfStep: [] });
  expect((await phones())[2]).toEqual(['+44 20 9999', '+44 20 9999']);

  // The same for values that would be cleared.
  await stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'update', type: 'members', id: member(number), fields: { phone: '' } })),
  );
  await stage.sync(tenant, [], 3);
  expect(await approvals.json('reject', tenant, '--id', '1')).toMatchObject({ operations: 1, left: 2 });
  await approve(tenant, 'needs-approval', '--id', '2');
  expect((await phones()).map(([, inHubSpot]) => inHubSpot ?? '')).toEqual(['+44 20 1001', '', '+44 20 9999']);
  await approve(tenant, 'completed');
  expect((await phones()).map(([, inHubSpot]) => inHubSpot ?? '')).toEqual(['+44 20 1001', '', '']);
  expect(await stage.sync(tenant, ['--mode', 'incremental'])).toMatchObject({ outOfStep: [{ reason: 'rejected', records: 1 }] });
});

test('P2 records that are in no list, and several lists without an id, are refused with a sentence', async () => {
  const tenant = 'parts-refused';
  await approvals.linkedCompanies(tenant, 4, { brakes: { unlink: { count: 0, share: 0 } } });
  await approvals.archive('1');
  const [one] = (await stage.sync(tenant, [], 3)).proposals;
  expect(await approvals.json('approve', tenant, one?.id ?? '', '--id', '1,77')).toMatchObject({
    error: { kind: 'unknown-records', message: expect.stringContaining('no such record: 77.') },
  });
  expect(await approvals.json('reject', tenant, '--entity', 'member')).toMatchObject({ error: { kind: 'nothing-named' } });
  await stage.edit('officernd', [{ op: 'delete', type: 'companies', id: idOf('company', 2) }]);
  await stage.sync(tenant, [], 3);
  expect(await approvals.json('approve', tenant)).toMatchObject({ error: { kind: 'several' } });
  const refused = await stage.cli('approve', tenant, 'zzz', '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([2, { error: { kind: 'unknown-proposal' } }]);
});
