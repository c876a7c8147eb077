import { Script } from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { coresdk } from '@temporalio/proto';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface';
import type { WorkflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../../workflows/api';
import { createMachine } from './machine';
import type { Machine } from './machine';
import { toPayload } from './payloads';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** The input of workflow code in one workflow task. */
export interface Activation {
  readonly atMs: number;
  readonly jobs: readonly Job[];
  readonly historyLength: number;
  readonly continueAsNewSuggested: boolean;
}

export interface Identity {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly parent: { readonly workflowId: string; readonly runId: string } | null;
  readonly continuedFrom: string | null;
}

/** Running workflow code, as in a worker's cache. */
export interface SandboxedWorkflow {
  /** Throws when the code fails its task. Our workflows must never do so. */
  readonly activate: (activation: Activation, isReplaying: boolean) => Promise<readonly Command[]>;
  readonly dispose: () => Promise<void>;
}

export interface Sandbox {
  readonly load: (identity: Identity) => Promise<SandboxedWorkflow>;
}

const FILENAME = 'workflow-bundle.js';
const NAMESPACE = 'default';
export const TASK_QUEUE = 'sync-workflows';
/** The SDK flags that a history has from its first task, as far as they concern this code. */
const SDK_FLAGS = [1, 2];

/**
 * Temporal's own sandbox for workflow code, without a worker and a server. The activator, interceptors and virtual machine are those of
 * production. Each workflow in memory has a virtual machine of its own, which is much faster than sharing one.
 * @param attributes the search attributes that the namespace has
 * @param answerOf what a local activity returns. @default those attributes, since runs have no other
 */
export function createSandbox(
  code: string,
  attributes: readonly string[] = Object.keys(searchAttributes),
  answerOf: (activity: string) => unknown = () => attributes,
): Sandbox {
  const script = new Script(code, { filename: FILENAME });
  // Only stack trace queries need a source map, and nobody sends them here.
  const bundle = { code, filename: FILENAME, sourceMap: { version: 3, file: FILENAME, sources: [], names: [], mappings: '' } };
  const idle: Machine[] = [];

  return {
    load: async (identity) => {
      const machine = idle.pop() ?? createMachine(script, bundle);
      const workflow = await machine.begin({ info: infoOf(identity), randomnessSeed: [1], now: 0, showStackTraceSources: false });
      return {
        activate: (activation, isReplaying) =>
          takeTask((one) => activate(workflow, identity.runId, one, isReplaying), activation, answerOf),
        dispose: async () => {
          await workflow.dispose();
          idle.push(machine);
        },
      };
    },
  };
}

/** The SDK's core runs a local activity within the workflow task that asks for it. Its commands are left out. */
async function takeTask(
  once: (activation: Activation) => Promise<readonly Command[]>,
  activation: Activation,
  answerOf: (activity: string) => unknown,
): Promise<readonly Command[]> {
  const commands = await once(activation);
  const resultOf = (activity: string) => ({ completed: { result: toPayload(answerOf(activity)) } });
  const answers = commands.flatMap(({ scheduleLocalActivity: asked }): Job[] =>
    asked ? [{ resolveActivity: { seq: asked.seq ?? 0, result: resultOf(asked.activityType ?? ''), isLocal: true } }] : [],
  );
  if (answers.length === 0) return commands;
  const others = commands.filter(({ scheduleLocalActivity }) => !scheduleLocalActivity);
  return [...others, ...(await takeTask(once, { ...activation, jobs: answers }, answerOf))];
}

async function activate(
  workflow: Workflow,
  runId: string,
  { atMs, jobs, historyLength, continueAsNewSuggested }: Activation,
  isReplaying: boolean,
): Promise<readonly Command[]> {
  const activation = {
    runId,
    timestamp: msToTs(atMs),
    isReplaying,
    historyLength,
    continueAsNewSuggested,
    availableInternalFlags: [...SDK_FLAGS],
    jobs: [...jobs],
  };
  // For queries, the SDK itself does not turn its input into instances.
  const isQuery = jobs.some(({ queryWorkflow }) => queryWorkflow);
  const { WorkflowActivation } = coresdk.workflow_activation;
  const { successful, failed } = await workflow.activate(isQuery ? WorkflowActivation.fromObject(activation) : activation);
  if (failed)
    throw new Error(`The workflow task failed: ${failed.failure?.message ?? 'for an unknown reason'}\n${failed.failure?.stackTrace ?? ''}`);
  return successful?.commands ?? [];
}

const never = (): never => {
  throw new Error('The sandbox provides this itself.');
};

const infoOf = ({ workflowId, runId, workflowType, parent, continuedFrom }: Identity): WorkflowInfo => ({
  workflowId,
  runId,
  workflowType,
  ...(parent !== null && { parent: { ...parent, namespace: NAMESPACE } }),
  ...(continuedFrom !== null && { continuedFromExecutionRunId: continuedFrom }),
  searchAttributes: {},
  typedSearchAttributes: new TypedSearchAttributes(),
  taskQueue: TASK_QUEUE,
  namespace: NAMESPACE,
  historyLength: 3,
  historySize: 0,
  continueAsNewSuggested: false,
  targetWorkerDeploymentVersionChanged: false,
  firstExecutionRunId: continuedFrom ?? runId,
  originalExecutionRunId: runId,
  attempt: 1,
  startTime: new Date(0),
  runStartTime: new Date(0),
  taskTimeoutMs: 10_000,
  unsafe: { now: never, isReplaying: false, isReplayingHistoryEvents: false, random: { random: never, uuid4: never, fillRandom: never } },
});
