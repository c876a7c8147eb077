import { hash } from 'node:crypto';
import { rankOf } from './execution';
import type { Execution } from './execution';
import { fromPayload } from './payloads';
import type { Failure, Payload } from './payloads';
import type { Activation, Job } from './sandbox';

/**
 * The differences between interleavings. For each workflow of a play, its tasks count in their order, and in each task the jobs in theirs.
 * Jobs are results of activities, timers and children, signals, updates, cancellation, and the suggestion to continue as new. Of contents,
 * the kind of an ending, the names and the flags count. A number counts as none, or some. The order of tasks of workflows that can't know of
 * each other does not count. Neither does the moment when a worker lost its cache.
 */
export interface Interleaving {
  /** Notes a job that a workflow will get with its next task. */
  readonly told: (execution: Execution, job: Job) => void;
  readonly task: (execution: Execution, activation: Activation) => void;
  /** A fingerprint of the play's place and its possible next events. Workflow code is deterministic, so equal places have equal futures. */
  readonly standing: (due: readonly string[]) => number;
  /** A hash of 48 bits. If two are equal by accident, the number of different interleavings is too small, never too large. */
  readonly fingerprint: () => number;
  /** The interleaving as text for people. */
  readonly story: () => string;
}

export function createInterleaving(scene: string): Interleaving {
  const tasks = new Map<string, string>();
  const news = new Map<string, News[]>();
  const textOfTasks = (): string =>
    [scene, ...[...tasks.keys()].sort().map((workflowId) => `${workflowId}:${tasks.get(workflowId) ?? ''}`)].join('\n');
  const inWords = (runId: string): string =>
    (news.get(runId) ?? [])
      .toSorted((one, other) => one.rank - other.rank)
      .map(({ label }) => label)
      .join();
  return {
    told: ({ identity: { runId } }, job) => {
      const told = { label: labelOf(job), rank: rankOf(job) };
      const known = news.get(runId);
      if (known === undefined) news.set(runId, [told]);
      else known.push(told);
    },
    task: ({ identity: { workflowId, runId } }, { continueAsNewSuggested }) => {
      tasks.set(workflowId, `${tasks.get(workflowId) ?? ''}${continueAsNewSuggested ? '!' : ''}${inWords(runId)};`);
      news.delete(runId);
    },
    standing: (due) => {
      const unread = [...news.keys()].sort().map((runId) => `${runId}:${inWords(runId)}`);
      return numberOf([textOfTasks(), ...unread, ...due.toSorted()].join('\n'));
    },
    fingerprint: () => numberOf(textOfTasks()),
    story: () => [...tasks].map(([workflowId, text]) => `  ${workflowId}: ${text}`).join('\n'),
  };
}

interface News {
  readonly label: string;
  readonly rank: number;
}

const numberOf = (text: string): number => hash('sha1', text, 'buffer').readUIntBE(0, 6);

function labelOf(job: Job): string {
  if (job.resolveActivity) return `activity ${job.resolveActivity.seq} ${endingOf(job.resolveActivity.result)}`;
  if (job.resolveChildWorkflowExecution) {
    return `child ${job.resolveChildWorkflowExecution.seq} ${endingOf(job.resolveChildWorkflowExecution.result)}`;
  }
  if (job.resolveChildWorkflowExecutionStart) {
    const { seq, succeeded } = job.resolveChildWorkflowExecutionStart;
    return `start ${seq} ${succeeded ? 'good' : 'bad'}`;
  }
  if (job.resolveSignalExternalWorkflow) {
    return `signalled ${job.resolveSignalExternalWorkflow.seq} ${job.resolveSignalExternalWorkflow.failure ? 'bad' : 'good'}`;
  }
  // Two pauses differ in their number.
  if (job.signalWorkflow) return `${job.signalWorkflow.signalName} ${textOf(job.signalWorkflow.input, Number)}`;
  if (job.doUpdate) return `${job.doUpdate.name} ${textOf(job.doUpdate.input)}`;
  if (job.fireTimer) return `timer ${job.fireTimer.seq}`;
  return Object.keys(job).join();
}

interface AnyEnding {
  readonly completed?: { readonly result?: Payload | null } | null;
  readonly failed?: { readonly failure?: Failure | null } | null;
}

function endingOf(ending: AnyEnding | null | undefined): string {
  if (ending?.completed) return textOf([ending.completed.result ?? {}]);
  return ending?.failed ? `failed: ${rootMessage(ending.failed.failure ?? {})}` : 'cancelled';
}

const rootMessage = ({ cause, message }: Failure): string => (cause ? rootMessage(cause) : (message ?? ''));

/**
 * Contents as far as workflow code can use them: without the size of a number, and without names that are given by number.
 */
const textOf = (payloads: readonly Payload[] | null | undefined, ofNumber: (value: number) => number = Math.sign): string =>
  (payloads ?? [])
    .map((payload) => (payload.metadata ? JSON.stringify(fromPayload(payload), (_key, value: unknown) => roughly(value, ofNumber)) : ''))
    .join();

function roughly(value: unknown, ofNumber: (value: number) => number): unknown {
  if (typeof value === 'number') return ofNumber(value);
  return typeof value === 'string' ? value.replace(/\d+/g, '#') : value;
}
