import { poll } from '../support/poll';
import { childWorkflowId, SYNC_TENANT, syncWorkflowId, taskQueue } from '../../workflows/api';
import { startEagerServer } from './eager-server';
import { createScene } from './scene';
import type { Scene } from './scene';

/**
 * Captures the golden histories anew, from real runs on real servers: `node scripts/capture-histories.mjs`. It is needed when the shape of
 * a workflow was changed on purpose and no older run has to go on with the new code. Jest runs it only for that script.
 *
 * `approved`, `approved-unlink`, `approved-link` and `approval-overtaken` come from a version whose runs waited for an approval. They can't be
 * captured again. They stay until no such run can be left.
 */

let scene: Scene;

beforeAll(async () => {
  scene = await createScene('golden');
  await scene.startWorker();
});

afterAll(() => scene.stop());

test('a run with work in every phase, the next one, which has none, and one that can only skip', async () => {
  const tenant = 'full-run';
  await scene.prepare(tenant);
  const { runId } = await scene.begin(tenant);
  await scene.keepRun('full-run', tenant, runId);
  for (const [phase, entity] of [
    ['observe', 'company'],
    ['unlink', 'company'],
    ['link', 'member'],
    ['update', 'company'],
  ]) {
    await scene.keep(`full-run-${phase}`, await scene.child(tenant, runId, `${phase}/${entity}`));
  }
  const next = await scene.begin(tenant);
  await scene.keepRun('no-change', tenant, next.runId);
  for (const phase of ['unlink', 'link']) await scene.keep(`no-change-${phase}`, await scene.child(tenant, next.runId, `${phase}/member`));
  await scene.admin('hubspot', 'POST', '/edits', [
    { op: 'create', type: 'contacts', id: '13', properties: { email: 'nameless@example.com' } },
  ]);
  const skipping = await scene.begin(tenant);
  await scene.keep('skipped-link', await scene.child(tenant, skipping.runId, 'link/member'));
});

test('a preview', async () => {
  await scene.prepare('preview');
  const { runId } = await scene.begin('preview', '--mode', 'preview');
  await scene.keepRun('preview', 'preview', runId);
});

test('one entity, incrementally', async () => {
  await scene.prepare('single-entity');
  await scene.begin('single-entity', '--entity', 'company');
  const { runId } = await scene.begin('single-entity', '--entity', 'company', '--mode', 'incremental');
  await scene.keepRun('single-entity-incremental', 'single-entity', runId);
});

test('a run that is started as a Schedule starts it, without an update', async () => {
  await scene.prepare('plain-start');
  const handle = await scene.client.workflow.start(SYNC_TENANT, {
    workflowId: syncWorkflowId('plain-start', scene.env['ORSYNC_QUEUE_PREFIX']),
    taskQueue: taskQueue(scene.env['ORSYNC_QUEUE_PREFIX'] ?? '', 'workflows'),
    args: [{ tenant: 'plain-start', mode: 'full', entities: ['company'] }],
  });
  await handle.result();
  await scene.keepRun('plain-start', 'plain-start', handle.firstExecutionRunId);
});

test('a workflow that a Schedule starts hands its request to the tenant’s own, be it running or not', async () => {
  const tenant = 'scheduled';
  await scene.prepare(tenant);
  await scene.slow('hubspot', 'GET', 'objects/.*/companies', 3_000);
  const startAs = (workflowId: string) =>
    scene.client.workflow.start(SYNC_TENANT, {
      workflowId,
      taskQueue: taskQueue(scene.env['ORSYNC_QUEUE_PREFIX'] ?? '', 'workflows'),
      args: [{ tenant, mode: 'full', entities: ['company'] }],
    });
  const first = await startAs('nightly-1');
  await first.result();
  const { runId } = await scene.until(tenant, 'the reading', ({ phase }) => phase === 'observe');
  const second = await startAs('nightly-2');
  await second.result();
  await scene.ended(tenant, runId);
  const kept = (workflowId: string, id: string) => ({ workflowId, runId: id, workflowType: SYNC_TENANT });
  await scene.keep('scheduled-starts', kept('nightly-1', first.firstExecutionRunId));
  await scene.keep('scheduled-joins', kept('nightly-2', second.firstExecutionRunId));
  await scene.keepRun('scheduled-run', tenant, runId);
});

const tight = { brakes: { unlink: { count: 0, share: 0 }, createsPerRun: 0 } };

test('a run that is held by both brakes and ends with its proposals', async () => {
  const tenant = 'held';
  await scene.prepare(tenant, tight);
  const { runId } = await scene.begin(tenant);
  await scene.ended(tenant, runId);
  await scene.keepRun('held', tenant, runId);
});

test('a run that is blocked at its start and in a phase, and resumed each time', async () => {
  const tenant = 'blocked';
  await scene.prepare(tenant);
  const refuse = (method: string, path: string) =>
    scene.admin('hubspot', 'POST', '/faults', [{ match: { method, path }, times: 1, action: { status: 401, body: {} } }]);
  await refuse('GET', 'account-info');
  const { runId } = await scene.begin(tenant, '--entity', 'company');
  await refuse('POST', 'companies/batch/update');
  await scene.order('resume', tenant);
  await scene.until(tenant, 'the second block', ({ state, phase }) => state === 'blocked' && phase === 'update');
  await scene.order('resume', tenant);
  await scene.ended(tenant, runId);
  await scene.keepRun('blocked-and-resumed', tenant, runId);
  await scene.keep('blocked-update', await scene.child(tenant, runId, 'update/company'));
});

test('a run that is cancelled in the middle of a phase', async () => {
  const tenant = 'cancelled';
  await scene.prepare(tenant);
  await scene.slow('officernd', 'POST', '/members$', 8_000);
  const running = scene.begin(tenant);
  const { runId } = await scene.until(tenant, 'phase 2', ({ phase }) => phase === 'link');
  await scene.untilActivity(childWorkflowId(tenant, runId, 'link', 'member', scene.env['ORSYNC_QUEUE_PREFIX']), 'applyCreates');
  await scene.order('cancel', tenant);
  await running;
  await scene.keepRun('cancelled', tenant, runId);
  await scene.keep('cancelled-link', await scene.child(tenant, runId, 'link/member'));
});

test('a run that is paused while a child works, and goes on', async () => {
  const tenant = 'paused';
  await scene.prepare(tenant);
  await scene.slow('hubspot', 'POST', 'companies/batch/read', 6_000);
  const running = scene.begin(tenant, '--entity', 'company');
  const { runId } = await scene.until(tenant, 'phase 1', ({ phase }) => phase === 'unlink');
  await scene.untilActivity(childWorkflowId(tenant, runId, 'unlink', 'company', scene.env['ORSYNC_QUEUE_PREFIX']), 'planUnlinks');
  await scene.order('pause', tenant);
  const unlink = await scene.child(tenant, runId, 'unlink/company');
  await scene.untilAtRest(unlink);
  await scene.order('resume', tenant);
  await running;
  await scene.keepRun('paused-and-resumed', tenant, runId);
  await scene.keep('paused-unlink', unlink);
});

test('a request for other work that queues behind the run', async () => {
  const tenant = 'queued';
  await scene.prepare(tenant);
  await scene.slow('hubspot', 'GET', 'objects/.*/companies', 3_000);
  const running = scene.begin(tenant, '--entity', 'company');
  const { runId } = await scene.until(tenant, 'the reading', ({ phase }) => phase === 'observe');
  const queued = await scene.begin(tenant, '--entity', 'company', '--mode', 'preview');
  await running;
  await scene.keepRun('queued-follow-up', tenant, runId);
  await scene.keepRun('follow-up', tenant, queued.runId);
});

test('a run whose child is terminated fails', async () => {
  const tenant = 'failed';
  await scene.prepare(tenant);
  await scene.slow('hubspot', 'GET', 'objects/.*/companies', 3_000);
  const running = scene.begin(tenant, '--entity', 'company');
  const { runId } = await scene.until(tenant, 'the reading', ({ phase }) => phase === 'observe');
  const child = scene.client.workflow.getHandle(childWorkflowId(tenant, runId, 'observe', 'company', scene.env['ORSYNC_QUEUE_PREFIX']));
  // The run reports the phase shortly before its child has begun.
  await poll('the child to begin', () =>
    child.terminate().then(
      () => true,
      () => undefined,
    ),
  );
  await running;
  await scene.keepRun('child-terminated', tenant, runId);
});

test('a run whose worker is killed in the middle of creating', async () => {
  const alone = await createScene('golden-killed');
  try {
    const tenant = 'worker-killed';
    await alone.prepare(tenant);
    const doomed = await alone.startWorker({ ORSYNC_CRASH_AT: 'create-called:2' });
    const running = alone.begin(tenant);
    await doomed.ended;
    await alone.startWorker();
    const { runId } = await running;
    await alone.keepRun('worker-killed', tenant, runId);
    await alone.keep('worker-killed-link', await alone.child(tenant, runId, 'link/member'));
  } finally {
    await alone.stop();
  }
});

test('children that continue as new between two slices', async () => {
  const server = await startEagerServer(5);
  const eager = await createScene('golden-eager', server.address);
  try {
    const tenant = 'continued';
    await eager.prepare(tenant);
    await eager.startWorker();
    const { runId } = await eager.begin(tenant, '--entity', 'company');
    const first = await eager.child(tenant, runId, 'link/company');
    await eager.keep('continued-link', first);
    await eager.keep('continued-link-next', { ...first, runId: await eager.nextRunOf(first) });
    await eager.keepRun('continued', tenant, runId);
  } finally {
    await eager.stop();
    await server.stop();
  }
});
