import { DeterminismViolationError } from '@temporalio/workflow';
import { Runtime, Worker } from '@temporalio/worker';
import type { ReplayResult, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleOf, bundleWorkflows, quiet } from './bundle-of';
import { goldenNames, readGolden } from './histories';
import { personalData } from './world';

/**
 * Today's workflow code goes on with runs that older code began. The histories come from real runs on a real server. Where one cannot be
 * replayed any more, old runs would hang after the upgrade. `node scripts/capture-histories.mjs` captures them anew.
 */

/** The events that each history must have, by its name. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  'full-run': [...times(12, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'), 'WORKFLOW_EXECUTION_UPDATE_COMPLETED', 'WORKFLOW_EXECUTION_COMPLETED'],
  'full-run-observe': times(2, 'ACTIVITY_TASK_COMPLETED'),
  'full-run-unlink': times(2, 'ACTIVITY_TASK_COMPLETED'),
  'full-run-link': times(3, 'ACTIVITY_TASK_COMPLETED'),
  'full-run-update': times(1, 'ACTIVITY_TASK_COMPLETED'),
  'no-change': times(12, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'),
  'no-change-unlink': times(1, 'ACTIVITY_TASK_COMPLETED'),
  'no-change-link': times(1, 'ACTIVITY_TASK_COMPLETED'),
  'skipped-link': times(2, 'ACTIVITY_TASK_COMPLETED'),
  preview: times(12, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'),
  'single-entity-incremental': times(4, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'),
  'plain-start': [...times(4, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'), 'WORKFLOW_EXECUTION_COMPLETED'],
  'scheduled-starts': ['CHILD_WORKFLOW_EXECUTION_STARTED', 'WORKFLOW_EXECUTION_COMPLETED'],
  'scheduled-joins': ['START_CHILD_WORKFLOW_EXECUTION_FAILED', 'EXTERNAL_WORKFLOW_EXECUTION_SIGNALED', 'WORKFLOW_EXECUTION_COMPLETED'],
  'scheduled-run': ['WORKFLOW_EXECUTION_SIGNALED', 'WORKFLOW_EXECUTION_COMPLETED'],
  held: [...times(12, 'CHILD_WORKFLOW_EXECUTION_COMPLETED'), 'MARKER_RECORDED', 'WORKFLOW_EXECUTION_COMPLETED'],
  approved: [...times(2, 'WORKFLOW_EXECUTION_UPDATE_COMPLETED'), ...times(20, 'CHILD_WORKFLOW_EXECUTION_COMPLETED')],
  'approved-unlink': times(1, 'ACTIVITY_TASK_COMPLETED'),
  'approved-link': times(3, 'ACTIVITY_TASK_COMPLETED'),
  'approval-overtaken': ['TIMER_CANCELED', 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
  'blocked-and-resumed': [
    'ACTIVITY_TASK_FAILED',
    'CHILD_WORKFLOW_EXECUTION_FAILED',
    ...times(2, 'TIMER_CANCELED'),
    'WORKFLOW_EXECUTION_COMPLETED',
  ],
  'blocked-update': ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED'],
  cancelled: ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'CHILD_WORKFLOW_EXECUTION_CANCELED', 'WORKFLOW_EXECUTION_CANCELED'],
  'cancelled-link': ['ACTIVITY_TASK_CANCEL_REQUESTED', 'ACTIVITY_TASK_CANCELED', 'WORKFLOW_EXECUTION_CANCELED'],
  'paused-and-resumed': [...times(2, 'EXTERNAL_WORKFLOW_EXECUTION_SIGNALED'), 'WORKFLOW_EXECUTION_COMPLETED'],
  'paused-unlink': [...times(2, 'WORKFLOW_EXECUTION_SIGNALED'), ...times(2, 'ACTIVITY_TASK_COMPLETED')],
  'queued-follow-up': [...times(2, 'WORKFLOW_EXECUTION_UPDATE_COMPLETED'), 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
  'follow-up': ['WORKFLOW_EXECUTION_COMPLETED'],
  'child-terminated': ['CHILD_WORKFLOW_EXECUTION_TERMINATED', 'WORKFLOW_EXECUTION_FAILED'],
  'worker-killed': ['WORKFLOW_EXECUTION_COMPLETED'],
  'worker-killed-link': ['ACTIVITY_TASK_STARTED again', 'WORKFLOW_EXECUTION_COMPLETED'],
  continued: ['WORKFLOW_EXECUTION_COMPLETED'],
  'continued-link': ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
  'continued-link-next': times(1, 'ACTIVITY_TASK_COMPLETED'),
};

function times(count: number, eventType: string): readonly string[] {
  return Array.from({ length: count }, () => eventType);
}

beforeAll(() => {
  Runtime.install({ logger: quiet, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
});

test('there is a history of every shape, and each holds the events that it is kept for', () => {
  expect(goldenNames()).toEqual(Object.keys(shapes).sort());
  for (const [name, wanted] of Object.entries(shapes)) {
    const { events } = readGolden(name);
    const seen = events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
    if (events.some(({ activityTaskStartedEventAttributes: started }) => JSON.stringify(started ?? {}).includes('"attempt":2'))) {
      seen.push('ACTIVITY_TASK_STARTED again');
    }
    for (const eventType of wanted) {
      const at = seen.indexOf(eventType);
      expect(at < 0 ? `${name} lacks ${eventType}` : null).toBeNull();
      seen.splice(at, 1);
    }
  }
});

describe('today’s workflow code', () => {
  let results: readonly ReplayResult[];

  beforeAll(async () => {
    results = await replay(await bundleWorkflows(), goldenNames());
  }, 120_000);

  test.each(Object.keys(shapes).sort())('replays %s', (name) => {
    const result = results[goldenNames().indexOf(name)];
    expect(result?.error).toBeUndefined();
    expect(result?.workflowId).toBe(readGolden(name).workflowId);
  });
});

test('a release that does one thing more in phase 3 is caught, by the child’s history and by no other', async () => {
  const names = ['full-run', 'full-run-link', 'full-run-update'];
  const [parent, link, update] = await replay(await bundleOf(require.resolve('./incompatible')), names);
  expect(parent?.error).toBeUndefined();
  expect(link?.error).toBeUndefined();
  expect(update?.error).toBeInstanceOf(DeterminismViolationError);
  expect(update?.error?.message).toContain('countEverything');
}, 120_000);

test('A6 no golden history holds data of a person, decoded payloads included, nor a path of this machine', () => {
  for (const name of goldenNames()) {
    const text = textOf(readGolden(name).events);
    expect(personalData.filter((value) => text.includes(value))).toEqual([]);
    expect(text).not.toMatch(/\/home\/|\/work\/|\/tmp\/|\d@[a-z]/);
  }
});

/** All strings in a JSON value, with payloads decoded. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, inner]) => (key === 'data' && typeof inner === 'string' ? Buffer.from(inner, 'base64').toString() : textOf(inner)))
    .join('\n');
}

async function replay(bundle: WorkflowBundleWithSourceMap, names: readonly string[]): Promise<readonly ReplayResult[]> {
  const histories = names.map((name) => {
    const { workflowId, events } = readGolden(name);
    return { workflowId, history: { events } };
  });
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle: bundle }, histories)) results.push(result);
  return results;
}
