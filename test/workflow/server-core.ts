import type { Clock } from './clock';
import type { Ending, Execution } from './execution';
import type { Memory } from './memory';
import type { Failure } from './payloads';
import type { Activation, Command, Job, Sandbox } from './sandbox';

/** A call of an activity, as the server hands it to a worker. */
export interface ActivityCall {
  readonly type: string;
  readonly taskQueue: string;
  readonly summary: unknown;
  readonly input: readonly unknown[];
  readonly execution: Execution;
  readonly patience: Patience;
}

/** How long an activity that fails is tried again. */
export interface Patience {
  readonly totalMs: number;
}

/** The end of an activity, with all its attempts taken together. */
export interface ActivityOutcome {
  readonly afterMs: number;
  /** When it tells its workflow that it waits, if it does: before its end. */
  readonly waitsAfterMs?: number;
  readonly end: { readonly result: unknown } | { readonly failure: Failure };
}

/** An update that somebody sent. */
export interface SentUpdate {
  readonly name: string;
  readonly execution: Execution;
  /** `lost`: the workflow ended first. */
  state: 'sent' | 'accepted' | 'completed' | 'rejected' | 'sent and lost' | 'accepted and lost';
  answer: unknown;
}

/** Sees everything that the server is asked for, and may throw. */
export interface Observer {
  readonly task: (execution: Execution, activation: Activation, commands: readonly Command[]) => void;
  /** Something happens to a workflow. */
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
  /** How long something takes on its way through the server. */
  readonly latencyMs: () => number;
  /** Whether a worker that takes a task has lost the workflow from its cache. */
  readonly losesCache: () => boolean;
  readonly suggestsContinueAsNew: (execution: Execution) => boolean;
  /** How a child ends whose code is not to be at work, or null where it is. */
  readonly scriptedChild: (workflowType: string) => Ending | null;
  /**
   * Whether workflows that have ended are replayed from beginning to end, as a worker would have to that had lost its cache at any time.
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
  /** Notes what happened, as `events` events, and has a worker told. */
  readonly tell: (execution: Execution, job: Job, events: number) => void;
  readonly close: (execution: Execution, ending: Ending) => void;
  readonly updates: Map<string, SentUpdate>;
}
