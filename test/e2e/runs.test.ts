import { z } from 'zod';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, inStore, linkId, look, notedFailures } from '../support/sight';
import { runCli } from '../support/run-cli';
import { createStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** Runs as a whole, through the command line, on real servers: A3, A4, A5, blocked runs, rate limits. */

let stage: Stage;

beforeAll(async () => {
  stage = await createStage('runs');
  await stage.startWorker();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);
const companies = (...numbers: number[]) => ({
  officernd: { companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })) },
  hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
});
const toLeeds = (...numbers: number[]) =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op: 'update', type: 'companies', id: `${number}`, properties: { city: 'Leeds' } })),
  );
const cities = async (...numbers: number[]) => {
  const { officernd } = await look(stage);
  return numbers.map((number) => addressSchema.parse(officernd(company(number))?.['address'] ?? {}).city);
};
const addressSchema = z.object({ city: z.string().optional() });
const troubleSchema = z.object({ kind: z.string(), message: z.string(), setting: z.string().nullable() }).nullable();
const statusSchema = z.object({
  running: z.boolean(),
  state: z.string().nullable(),
  runId: z.string().nullable(),
  trouble: troubleSchema,
});
const status = async (tenant: string) => {
  const { code, stdout } = await stage.cli('status', tenant, '--json');
  return { code, ...statusSchema.parse(JSON.parse(stdout)) };
};
const reportOf = async (...args: readonly string[]): Promise<SeenReport> =>
  reportSchema.parse(JSON.parse((await stage.cli('report', ...args, '--json')).stdout));
const untilCompleted = (tenant: string, runId: string): Promise<SeenReport> =>
  poll(`run ${runId} to complete`, async () => {
    const report = await reportOf(tenant, runId);
    return report.state === 'completed' ? report : undefined;
  });
const runsOf = async (tenant: string) => {
  const { stdout } = await stage.cli('runs', tenant, '--json');
  return z
    .object({
      runs: z.array(
        z.object({ runId: z.string(), mode: z.string(), state: z.string(), entities: z.array(z.string()), trouble: troubleSchema }),
      ),
    })
    .parse(JSON.parse(stdout)).runs;
};

test.each(['PUT', 'GET'])('A4 a record whose every %s fails is reported and stops nobody else', async (method) => {
  const tenant = `runs-poison-${method.toLowerCase()}`;
  await stage.putWorld(companies(1, 2, 3));
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await toLeeds(1, 2, 3);
  await addFaults(stage, 'officernd', [{ match: { method, path: company(2) }, action: { status: 500 } }]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', failures: 1, phases: { update: { company: { compared: 3, updatedOfficernd: 2 } } } });
  expect(await cities(1, 2, 3)).toEqual(['Leeds', undefined, 'Leeds']);
  expect(await notedFailures(stage, tenant)).toEqual([
    expect.objectContaining({ subject: expect.stringContaining(company(2)), field: null, reason: 'unavailable', runs: 1 }),
  ]);
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { update: { company: { updatedOfficernd: 1 } } } });
  expect(await cities(2)).toEqual(['Leeds']);
  expect(await notedFailures(stage, tenant)).toEqual([]);
  await expectSettled(stage, tenant);
});

test('A4 while one tenant’s OfficeRnD is down, another tenant’s run completes; the first goes on by itself afterwards', async () => {
  const [officernd, hubspot] = await Promise.all([startOfficerndEmulator(), startHubSpotEmulator()]);
  try {
    await stage.putWorld(companies(1));
    await stage.applyTenant('runs-down');
    const { apiUrl, tokenUrl, organization, clientId, clientSecret } = officernd;
    const { portalId, accessToken } = hubspot;
    await stage.applyTenant('runs-well', {
      officernd: { organization, apiUrl, tokenUrl, clientId, clientSecret },
      hubspot: { apiUrl: hubspot.apiUrl, portalId, accessToken },
    });
    await addFaults(stage, 'officernd', [{ match: {}, action: { status: 503 } }]);
    const down = stage.sync('runs-down');
    await poll('the first failed call', async () => ((await stage.requests('officernd')).byStatus['503'] ?? 0) > 0 || undefined);
    expect(await stage.sync('runs-well')).toMatchObject({ state: 'completed' });
    expect(await status('runs-down')).toMatchObject({ running: true, state: 'running' });
    await stage.admin('officernd', 'DELETE', '/faults');
    expect(await down).toMatchObject({ state: 'completed', failures: 0, phases: { link: { company: { linked: 1 } } } });
  } finally {
    await Promise.all([officernd.stop(), hubspot.stop()]);
  }
});

test('A5 two requests for the same share one run; other work queues exactly one follow-up, which does all that was asked for', async () => {
  const tenant = 'runs-shared';
  await stage.putWorld(companies(1));
  await stage.applyTenant(tenant);
  await addFaults(stage, 'hubspot', [{ match: { method: 'GET', path: '/deals\\?' }, times: 1, action: { delayMs: 10_000 } }]);
  const first = stage.sync(tenant);
  await poll(
    'the run to read',
    async () => ((await stage.requests('officernd')).byRoute['GET /organizations/{org}/companies'] ?? 0) > 0 || undefined,
  );
  const joined = stage.sync(tenant);
  const others = [
    ['--mode', 'incremental', '--entity', 'member'],
    ['--mode', 'preview'],
  ].map((options) => stage.cli('sync', tenant, '--json', ...options));
  const queued = await Promise.all([stage.sync(tenant, ['--entity', 'company']), stage.sync(tenant, ['--entity', 'company'])]);
  for (const { stdout } of await Promise.all(others)) expect(JSON.parse(stdout)).toMatchObject({ outcome: 'queued' });
  const started = await first;
  expect((await joined).runId).toBe(started.runId);
  expect(new Set(queued.map(({ runId }) => runId)).size).toBe(1);
  expect(queued[0]?.runId).not.toBe(started.runId);
  const runs = await runsOf(tenant);
  expect(runs.map(({ runId, mode, state, entities }) => [runId, mode, state, entities])).toEqual([
    [queued[0]?.runId, 'full', 'completed', ['company', 'member']],
    [started.runId, 'full', 'completed', ['company', 'member', 'opportunity']],
  ]);
  expect((await stage.requests('hubspot')).byRoute).toMatchObject({
    'GET /crm/objects/2026-09/deals': 1,
    'GET /crm/objects/2026-09/companies': 2,
  });
});

describe('A5 a cancelled run that has yet to end, because a write is on its way', () => {
  const tenant = 'runs-again';
  const waits = `The run of ${tenant} has been cancelled, and has to end first`;
  const created = async () => (await look(stage)).world.officernd.companies.map(({ name }) => name).toSorted();
  /** Has a run cancelled while the last of its creations takes seconds, and members are yet to come. */
  const cancelRun = async (...names: readonly string[]): Promise<{ readonly end: Promise<SeenReport> }> => {
    const before = (await created()).length;
    await stage.edit(
      'hubspot',
      names.map((name) => ({ op: 'create', type: 'companies', properties: { name } })),
    );
    await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/companies$' }, times: 1, action: { delayMs: 10_000 } }]);
    const end = stage.sync(tenant, [], 1);
    await poll('a creation', async () => (await created()).length > before || undefined);
    expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
    return { end };
  };

  beforeAll(async () => {
    await stage.putWorld({});
    await stage.applyTenant(tenant);
  });

  test('is not joined: what is asked for is a run of its own, after it', async () => {
    const { end } = await cancelRun('C1', 'C2');
    const next = await stage.cli('sync', tenant, '--wait', '--json');
    const cancelled = await end;
    expect(cancelled).toMatchObject({ state: 'cancelled', phases: { link: { company: { created: 2 } } } });
    expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining(waits) });
    const report = reportSchema.parse(JSON.parse(next.stdout));
    expect(report).toMatchObject({ state: 'completed', phases: { link: { company: { created: 0 } } } });
    expect(report.runId).not.toBe(cancelled.runId);
    expect(await created()).toEqual(['C1', 'C2']);
    await expectSettled(stage, tenant);
  });

  test('is waited for before its tenant is removed, so that it keeps nothing for one that is gone', async () => {
    const { end } = await cancelRun('C3', 'C4');
    expect(await stage.cli('tenant', 'remove', tenant)).toMatchObject({ code: 0, stderr: expect.stringContaining(waits) });
    // Its report is one of the things that are gone, be it before it was printed.
    await end.catch(() => undefined);
    expect(await created()).toEqual(['C1', 'C2', 'C3', 'C4']);
    const kept = await inStore(stage, async (db) => {
      const names = (await db.listCollections().toArray()).map(({ name }) => name);
      return Promise.all(names.map(async (name) => [name, await db.collection(name).countDocuments({ tenant })]));
    });
    expect(kept.filter(([, count]) => count !== 0)).toEqual([]);
  });
});

describe('blocked: what only a person can mend', () => {
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
  /** The tenant file names a property of HubSpot's, which somebody removes there, and makes again. */
  const misconfigured = {
    setting: 'additional.company[0].hubspot',
    put: async (on: boolean) => {
      const url = `${stage.hubspot.apiUrl}/crm/v3/properties/companies`;
      const headers = { authorization: `Bearer ${stage.hubspot.accessToken}`, 'content-type': 'application/json' };
      const vat = { name: 'vat', label: 'VAT', type: 'string', fieldType: 'text', groupName: 'companyinformation' };
      const answer = on
        ? await fetch(`${url}/vat`, { method: 'DELETE', headers })
        : await fetch(url, { method: 'POST', headers, body: JSON.stringify(vat) });
      expect(answer.ok).toBe(true);
    },
  };
  let scopes: readonly string[] = [];

  beforeAll(async () => {
    scopes = z.looseObject({ grantedScopes: z.array(z.string()) }).parse(await stage.admin('officernd', 'GET', '/settings')).grantedScopes;
  });

  test.each([
    ['HubSpot’s token is revoked', 'token', revoked],
    ['OfficeRnD’s app loses its scopes', 'scopes', unscoped],
    ['the configuration fits no longer', 'configuration', misconfigured],
  ])(
    'blocked when %s between two runs: the run waits, tells what to mend, and completes after `resume`',
    async (_what, name, { setting, put }) => {
      const tenant = `runs-blocked-${name}`;
      const { officernd, hubspot } = companies(1);
      await stage.putWorld({
        officernd: { ...officernd, customProperties: [{ key: 'VAT', title: 'VAT', type: 'text', target: 'company' }] },
        hubspot: { ...hubspot, properties: { companies: [{ name: 'vat' }] } },
      });
      await stage.applyTenant(tenant, { additional: { company: [{ officernd: 'properties.VAT', hubspot: 'vat', direction: '←' }] } });
      await stage.sync(tenant);
      await toLeeds(1);
      await put(true);
      if (name === 'scopes')
        await addFaults(stage, 'officernd', [{ match: { path: '/organizations/' }, times: 1, action: { expireToken: true } }]);
      const before = await look(stage);
      const waiting = await stage.sync(tenant, [], 3);
      expect(waiting).toMatchObject({ state: 'blocked', trouble: { setting } });
      expect((await look(stage)).world.officernd).toEqual(before.world.officernd);
      expect(await status(tenant)).toMatchObject({ code: 3, running: true, state: 'blocked', runId: waiting.runId, trouble: { setting } });
      const forPeople = await stage.cli('status', tenant);
      expect(forPeople).toMatchObject({ code: 3, stdout: expect.stringContaining(setting) });
      expect((await runsOf(tenant))[0]).toMatchObject({ runId: waiting.runId, state: 'blocked', trouble: { setting } });
      expect(await reportOf(tenant)).toMatchObject({ runId: waiting.runId, state: 'blocked', trouble: { setting } });

      // Resumed too early it waits again; once mended it goes on where it was.
      expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
      await poll('the run to be blocked again', async () => ((await status(tenant)).state === 'blocked' ? true : undefined));
      await put(false);
      expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
      expect(await untilCompleted(tenant, waiting.runId)).toMatchObject({
        failures: 0,
        phases: { update: { company: { updatedOfficernd: 1 } } },
      });
      expect(await cities(1)).toEqual(['Leeds']);
      expect(await status(tenant)).toMatchObject({ code: 0, running: false, state: 'completed' });
      await expectSettled(stage, tenant);
    },
  );

  test('blocked before its first call, a run stands in `runs` and `report` with what to mend, though nothing of it is stored', async () => {
    const tenant = 'runs-unstored';
    const setting = 'hubspot.accessToken';
    const { hubspot } = stage;
    const file = stage.tenantFile(tenant, {
      hubspot: { apiUrl: hubspot.apiUrl, portalId: hubspot.portalId, accessToken: { env: 'ONLY_HERE' } },
    });
    const applied = await runCli(['tenant', 'apply', stage.writeFile('unstored.json', file)], {
      ...stage.env,
      ONLY_HERE: hubspot.accessToken,
    });
    expect(applied.code).toBe(0);
    // The worker doesn't have that variable.
    const waiting = await stage.sync(tenant, ['--entity', 'company'], 3);
    expect(waiting).toMatchObject({ state: 'blocked', trouble: { setting } });

    expect(await runsOf(tenant)).toEqual([
      expect.objectContaining({
        runId: waiting.runId,
        mode: 'full',
        state: 'blocked',
        entities: ['company'],
        trouble: expect.objectContaining({ setting }),
      }),
    ]);
    for (const run of [[], [waiting.runId]]) {
      const report = await reportOf(tenant, ...run);
      expect(report).toMatchObject({ runId: waiting.runId, workflowId: `sync/${tenant}`, state: 'blocked', trouble: { setting } });
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

  test('resuming what does not wait is refused in one sentence', async () => {
    const refused = await stage.cli('resume', 'runs-shared', '--json');
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('"error"') });
  });
});

test('rate limits: 429 with and without Retry-After are waited out, and nothing happens twice', async () => {
  const tenant = 'runs-limited';
  const limited = (headers: Readonly<Record<string, string>> = {}) => ({
    status: 429,
    headers,
    body: { statusCode: 429, message: 'Too Many Requests', status: 'error', policyName: 'SECONDLY' },
  });
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'C1' }] },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'C1', city: 'Leeds' } },
        { id: '2', properties: { name: 'New' } },
      ],
      contacts: [{ id: '11', properties: { firstname: 'Ann' } }],
    },
  });
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { description: 'from OfficeRnD' } }]);
  await stage.applyTenant(tenant);
  await addFaults(stage, 'hubspot', [
    { match: { method: 'GET', path: '/companies\\?' }, times: 1, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'GET', path: '/contacts\\?' }, times: 1, action: limited() },
    { match: { method: 'POST', path: '/batch/update' }, times: 1, action: limited() },
  ]);
  await addFaults(stage, 'officernd', [
    { match: { method: 'GET', path: '/companies\\?' }, times: 2, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'POST', path: '/companies$' }, times: 1, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'POST', path: '/members$' }, times: 1, action: limited() },
    { match: { method: 'PUT', path: '/companies/' }, times: 1, action: limited({ 'retry-after': '1' }) },
  ]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', failures: 0, calls: { hubspot: { rateLimited: 3 }, officernd: { rateLimited: 5 } } });
  const { world, officernd, values, linkedTo } = await look(stage);
  expect(world.officernd.companies.map(({ name }) => name).toSorted()).toEqual(['C1', 'New']);
  expect(world.officernd.members.map(({ name }) => name)).toEqual(['Ann']);
  expect(officernd(company(1))).toMatchObject({ address: { city: 'Leeds' }, properties: { hubspot_link_id: linkId('1') } });
  expect(values('1')).toMatchObject({ description: 'from OfficeRnD' });
  expect(linkedTo('2')?.name).toBe('New');
  await expectSettled(stage, tenant);
});

test('A3, A4 conflicts and failures stand in the report for people, too', async () => {
  const tenant = 'runs-report';
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'C1', address: { city: 'Bath' } }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'C1', city: 'York' } }], contacts: [{ id: '11', properties: { phone: '1' } }] },
  });
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ conflicts: 0, firstLink: 1, failures: 1 });
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { 'address.city': 'Hull' } }]);
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '1', properties: { city: 'Ely' } }]);
  const { code, stdout } = await stage.cli('sync', tenant, '--wait');
  expect(code).toBe(0);
  expect(stdout).toMatch(/1 conflict/);
  expect((await stage.cli('status', tenant)).stdout).toMatch(/no-name/);
  const { stdout: json } = await stage.cli('report', tenant, '--json');
  expect(reportSchema.parse(JSON.parse(json))).toMatchObject({ conflicts: 1, firstLink: 0 });
});
