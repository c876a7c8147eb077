import { z } from 'zod';
import { cities, companies, toLeeds } from '../support/companies';
import { poll } from '../support/poll';
import { runCli } from '../support/run-cli';
import { addFaults, expectSettled, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { reportOf, runsOf, statusOf, untilReported } from '../support/told';

/** Runs that wait for a person. They say what to correct, and continue after `orsync resume`. */

let stage: Stage;
let scopes: readonly string[] = [];

beforeAll(async () => {
  stage = await createSharedStage();
  scopes = z.looseObject({ grantedScopes: z.array(z.string()) }).parse(await stage.admin('officernd', 'GET', '/settings')).grantedScopes;
});

afterAll(() => stage.stop());

const revoked = { setting: 'hubspot.accessToken', put: (on: boolean) => stage.admin('hubspot', 'PUT', '/settings', { revoked: on }) };
const unscoped = {
  setting: 'officernd.clientId',
  put: (on: boolean) =>
    stage.admin(
      'officernd',
      'PUT',
      '/settings',
      on
        ? { grantedScopes: ['flex.space.locations.read'], tokenLifetimeSeconds: 1 }
        : { grantedScopes: scopes, tokenLifetimeSeconds: 3600 },
    ),
};
/** HubSpot's companies have no name any more, and the tenant keeps nothing else in step. */
const misconfigured = {
  setting: 'entities.company',
  put: async (on: boolean) => {
    if (!on) return stage.admin('hubspot', 'DELETE', '/faults');
    const headers = { authorization: `Bearer ${stage.hubspot.accessToken}` };
    const answer = await fetch(`${stage.hubspot.apiUrl}/crm/v3/properties/companies`, { headers });
    const { results } = z.object({ results: z.array(z.looseObject({ name: z.string() })) }).parse(await answer.json());
    const body = z.json().parse({ results: results.filter(({ name }) => name !== 'name') });
    return addFaults(stage, 'hubspot', [
      { match: { method: 'GET', path: '/properties/.*companies|/properties/companies' }, action: { status: 200, body } },
    ]);
  },
};

test.each([
  ['HubSpot’s token is revoked', 'token', revoked],
  ['OfficeRnD’s app loses its scopes', 'scopes', unscoped],
  ['the configuration fits no longer', 'configuration', misconfigured],
])(
  'blocked when %s between two runs: the run waits, tells what to mend, and completes after `resume`',
  async (_what, name, { setting, put }) => {
    const tenant = `blocked-${name}`;
    const { officernd, hubspot } = companies(1);
    await stage.putWorld({
      officernd: { ...officernd, customProperties: [{ key: 'VAT', title: 'VAT', type: 'text', target: 'company' }] },
      hubspot: { ...hubspot, properties: { companies: [{ name: 'vat' }] } },
    });
    await stage.applyTenant(tenant, { create: { filter: [{ property: 'vat', in: ['GB1'] }] } });
    await stage.sync(tenant);
    await toLeeds(stage, 1);
    await put(true);
    if (name === 'scopes')
      await addFaults(stage, 'officernd', [{ match: { path: '/organizations/' }, times: 1, action: { expireToken: true } }]);
    const before = await look(stage);
    const waiting = await stage.sync(tenant, [], 3);
    expect(waiting).toMatchObject({ state: 'blocked', trouble: { setting } });
    expect((await look(stage)).world.officernd).toEqual(before.world.officernd);
    expect(await statusOf(stage, tenant)).toMatchObject({
      code: 3,
      running: true,
      state: 'blocked',
      runId: waiting.runId,
      trouble: { setting },
    });
    const forPeople = await stage.cli('status', tenant);
    expect(forPeople).toMatchObject({ code: 3, stdout: expect.stringContaining(setting) });
    expect((await runsOf(stage, tenant))[0]).toMatchObject({ runId: waiting.runId, state: 'blocked', trouble: { setting } });
    expect(await reportOf(stage, tenant)).toMatchObject({ runId: waiting.runId, state: 'blocked', trouble: { setting } });

    // Resumed too early, it waits again. After the correction it continues where it was.
    expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
    await poll('the run to be blocked again', async () => ((await statusOf(stage, tenant)).state === 'blocked' ? true : undefined));
    await put(false);
    expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
    expect(await untilReported(stage, tenant, waiting.runId, 'completed')).toMatchObject({
      failures: 0,
      phases: { update: { company: { updatedOfficernd: 1 } } },
    });
    expect(await cities(stage, 1)).toEqual(['Leeds']);
    expect(await statusOf(stage, tenant)).toMatchObject({ code: 0, running: false, state: 'completed' });
    await expectSettled(stage, tenant);
  },
);

test('blocked before its first call, a run stands in `runs` and `report` with what to mend, though nothing of it is stored', async () => {
  const tenant = 'blocked-unstored';
  const setting = 'hubspot.accessToken';
  const { hubspot } = stage;
  const file = stage.tenantFile(tenant, {
    hubspot: { apiUrl: hubspot.apiUrl, portalId: hubspot.portalId, accessToken: { env: 'HUBSPOT_ONLY_HERE' } },
  });
  const applied = await runCli(['tenant', 'apply', stage.writeFile('unstored.json', file)], {
    ...stage.env,
    HUBSPOT_ONLY_HERE: hubspot.accessToken,
  });
  expect(applied.code).toBe(0);
  // The worker does not have that environment variable.
  const waiting = await stage.sync(tenant, ['--entity', 'company'], 3);
  expect(waiting).toMatchObject({ state: 'blocked', trouble: { setting } });

  expect(await runsOf(stage, tenant)).toEqual([
    expect.objectContaining({
      runId: waiting.runId,
      mode: 'full',
      state: 'blocked',
      entities: ['company'],
      trouble: expect.objectContaining({ setting }),
    }),
  ]);
  for (const run of [[], [waiting.runId]]) {
    const report = await reportOf(stage, tenant, ...run);
    expect(report).toMatchObject({
      runId: waiting.runId,
      workflowId: `${stage.env['ORSYNC_QUEUE_PREFIX']}/${tenant}`,
      state: 'blocked',
      trouble: { setting },
    });
    expect(report.phases).toEqual({
      unlink: { company: { checked: 0, unlinked: 0, retired: 0, relinked: 0, restored: 0 } },
      link: { company: { candidates: 0, linked: 0, adopted: 0, created: 0, skipped: 0 } },
      update: { company: { compared: 0, updatedOfficernd: 0, updatedHubspot: 0, unchanged: 0 } },
    });
  }
  expect((await stage.cli('runs', tenant)).stdout).toContain('blocked');
  expect((await stage.cli('report', tenant)).stdout).toContain(`"orsync resume ${tenant}"`);
  expect(await stage.cli('report', tenant, 'another', '--json')).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('unknown-run'),
  });
  for (const run of [[], [waiting.runId]]) {
    const conflicts = await stage.cli('conflicts', tenant, ...run, '--json');
    expect([conflicts.code, JSON.parse(conflicts.stdout)]).toEqual([0, { tenant, runId: waiting.runId, conflicts: [] }]);
  }
  expect(await stage.cli('conflicts', tenant, 'another', '--json')).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('unknown-run'),
  });
  expect(await stage.cli('approve', tenant, waiting.runId, '--json')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('nothing-held'),
  });

  const withoutTemporal = await runCli(['runs', tenant, '--json'], { ...stage.env, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(withoutTemporal).toMatchObject({ code: 0, stderr: expect.stringContaining('is not shown') });
  expect(JSON.parse(withoutTemporal.stdout)).toEqual({ tenant, runs: [] });
  expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
});

test('resuming a run that does not wait is refused in one sentence', async () => {
  await stage.applyTenant('blocked-idle');
  const refused = await stage.cli('resume', 'blocked-idle', '--json');
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('"error"') });
});
