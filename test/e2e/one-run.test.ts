import { entities } from '../../domain/entity';
import { companies } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, release } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { runsOf, untilAsked } from '../support/told';

/** A5: a tenant has one run at a time, for all requests during a run. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test('A5 two requests for the same share one run; other work queues exactly one follow-up, which does all that was asked for', async () => {
  const tenant = 'one-run-shared';
  await stage.putWorld(companies(1));
  await stage.applyTenant(tenant, { entities });
  await addFaults(stage, 'hubspot', [{ match: { method: 'GET', path: '/deals\\?' }, times: 1, action: { hold: true } }]);
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
  const waiting = Promise.all([stage.sync(tenant, ['--entity', 'company']), stage.sync(tenant, ['--entity', 'company'])]);
  for (const { stdout } of await Promise.all(others)) expect(JSON.parse(stdout)).toMatchObject({ outcome: 'queued' });
  await untilAsked(stage, tenant, 6);
  await release(stage, 'hubspot');
  const queued = await waiting;
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

test('B4 the id of a run begins with its installation’s prefix, so that no other installation can join it', async () => {
  const tenant = 'one-run-prefix';
  const prefix = stage.env['ORSYNC_QUEUE_PREFIX'] ?? '';
  expect(prefix).not.toBe('sync');
  await stage.putWorld(companies(1));
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ workflowId: `${prefix}/${tenant}` });
});
