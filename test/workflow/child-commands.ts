import { coresdk } from '@temporalio/proto';
import type { Execution, OpenChild } from './execution';
import { nameOf } from './handler';
import { cancelledFailure, childFailure, fromPayload, terminatedFailure } from './payloads';
import type { Failure } from './payloads';
import type { Command } from './sandbox';
import type { ServerCore } from './server-core';

export function startChild(core: ServerCore, execution: Execution, { startChildWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const { seq, workflowId, workflowType } = wanted;
  if (typeof seq !== 'number' || typeof workflowId !== 'string' || typeof workflowType !== 'string')
    throw new Error('A child lacks its name.');
  const input = fromPayload(wanted.input?.[0]);
  core.observer.child(execution, { workflowId, workflowType, input });
  execution.events += 1;
  const abandoned = wanted.parentClosePolicy === ABANDON;
  const waitsForCancellation = wanted.cancellationType === WAIT_FOR_CHILD;
  const child: OpenChild = {
    workflowId,
    workflowType,
    execution: null,
    waitsForCancellation,
    cancelRequested: false,
    isReported: false,
  };
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

const WAIT_FOR_CHILD = coresdk.child_workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED;
const ABANDON = coresdk.child_workflow.ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON;
const ALREADY_EXISTS =
  coresdk.child_workflow.StartChildWorkflowExecutionFailedCause.START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS;

export function cancelChild(core: ServerCore, execution: Execution, { cancelChildWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const child = execution.children.get(wanted.childWorkflowSeq ?? 0);
  if (child === undefined) return true;
  execution.events += 2;
  child.cancelRequested = true;
  if (!child.waitsForCancellation && !child.isReported) {
    child.isReported = true;
    const failure = childFailure(child.workflowType, child.workflowId, cancelledFailure());
    core.tell(execution, { resolveChildWorkflowExecution: { seq: wanted.childWorkflowSeq ?? 0, result: { cancelled: { failure } } } }, 0);
  }
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

/** Sends the end of a child to its parent. */
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
      const isReported = waiting.execution.children.get(waiting.seq)?.isReported === true;
      waiting.execution.children.delete(waiting.seq);
      if (!isReported) core.tell(waiting.execution, { resolveChildWorkflowExecution: { seq: waiting.seq, result: result() } }, 1);
    },
  });
}
