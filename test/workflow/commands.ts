import { cancelActivity, scheduleActivity } from './activity-commands';
import { cancelChild, startChild } from './child-commands';
import type { Execution } from './execution';
import { kindOf } from './execution';
import { nameOf } from './handler';
import type { Handler } from './handler';
import { fromPayload } from './payloads';
import type { Payload } from './payloads';
import type { Command } from './sandbox';
import type { ServerCore } from './server-core';

/** Carries out a command of workflow code. Throws for a command that these workflows do not use. */
export function obey(core: ServerCore, execution: Execution, command: Command): void {
  if (execution.ending !== null) throw new Error(`${execution.identity.workflowType} asked for ${kindOf(command)} after its end.`);
  const handler = handlers.find((handle) => handle(core, execution, command));
  if (handler === undefined) throw new Error(`${execution.identity.workflowType} asked for ${kindOf(command)}.`);
}

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
  noteMemo,
  markPatch,
  end,
];

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

function signalExternal(core: ServerCore, execution: Execution, { signalExternalWorkflowExecution: wanted }: Command): boolean {
  if (!wanted) return false;
  const { seq, signalName, args } = wanted;
  const workflowId = wanted.childWorkflowId ?? wanted.workflowExecution?.workflowId ?? '';
  execution.events += 1;
  const deliver = (): void => {
    const target = core.running(workflowId);
    const runId = wanted.workflowExecution?.runId ?? '';
    if (target === undefined || (runId !== '' && target.identity.runId !== runId)) {
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

/** A signal that is being delivered can't be cancelled. */
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

function noteMemo(_core: ServerCore, execution: Execution, { modifyWorkflowProperties: wanted }: Command): boolean {
  if (!wanted) return false;
  execution.events += 1;
  Object.assign(execution.memo, wanted.upsertedMemo?.fields ?? {});
  return true;
}

/** The server keeps a marker, and the search attribute that names it. */
function markPatch(_core: ServerCore, execution: Execution, { setPatchMarker: wanted }: Command): boolean {
  if (!wanted) return false;
  execution.events += 2;
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
