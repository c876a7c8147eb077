import { bundleWorkflows } from '../replay/bundle-of';
import { childFailure, cancelledFailure, fromPayload, terminatedFailure, toPayload } from './payloads';
import type { Failure } from './payloads';
import { createSandbox } from './sandbox';
import type { Command, Job, SandboxedWorkflow } from './sandbox';

/** The workflow of a Schedule, in Temporal's own sandbox: it ends as the run that it has started, and reminds a run that waits. */

const request = { tenant: 'acme', mode: 'incremental', entities: null };
const HOUR_MS = 3_600_000;
let code: string;

beforeAll(async () => {
  ({ code } = await bundleWorkflows());
}, 120_000);

interface Played {
  readonly tell: (...jobs: readonly Job[]) => Promise<readonly Command[]>;
  /** Lets the timer of the last task fire, an hour later. */
  readonly anHourLater: () => Promise<readonly Command[]>;
}

/** Plays the workflow up to the answer about the start of the run. */
async function played(isUnderWay: boolean, play: (played: Played, commands: readonly Command[]) => Promise<void>): Promise<void> {
  const identity = {
    workflowId: 'sync/acme/scheduled-1',
    runId: 'run-1',
    workflowType: 'scheduledSync',
    parent: null,
    continuedFrom: null,
  };
  const workflow: SandboxedWorkflow = await createSandbox(code).load(identity);
  let [atMs, historyLength, timer] = [1, 3, 0];
  const tell: Played['tell'] = async (...jobs) => {
    historyLength += 4;
    const commands = await workflow.activate({ atMs, jobs, historyLength, continueAsNewSuggested: false }, false);
    timer = commands.find(({ startTimer }) => startTimer)?.startTimer?.seq ?? timer;
    return commands;
  };
  const anHourLater: Played['anHourLater'] = () => {
    atMs += HOUR_MS;
    return tell({ fireTimer: { seq: timer } });
  };
  try {
    const init = { workflowType: 'scheduledSync', workflowId: identity.workflowId, arguments: [toPayload(request)] };
    const [start] = (await tell({ initializeWorkflow: init })).flatMap(({ startChildWorkflowExecution: one }) => (one ? [one] : []));
    expect(start).toMatchObject({ workflowType: 'syncTenant', workflowId: 'sync/acme', priority: { fairnessKey: 'acme' } });
    const seq = start?.seq ?? 0;
    const failed = { workflowId: 'sync/acme', workflowType: 'syncTenant', cause: 1 };
    const answer = isUnderWay ? { failed } : { succeeded: { runId: 'run-2' } };
    await play({ tell, anHourLater }, await tell({ resolveChildWorkflowExecutionStart: { seq, ...answer } }));
  } finally {
    await workflow.dispose();
  }
}

const ended = (result: object): Job => ({ resolveChildWorkflowExecution: { seq: 1, result } });
const failedWith = (cause: Failure): Job => ended({ failed: { failure: childFailure('syncTenant', 'sync/acme', cause) } });
const completion = (commands: readonly Command[]): unknown =>
  fromPayload(commands.find(({ completeWorkflowExecution }) => completeWorkflowExecution)?.completeWorkflowExecution?.result);
const failureOf = (commands: readonly Command[]) =>
  commands.find(({ failWorkflowExecution }) => failWorkflowExecution)?.failWorkflowExecution?.failure;
const signalIn = (commands: readonly Command[]) =>
  commands.find(({ signalExternalWorkflowExecution: one }) => one)?.signalExternalWorkflowExecution;

test('it ends with what the run has ended with', () =>
  played(false, async ({ tell }, commands) => {
    expect(Number(commands.find(({ startTimer }) => startTimer)?.startTimer?.startToFireTimeout?.seconds)).toBe(3_600);
    const result = { runId: 'run-2', state: 'needs-approval' };
    expect(completion(await tell(ended({ completed: { result: toPayload(result) } })))).toEqual(result);
  }));

test('it fails with the run, by a sentence of ours (A6)', () =>
  played(false, async ({ tell }) => {
    const cause = { message: 'HubSpot does not answer.', applicationFailureInfo: { type: 'unavailable', nonRetryable: true } };
    const failure = failureOf(await tell(failedWith(childFailure('updateEntity', 'x', cause))));
    expect(failure?.message).toBe('HubSpot does not answer.');
    expect(failure?.applicationFailureInfo).toMatchObject({ type: 'RunFailed', nonRetryable: true });
  }));

test('a run that was terminated is a failure, one that was cancelled is not', async () => {
  await played(false, async ({ tell }) => {
    expect(failureOf(await tell(failedWith(terminatedFailure())))?.message).toBe('The run was terminated.');
  });
  await played(false, async ({ tell }) => {
    const cancelled = ended({ cancelled: { failure: childFailure('syncTenant', 'sync/acme', cancelledFailure()) } });
    expect(completion(await tell(cancelled))).toEqual({ runId: 'run-2', state: 'cancelled' });
  });
});

test('whoever cancels it ends the waiting, and leaves the run alone', () =>
  played(false, async ({ tell }) => {
    const commands = await tell({ cancelWorkflow: { reason: 'a person' } });
    expect(commands.some(({ requestCancelExternalWorkflowExecution: one }) => one)).toBe(false);
    // The SDK's core answers for a run that is left alone.
    const failure = childFailure('syncTenant', 'sync/acme', cancelledFailure());
    const after = commands.some(({ cancelWorkflowExecution }) => cancelWorkflowExecution)
      ? commands
      : await tell(ended({ cancelled: { failure } }));
    expect(after.some(({ cancelWorkflowExecution }) => cancelWorkflowExecution)).toBe(true);
  }));

test('a request that the run under way has taken ends it at once', () =>
  played(true, async ({ tell }, commands) => {
    expect(signalIn(commands)).toMatchObject({ signalName: 'requestSync', workflowExecution: { workflowId: 'sync/acme' } });
    expect(completion(await tell({ resolveSignalExternalWorkflow: { seq: 1 } }))).toEqual({ runId: 'sync/acme', state: 'running' });
  }));

test('a run that takes hours is asked again each hour, as long as a blocked run waits, and then no more', () =>
  played(false, async ({ tell, anHourLater }) => {
    let asked = 0;
    for (let hour = 0; hour < 400; hour += 1) {
      const commands = await anHourLater();
      const signal = signalIn(commands);
      if (!signal) break;
      asked += 1;
      expect(fromPayload(signal.args?.[0])).toEqual(request);
      await tell({ resolveSignalExternalWorkflow: { seq: signal.seq ?? 0 } });
    }
    expect(asked).toBe(14 * 24);
    const result = { runId: 'run-2', state: 'completed' };
    expect(completion(await tell(ended({ completed: { result: toPayload(result) } })))).toEqual(result);
  }));

test('a reminder that comes too late for the run does no harm', () =>
  played(false, async ({ tell, anHourLater }) => {
    const signal = signalIn(await anHourLater());
    const failure = { message: 'not found', source: 'server', applicationFailureInfo: {} };
    const result = { runId: 'run-2', state: 'completed' };
    const commands = await tell(
      { resolveSignalExternalWorkflow: { seq: signal?.seq ?? 0, failure } },
      ended({ completed: { result: toPayload(result) } }),
    );
    expect(completion(commands)).toEqual(result);
  }));
