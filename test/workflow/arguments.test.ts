import { searchAttributes } from '../../workflows/api';
import { bundleWorkflows } from '../replay/bundle-of';
import { fromPayload, toPayload } from './payloads';
import { createSandbox } from './sandbox';
import type { Command, Job } from './sandbox';

/**
 * Workflow code in the real sandbox, with what comes from outside: arguments of any form, and namespaces that lack search attributes. A task
 * that fails would be tried again for ever.
 */

let code: string;

beforeAll(async () => {
  ({ code } = await bundleWorkflows());
}, 120_000);

interface Started {
  readonly type: string;
  readonly args: readonly unknown[];
  readonly attributes?: readonly string[];
}

/** Starts a workflow and gives it jobs, all in its first task. Throws when it fails the task. */
async function commandsOf({ type, args, attributes }: Started, jobs: readonly Job[] = []): Promise<readonly Command[]> {
  const identity = { workflowId: 'sync/acme', runId: 'run-1', workflowType: type, parent: null, continuedFrom: null };
  const workflow = await createSandbox(code, attributes).load(identity);
  try {
    const start = { initializeWorkflow: { workflowType: type, workflowId: 'sync/acme', arguments: args.map(toPayload) } };
    const activation = { atMs: 1, jobs: [start, ...jobs], historyLength: 3, continueAsNewSuggested: false };
    return await workflow.activate(activation, false);
  } finally {
    await workflow.dispose();
  }
}

const odd: readonly (readonly unknown[])[] = [
  [],
  [null],
  ['acme'],
  [7],
  [[]],
  [{}],
  [{ tenant: 'acme' }],
  [{ tenant: 'Acme', mode: 'full' }],
  [{ tenant: { $ne: null }, mode: 'full', entities: null }],
  [{ tenant: 'acme', mode: 'fast', entities: null }],
  [{ tenant: 'acme', mode: 'full', entities: 'company' }],
  [{ tenant: 'acme', mode: 'full', entities: ['companies'] }],
  [{ tenant: 'acme', mode: 'full', entities: null, requestId: 7 }],
  [{ tenant: 'acme', mode: 'full', entities: null, needsOwnRun: 'no' }],
  [{ tenant: 'acme', mode: 'full', entities: null, applies: 7 }],
  [{ tenant: 'acme', mode: 'preview', entities: [], applies: 'run-1' }],
  [{ tenant: 'acme', mode: 'full', entities: null, applies: 'run-1' }],
  [{ tenant: 'acme', mode: 'full', entities: null, undoes: { run: 'r' } }],
  [{ tenant: 'acme', mode: 'incremental', entities: null, undoes: { conflicts: [] } }],
  [{ tenant: 'acme', mode: 'full', entities: null, followedBy: { tenant: 'acme' } }],
  [{ tenant: 'acme', mode: 'full', entities: null, followedBy: 'acme' }],
];

describe.each(['syncTenant', 'scheduledSync', 'observeEntity', 'unlinkEntity', 'linkEntity', 'updateEntity'])('%s', (type) => {
  test.each(odd.map((args) => [JSON.stringify(args), args] as const))('fails at once, and not its task, with %s', async (_text, args) => {
    const commands = await commandsOf({ type, args });
    expect(
      commands.map((command) => Object.keys(command).filter((key) => command[key as keyof Command] && key.endsWith('Execution'))),
    ).toContainEqual(['failWorkflowExecution']);
    const failure = commands.find(({ failWorkflowExecution }) => failWorkflowExecution)?.failWorkflowExecution?.failure;
    expect(failure?.message).toMatch(/^The argument can't be used: .*\.$/);
    expect(failure?.applicationFailureInfo).toMatchObject({ type: 'InvalidArgument', nonRetryable: true });
    // A6: no value is repeated.
    expect(failure?.message).not.toMatch(/Acme|\$ne|fast|companies/);
  });
});

const request = { tenant: 'acme', mode: 'full', entities: null };
const signal = (signalName: string, ...input: unknown[]): Job => ({
  signalWorkflow: { signalName, input: input.map(toPayload), identity: 'test', headers: {} },
});
const update = (name: string, ...input: unknown[]): Job => ({
  doUpdate: {
    id: 'u',
    protocolInstanceId: 'u',
    name,
    input: input.map(toPayload),
    headers: {},
    runValidator: true,
    meta: { updateId: 'u', identity: 'test' },
  },
});

test.each(['requestSync', 'noteWait'])('the signal %s with odd arguments changes nothing', async (name) => {
  for (const args of [...odd, [{ step: 'x', trouble: {} }]]) {
    const commands = await commandsOf({ type: 'syncTenant', args: [request] }, [signal(name, ...args)]);
    expect(commands.some(({ scheduleActivity }) => scheduleActivity?.activityType === 'prepareRun')).toBe(true);
  }
});

test('the signals of a child with odd arguments change nothing', async () => {
  const input = { tenant: 'acme', runId: 'run-1', mode: 'full', entity: 'company' };
  for (const name of ['setPaused', 'noteWait'])
    for (const args of [[], ['yes'], [true], [null, 'x'], [{ step: 1, trouble: null }]]) {
      const commands = await commandsOf({ type: 'unlinkEntity', args: [input] }, [signal(name, ...args)]);
      expect(commands.some(({ scheduleActivity }) => scheduleActivity?.activityType === 'planUnlinks')).toBe(true);
    }
});

test.each(odd.map((args) => [JSON.stringify(args), args] as const))('the update syncNow refuses %s', async (_text, args) => {
  const commands = await commandsOf({ type: 'syncTenant', args: [request] }, [update('syncNow', ...args)]);
  const answers = commands.flatMap(({ updateResponse }) => (updateResponse ? [updateResponse] : []));
  expect(answers).toHaveLength(1);
  expect(answers[0]?.rejected?.message).toMatch(/^The argument can't be used: /);
});

test.each([[[]], [['SyncState', 'SyncFailed']], [Object.keys(searchAttributes)]])(
  'of the search attributes, those that the namespace has are set (%j), and the memo has all words',
  async (attributes) => {
    const commands = await commandsOf({ type: 'syncTenant', args: [request], attributes });
    const upserts = commands.flatMap(({ upsertWorkflowSearchAttributes: one }) => (one ? [one] : []));
    expect(upserts.flatMap((one) => Object.keys(one.searchAttributes?.indexedFields ?? {})).sort()).toEqual([...attributes].sort());
    const memos = commands.flatMap(({ modifyWorkflowProperties: one }) => (one ? [one] : []));
    const words = Object.entries(memos[0]?.upsertedMemo?.fields ?? {}).map(([name, payload]) => [name, fromPayload(payload)]);
    expect([memos.length, Object.fromEntries(words)]).toEqual([
      1,
      { SyncTenant: 'acme', SyncMode: 'full', SyncPhase: 'prepare', SyncState: 'running', SyncChanged: 0, SyncConflicts: 0, SyncFailed: 0 },
    ]);
  },
);
