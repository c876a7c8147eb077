import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { company, companies } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, look } from '../support/sight';
import { createStage } from '../support/stage';
import { SYNC_TENANT, syncWorkflowId, taskQueue } from '../../workflows/api';
import type { Stage } from '../support/stage';

/** B4: two installations in one Temporal namespace, each with its own database, queues and tenants of the same name. */

let stages: readonly Stage[] = [];

beforeAll(async () => {
  stages = await Promise.all([createStage('one-of-two'), createStage('other-of-two')]);
});

afterAll(() => Promise.all(stages.map((stage) => stage.stop())));

test('B4 installations that share a namespace never meet: neither joins, approves, ends nor sees a run of the other', async () => {
  const [one, other] = stages;
  if (one === undefined || other === undefined) throw new Error('There are two stages.');
  const tenant = 'acme';
  for (const stage of [one, other]) {
    await stage.putWorld({ officernd: { companies: [{ _id: company(1), name: 'C1' }] }, hubspot: companies(1, 2).hubspot });
    await stage.startWorker();
  }
  await one.applyTenant(tenant, { entities: ['company'], brakes: { createsPerRun: 0 } });
  await other.applyTenant(tenant, { entities: ['company'] });
  await addFaults(one, 'hubspot', [{ match: { method: 'GET', path: 'objects/.*/companies' }, times: 1, action: { delayMs: 6_000 } }]);
  const held = one.sync(tenant, [], 3);
  await poll('the first run', async () =>
    (await one.cli('status', tenant, '--json')).stdout.includes('"running": true') ? true : undefined,
  );

  const idle: unknown = JSON.parse((await other.cli('status', tenant, '--json')).stdout);
  expect(idle).toMatchObject({ running: false, runId: null });
  expect((await other.cli('cancel', tenant)).code).toBe(1);
  const report = await other.sync(tenant);
  expect(report).toMatchObject({
    state: 'completed',
    workflowId: `${prefixOf(other)}/${tenant}`,
    phases: { link: { company: { created: 1 } } },
  });

  const waiting = await held;
  expect(waiting).toMatchObject({ state: 'needs-approval', workflowId: `${prefixOf(one)}/${tenant}` });
  expect(waiting.runId).not.toBe(report.runId);
  await other.cli('approve', tenant, waiting.runId);
  await other.sync(tenant);
  expect((await look(one)).named('C2')).toBeUndefined();
  expect((await look(other)).named('C2')).toBeDefined();
});

test.each(['nightly-2026', 'sync/acme'])(
  'B4 a workflow that starts as %s on an installation’s queue hands its request to that installation’s own run',
  async (workflowId) => {
    const [, other] = stages;
    if (other === undefined) throw new Error('There are two stages.');
    const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
    try {
      const { workflow } = new Client({ connection });
      const request = { tenant: 'acme', mode: 'full', entities: ['company'] };
      const started = await workflow.start(SYNC_TENANT, {
        workflowId,
        taskQueue: taskQueue(prefixOf(other), 'workflows'),
        args: [request],
      });
      const { runId } = z.object({ runId: z.string() }).parse(await started.result());
      const own = workflow.getHandle(syncWorkflowId('acme', prefixOf(other)), runId);
      expect(await own.result()).toMatchObject({ runId, state: 'completed' });
    } finally {
      await connection.close();
    }
  },
);

const prefixOf = ({ env }: Stage): string => env['ORSYNC_QUEUE_PREFIX'] ?? '';
