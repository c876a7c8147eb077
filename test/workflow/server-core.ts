import type { Clock } from './clock';
import type { Ending, Execution } from './execution';
import type { Memory } from './memory';
import type { Failure } from './payloads';
import type { Activation, Command, Job, Sandbox } from './sandbox';

/** A call of an activity. */
export interface ActivityCall {
  readonly type: string;
  readonly taskQueue: string;
  readonly summary: unknown;
  readonly input: readonly unknown[];
  readonly execution: Execution;
  readonly patience: Patience;
}

/** The times for which Temporal retries a failing activity. */
export interface Patience {
  readonly totalMs: number;
}

/** The end of an activity, with all its attempts taken together. */
export interface ActivityOutcome {
  readonly afterMs: number;
  /** The time at which it reports waiting to its workflow, before its end. Absent if it does not. */
  readonly waitsAfterMs?: number;
  readonly end: { readonly result: unknown } | { readonly failure: Failure };
}

/** An update that was sent to a workflow. */
export interface SentUpdate {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly execution: Execution;
  /** `lost` means that the workflow ended first. */
  state: 'sent' | 'accepted' | 'completed' | 'rejected' | 'sent and lost' | 'accepted and lost';
  answer: unknown;
}

/** Sees everything that happens on the server. It may throw. */
export interface Observer {
  readonly task: (execution: Execution, activation: Activation, commands: readonly Command[]) => void;
  /** A workflow will get this job. */
  readonly told: (execution: Execution, job: Job) => void;
  readonly activity: (call: ActivityCall) => void;
  readonly activityFailed: (execution: Execution, type: string) => void;
  readonly child: (
    parent: Execution,
    child: { readonly workflowId: string; readonly workflowType: string; readonly input: unknown },
  ) => void;
  readonly update: (update: SentUpdate) => void;
  readonly closed: (execution: Execution) => void;
}

export interface ServerDeps {
  readonly sandbox: Sandbox;
  /** The commands of workflow code in earlier plays. */
  readonly memory: Memory;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly activity: (call: ActivityCall) => ActivityOutcome;
  /** The time that a message needs through the server. */
  readonly latencyMs: () => number;
  /** True if a worker has lost the workflow from its cache before a task. */
  readonly losesCache: () => boolean;
  readonly suggestsContinueAsNew: (execution: Execution) => boolean;
  /** The scripted end of a child, or null if its code runs. */
  readonly scriptedChild: (workflowType: string) => Ending | null;
  /**
   * True if ended workflows are replayed from beginning to end, as a worker without a cache would do.
   */
  readonly replaysAtEnd: boolean;
}

export interface NewExecution {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly input: unknown;
  readonly waiting: Execution['waiting'];
  readonly continuedFrom: Execution | null;
  readonly scripted: Ending | null;
}

/** The parts of the server that carry out commands. */
export interface ServerCore extends ServerDeps {
  readonly running: (workflowId: string) => Execution | undefined;
  readonly start: (wanted: NewExecution) => Execution;
  /** Adds a job with `events` history events, and plans a workflow task. */
  readonly tell: (execution: Execution, job: Job, events: number) => void;
  readonly close: (execution: Execution, ending: Ending) => void;
  readonly updates: Map<string, SentUpdate>;
}
