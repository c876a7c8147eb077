import { company, createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { poll } from '../support/poll';
import { addFaults, expectSettled, linkId, look, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** U4 and L11: what may come between a brake and its release. approval.test.ts has the ordinary way. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

const batchReads = async () => {
  const { byRoute } = await stage.requests('hubspot');
  return Object.entries(byRoute).reduce((sum, [route, count]) => (route.endsWith('/companies/batch/read') ? sum + count : sum), 0);
};

test('U4, L6 a list that was deleted in HubSpot and imported again is not created anew: approved, its records are linked once more', async () => {
  const tenant = 'approval-imported-again';
  await approvals.linkedCompanies(tenant, 4, { brakes: { unlink: { count: 1, share: 0 }, createsPerRun: 2 } });
  await approvals.archive('1', '2', '3');
  await stage.edit(
    'hubspot',
    ['C1', 'C2', 'C3', 'C9'].map((name, index) => ({ op: 'create', type: 'companies', id: `${11 + index}`, properties: { name } })),
  );
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    state: 'needs-approval',
    phases: { unlink: { company: { unlinked: 0 } }, link: { company: { candidates: 4, created: 1, linked: 0 } } },
  });
  expect((await look(stage)).world.officernd.companies).toHaveLength(5);
  expect((await approvals.approve(tenant, held.runId)).phases).toMatchObject({
    unlink: { company: { unlinked: 3 } },
    link: { company: { created: 0, linked: 3 } },
  });
  expect(await approvals.links(4)).toEqual(['11', '12', '13', '4'].map(linkId));
  expect((await look(stage)).world.officernd.companies).toHaveLength(5);
  await expectSettled(stage, tenant);
});

test('M3, A3 the run that follows an approval knows of an edit that the look before a write has shown (M8)', async () => {
  const tenant = 'approval-look';
  await approvals.linkedCompanies(tenant, 3, { brakes: { unlink: { count: 1, share: 0 } } });
  const cityInHubSpot = (city: string) => stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '3', properties: { city } }]);
  await cityInHubSpot('York');
  await stage.sync(tenant);
  await approvals.archive('1', '2');
  await cityInHubSpot('Leeds');
  // Phase 1 asks for the two by their ids. Everything has been read by then, and nothing is written yet.
  await addFaults(stage, 'hubspot', [{ match: { method: 'GET', path: '/companies/1\\b' }, times: 1, action: { delayMs: 3_000 } }]);
  const reads = await batchReads();
  const running = stage.sync(tenant, [], 3);
  await poll('phase 1', async () => ((await batchReads()) > reads ? true : undefined));
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(3), fields: { 'address.city': 'Leeds' } }]);
  const held = await running;
  expect(held.phases.update['company']).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  expect((await approvals.approve(tenant, held.runId)).phases.update['company']).toMatchObject({
    updatedOfficernd: 0,
    updatedHubspot: 0,
  });
  const { officernd, values } = await look(stage);
  expect(officernd(company(3))).toMatchObject({ address: { city: 'Leeds' } });
  expect(values('3')).toMatchObject({ city: 'Leeds' });
  await expectSettled(stage, tenant);
});

test('U4 the limit is the larger of the count and the share', async () => {
  const tenant = 'approval-share';
  await approvals.linkedCompanies(tenant, 6, { brakes: { unlink: { count: 0, share: 0.5 } } });
  await approvals.archive('1', '2', '3');
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', phases: { unlink: { company: { unlinked: 3 } } } });
  await approvals.archive('4', '5');
  const first = await stage.sync(tenant, [], 3);
  expect(await approvals.links(6)).toEqual([undefined, undefined, undefined, ...['4', '5', '6'].map(linkId)]);
  await approvals.approve(tenant, first.runId);
  expect(await approvals.links(6)).toEqual([undefined, undefined, undefined, undefined, undefined, linkId('6')]);
});

test('U4 clearing stray ids counts towards the brake, too (U7)', async () => {
  const tenant = 'approval-strays';
  const numbers = [1, 2, 3];
  await stage.putWorld({
    officernd: {
      companies: numbers.map((number) => ({
        _id: company(number),
        name: `C${number}`,
        properties: { hubspot_link_id: linkId(`90${number}`) },
      })),
    },
  });
  await stage.applyTenant(tenant, { brakes: { unlink: { count: 2, share: 0 } } });
  const held = await stage.sync(tenant, [], 3);
  expect(writesIn(await stage.requests('officernd'))).toEqual({});
  expect((await approvals.approve(tenant, held.runId)).phases.unlink['company']).toMatchObject({ unlinked: 3 });
  expect(await approvals.links(3)).toEqual([undefined, undefined, undefined]);
});

test('U4 a secret that has stopped working by the time of the approval does not lose it: the run goes on after `resume`', async () => {
  const tenant = 'approval-secret';
  const secret = stage.writeFile('hubspot-token', stage.hubspot.accessToken);
  const { apiUrl, portalId, accessToken } = stage.hubspot;
  const hubspot = { apiUrl, portalId, accessToken: { file: secret } };
  await approvals.linkedCompanies(tenant, 3, { hubspot, brakes: { unlink: { count: 1, share: 0 } } });
  await approvals.archive('1', '2');
  const held = await stage.sync(tenant, [], 3);
  stage.writeFile('hubspot-token', '');
  const { runId, ...blocked } = await approvals.approve(tenant, held.runId, 'blocked');
  expect(blocked).toMatchObject({ trouble: { setting: 'hubspot.accessToken' } });
  stage.writeFile('hubspot-token', accessToken);
  expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
  expect((await approvals.report(tenant, runId, 'completed')).phases.unlink['company']).toMatchObject({ unlinked: 2 });
  expect(await approvals.links(3)).toEqual([undefined, undefined, linkId('3')]);
});

test('L11, L6 what is deleted while a list waits for its approval is not created', async () => {
  const tenant = 'approval-too-late';
  await stage.putWorld({
    hubspot: { companies: ['1', '2', '3'].map((id) => ({ id, properties: { name: `C${id}` } })) },
  });
  await stage.applyTenant(tenant, { brakes: { createsPerRun: 2 } });
  const held = await stage.sync(tenant, [], 3);
  await approvals.archive('2');
  expect((await approvals.approve(tenant, held.runId)).phases).toMatchObject({ link: { company: { created: 2 } } });
  expect((await look(stage)).world.officernd.companies.map(({ name }) => name).toSorted()).toEqual(['C1', 'C3']);
  await expectSettled(stage, tenant);
});

test('U4, L11 a preview goes through, and tells at which brakes a run would stop', async () => {
  const tenant = 'approval-preview';
  await approvals.linkedCompanies(tenant, 3, { brakes: { unlink: { count: 1, share: 0 }, createsPerRun: 2 } });
  await approvals.archive('1', '2');
  const contacts = ['11', '12', '13'];
  await stage.edit(
    'hubspot',
    contacts.map((id) => ({ op: 'create', type: 'contacts', id, properties: { firstname: `Contact ${id}` } })),
  );
  const preview = await stage.sync(tenant, ['--mode', 'preview']);
  expect(preview).toMatchObject({ state: 'completed', phases: { unlink: { company: { unlinked: 2 } }, link: { member: { created: 3 } } } });
  expect(preview['wouldHold']).toEqual([
    { phase: 'unlink', entity: 'company', rule: 'U4', operations: 2 },
    { phase: 'link', entity: 'member', rule: 'L11', operations: 3 },
  ]);
  expect((await stage.cli('report', tenant)).stdout).toContain('would hold 2 company unlinks (U4), 3 member creations (L11)');
  expect(await approvals.links(3)).toEqual(['1', '2', '3'].map(linkId));
});

test('U4, L11 approving what does not wait, or a run that never was, is refused in one sentence', async () => {
  const tenant = 'approval-nothing';
  await approvals.linkedCompanies(tenant, 1, {});
  const { runId } = await stage.sync(tenant);
  for (const [run, code] of [
    [runId, 1],
    ['no-such-run', 2],
  ] as const) {
    const refused = await stage.cli('approve', tenant, run, '--json');
    expect(refused).toMatchObject({ code, stdout: expect.stringContaining('"error"') });
  }
});
