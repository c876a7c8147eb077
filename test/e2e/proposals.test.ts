import { createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { expectSettled, inStore, linkId } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** P1 and P2: lists that brakes hold, over several runs, on real servers. approval.test.ts has the brakes themselves, proposals.long.test.ts what may come between. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

const brakes = (count: number) => ({ brakes: { unlink: { count, share: 0 } } });
const callsOf = ({ calls }: SeenReport) => [calls.hubspot.byRoute, calls.officernd.byRoute];
const incremental = (tenant: string, code: number) => stage.sync(tenant, ['--mode', 'incremental'], code);
const refusalOf = async (tenant: string, id: string) => {
  const { code, stdout } = await stage.cli('approve', tenant, id, '--json');
  return { code, said: JSON.parse(stdout) as unknown };
};

thorough('P1, P2 three scheduled runs name the same proposal and cost what they did; approving it then does the list', async () => {
  const tenant = 'proposal-scheduled';
  await approvals.linkedCompanies(tenant, 5, brakes(1));
  const before = await incremental(tenant, 0);
  await approvals.archive('1', '2');
  const announced = await stage.sync(tenant, [], 3);
  for (let run = 0; run < 3; run += 1) {
    const scheduled = await incremental(tenant, 3);
    expect(scheduled).toMatchObject({ state: 'needs-approval', proposals: announced.proposals });
    expect(callsOf(scheduled)).toEqual(callsOf(before));
  }
  expect(await inStore(stage, (db) => db.collection('heldEffects').countDocuments({ tenant }))).toBe(2);

  const [proposal] = announced.proposals;
  const done = await approvals.approve(tenant, proposal?.id ?? '');
  expect(done).toMatchObject({ mode: 'full', proposals: [], phases: { unlink: { company: { unlinked: 2 } } } });
  expect(await approvals.links(3)).toEqual([undefined, undefined, linkId('3')]);
  await expectSettled(stage, tenant);
  expect(await refusalOf(tenant, announced.runId)).toMatchObject({ code: 1, said: { error: { kind: 'carried-out' } } });
});
