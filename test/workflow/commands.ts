import { coresdk } from '@temporalio/proto';
import type { Execution, OpenChild } from './execution';
import { kindOf } from './execution';
import { activityFailure, cancelledFailure, childFailure, fromPayload, terminatedFailure, toPayload } from './payloads';
import type { Failure, Payload } from './payloads';
import type { Command } from './sandbox';
import type { Patience, ServerCore } from './server';

/** Carries out what workflow code asks for. A command that these workflows have no use for is an error. */
export function obey(core: ServerCore, execution: Execution, command: Command): void {
  if (execution.ending !== null) throw new Error(`${execution.identity.workflowType} asked for ${kindOf(command)} after its end.`);
  const handler = handlers.find((handle) => handle(core, execution, command));
  if (handler === undefined) throw new Error(`${execution.identity.workflowType} asked for ${kindOf(command)}.`);
}

/** Of one that may continue as new, too. */
const nameOf = ({ identity: { workflowId, continuedFrom } }: Execution): string => `${workflowId} ${continuedFrom ?? ''}`;

/** Answers whether the command was its business. */
type Handler = (core: ServerCore, execution: Execution, command: Command) => boolean;

const handlers: readonly Handler[] = [
  scheduleActivity,
  cancelActivity,
  startTimer,
  cancelTimer,
  startChild,
  cancelChild,
  signalExternal,
  cancelSignal,
  answerUpdate,
  showAttributes,
  end,
];

function scheduleActivity(core: ServerCore, execution: Execution, { scheduleActivity: wanted, userMetadata }: Command): boolean {
  if (!wanted) return false;
  const { activityType, seq, cancellationType, taskQueue } = wanted;
  if (typeof activityType !== 'string' || typeof seq !== 'number') throw new Error('An activity lacks its type.');
  const call = {
    type: activityType,
    taskQueue: taskQueue ?? '',
    summary: fromPayload(userMetadata?.summary),
    input: (wanted.arguments ?? []).map(fromPayload),
    execution,
    patience: patienceOf(wanted),
  };
  core.observer.activity(call);
  execution.events += 1;
  execution.activities.set(seq, {
    type: activityType,
    waitsForCancellation: cancellationType === WAIT_FOR_CANCELLATION,
    cancelRequested: false,
  });
  const { afterMs, end: outcome } = core.activity(call);
  core.clock.after(afterMs, {
    label: `${nameOf(execution)} activity ${seq} ${JSON.stringify(outcome)}`,
    happen: () => endActivity(core, execution, seq, 'result' in outcome ? { result: outcome.result } : { failure: outcome.failure }),
    isMoot: () => !execution.activities.has(seq),
  });
  return true;
}

const patienceOf = ({ scheduleToCloseTimeout, retryPolicy }: coresdk.workflow_commands.IScheduleActivity): Patience => ({
  totalMs: msOf(scheduleToCloseTimeout),
  firstWaitMs: msOf(retryPolicy?.initialInterval),
  factor: retryPolicy?.backoffCoefficient ?? 0,
  longestWaitMs: msOf(retryPolicy?.maximumInterval),
});

const msOf = (duration: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined): number =>
  Number(duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6;

const WAIT_FOR_CANCELLATION = coresdk.workflow_commands.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

function endActivity(
  core: ServerCore,
  execution: Execution,
  seq: number,
  end: { readonly result: unknown } | { readonly failure: Failure } | 'cancelled',
): void {
  const activity = execution.activities.get(seq);
  if (activity === undefined || execution.ending !== null) return;
  execution.activities.delete(seq);
  const failed = (cause: Failure): Failure => activityFailure(activity.type, cause);
  const result =
    end === 'cancelled'
      ? { cancelled: { failure: failed(cancelledFailure()) } }
      : 'result' in end
        ? { completed: { result: toPayload(end.result) } }
        : { failed: { failure: failed(end.failure) } };
  if (!('completed' in result)) core.observer.activityFailed(execution, activity.type);
  core.tell(execution, { resolveActivity: { seq, result } }, 2);
}

function cancelActivity(core: ServerCore, execution: Execution, { requestCancelActivity: wanted }: Command): boolean {
  if (!wanted) return false;
  const seq = wanted.seq ?? 0;
  const activity = execution.activities.get(seq);
  if (activity === undefined) return true;
  execution.events += 1;
  activity.cancelRequested = true;
  // Hears of it with its next heartbeat, and may have finished by then.
  core.clock.after(activity.waitsForCancellation ? core.latencyMs() : 0, {
    label: `${nameOf(execution)} activity ${seq} cancelled`,
    happen: () => endActivity(core, execution, seq, 'cancelled'),
    isMoot: () => !execution.activities.has(seq),
  });
  return true;
}

function startTimer(core: ServerCore, execution: Execution, { startTimer: wanted }: Command): boolean {
  if (!wanted) return false;
  const seq = wanted.seq ?? 0;
  execution.events += 1;
  execution.timers.add(seq);
  core.clock.after(Number(wanted.startToFireTimeout?.seconds ?? 0) * 1000, {
    label: `${nameOf(execution)} timer ${seq}`,
    happen: () => {
      if (execution.timers.delete(seq)) core.tell(execution, { fireTimer: { seq } }, 1);
    },
    isMoot: () => !execution.timers.has(seq),
  });
  return true;
}

function cancelTimer(_core: ServerCore, execution: Execution, { cancelTimer: wanted }: Command): boolean {
  if (!wanted) return false;
  execution.events += 1;
  if (!execution.timers.delete(wanted.seq ?? 0)) throw new Error('A timer was cancelled that was not running.');
  return true;
}

function startChild(core: ServerCore, execution: Execution, { startChildWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const { seq, workflowId, workflowType } = wanted;
  if (typeof seq !== 'number' || typeof workflowId !== 'string' || typeof workflowType !== 'string')
    throw new Error('A child lacks its name.');
  const input = fromPayload(wanted.input?.[0]);
  core.observer.child(execution, { workflowId, workflowType, input });
  execution.events += 1;
  const abandoned = wanted.parentClosePolicy === ABANDON;
  const child: OpenChild = { workflowId, workflowType, execution: null, cancelRequested: false };
  execution.children.set(seq, child);
  const begin = (): void => {
    if (execution.ending !== null && !abandoned) return;
    if (core.running(workflowId) !== undefined) {
      execution.children.delete(seq);
      core.tell(execution, { resolveChildWorkflowExecutionStart: { seq, failed: { workflowId, workflowType, cause: ALREADY_EXISTS } } }, 1);
      return;
    }
    child.execution = core.start({
      workflowId,
      workflowType,
      input,
      waiting: abandoned ? null : { execution, seq },
      continuedFrom: null,
      scripted: core.scriptedChild(workflowType),
    });
    if (abandoned) execution.children.delete(seq);
    core.tell(execution, { resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: child.execution.identity.runId } } }, 1);
    if (child.cancelRequested) core.tell(child.execution, { cancelWorkflow: {} }, 1);
  };
  core.clock.after(core.latencyMs(), { label: `${nameOf(execution)} start ${seq}`, happen: begin });
  return true;
}

const ABANDON = coresdk.child_workflow.ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON;
const ALREADY_EXISTS =
  coresdk.child_workflow.StartChildWorkflowExecutionFailedCause.START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS;

function cancelChild(core: ServerCore, execution: Execution, { cancelChildWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const child = execution.children.get(wanted.childWorkflowSeq ?? 0);
  if (child === undefined) return true;
  execution.events += 2;
  child.cancelRequested = true;
  if (child.execution === null) return true;
  core.clock.after(core.latencyMs(), {
    label: `cancel ${child.workflowId}`,
    happen: () => {
      const now = core.running(child.workflowId);
      if (now !== undefined) core.tell(now, { cancelWorkflow: {} }, 1);
    },
  });
  return true;
}

function signalExternal(core: ServerCore, execution: Execution, { signalExternalWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const { seq, signalName, args } = wanted;
  const workflowId = wanted.childWorkflowId ?? wanted.workflowExecution?.workflowId ?? '';
  execution.events += 1;
  const deliver = (): void => {
    const target = core.running(workflowId);
    if (target === undefined) {
      const failure = {
        message: `Unable to signal external workflow because it was not found`,
        source: 'simulator',
        applicationFailureInfo: {},
      };
      core.tell(execution, { resolveSignalExternalWorkflow: { seq: seq ?? 0, failure } }, 1);
      return;
    }
    core.tell(target, { signalWorkflow: { signalName: signalName ?? '', input: [...(args ?? [])], identity: 'simulator' } }, 1);
    core.tell(execution, { resolveSignalExternalWorkflow: { seq: seq ?? 0 } }, 1);
  };
  core.clock.after(core.latencyMs(), { label: `${nameOf(execution)} signal ${seq ?? 0}`, happen: deliver });
  return true;
}

/** Nothing is done about a signal that is on its way. */
function cancelSignal(_core: ServerCore, _execution: Execution, { cancelSignalWorkflow: wanted }: Command): boolean {
  return Boolean(wanted);
}

function answerUpdate(core: ServerCore, execution: Execution, { updateResponse: response }: Command): boolean {
  if (!response) return false;
  const update = core.updates.get(response.protocolInstanceId ?? '');
  if (update === undefined) throw new Error('An update was answered that nobody sent.');
  execution.events += 1;
  if (response.accepted) update.state = 'accepted';
  else if (response.rejected) update.state = 'rejected';
  else {
    update.state = 'completed';
    update.answer = fromPayload(response.completed);
  }
  core.observer.update(update);
  return true;
}

function showAttributes(_core: ServerCore, execution: Execution, { upsertWorkflowSearchAttributes: wanted }: Command): boolean {
  if (!wanted) return false;
  execution.events += 1;
  Object.assign(execution.attributes, wanted.searchAttributes?.indexedFields ?? {});
  return true;
}

function end(core: ServerCore, execution: Execution, command: Command): boolean {
  const { identity } = execution;
  if (command.completeWorkflowExecution) {
    const result: Payload | null = command.completeWorkflowExecution.result ?? null;
    core.close(execution, { kind: 'completed', result });
  } else if (command.failWorkflowExecution) {
    core.close(execution, { kind: 'failed', failure: command.failWorkflowExecution.failure ?? {} });
  } else if (command.cancelWorkflowExecution) {
    core.close(execution, { kind: 'cancelled' });
  } else if (command.continueAsNewWorkflowExecution) {
    const input = fromPayload(command.continueAsNewWorkflowExecution.arguments?.[0]);
    core.close(execution, { kind: 'continued' });
    const { workflowId, workflowType } = identity;
    const next = core.start({ workflowId, workflowType, input, waiting: execution.waiting, continuedFrom: execution, scripted: null });
    const link = execution.waiting?.execution.children.get(execution.waiting.seq);
    if (link !== undefined) link.execution = next;
  } else return false;
  return true;
}

/** Tells the parent how its child ended. */
export function reportToParent(core: Pick<ServerCore, 'clock' | 'latencyMs' | 'tell'>, child: Execution): void {
  const { waiting, ending, identity } = child;
  if (waiting === null || ending === null || ending.kind === 'continued') return;
  const failed = (cause: Failure): Failure => childFailure(identity.workflowType, identity.workflowId, cause);
  const result = (): coresdk.child_workflow.IChildWorkflowResult => {
    switch (ending.kind) {
      case 'completed':
        return { completed: { result: ending.result } };
      case 'failed':
        return { failed: { failure: failed(ending.failure) } };
      case 'terminated':
        return { failed: { failure: failed(terminatedFailure()) } };
      case 'cancelled':
        return { cancelled: { failure: failed(cancelledFailure()) } };
    }
  };
  core.clock.after(core.latencyMs(), {
    label: `end ${identity.workflowId} ${JSON.stringify(ending)}`,
    happen: () => {
      waiting.execution.children.delete(waiting.seq);
      core.tell(waiting.execution, { resolveChildWorkflowExecution: { seq: waiting.seq, result: result() } }, 1);
    },
  });
}
