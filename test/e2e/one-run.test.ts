import { companies } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, expectSettled, inStore, look } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { runsOf } from '../support/told';

/** A5: one run per tenant at a time, whatever is asked for meanwhile. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test('A5 two requests for the same share one run; other work queues exactly one follow-up, which does all that was asked for', async () => {
  const tenant = 'one-run-shared';
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
  const runs = await runsOf(stage, tenant);
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
  const tenant = 'one-run-again';
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
