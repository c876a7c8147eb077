import type { ChildWorkflowHandle, WorkflowInfo } from '@temporalio/workflow';
import type { Finished, RunRef } from '../activities/api';
import type { Counters } from '../domain/counters';
import type { Entity } from '../domain/entity';
import type { Phase } from '../domain/operation';
import type { RunState } from '../domain/report';
import type { Trouble } from '../domain/trouble';
import type { Progress, RunPhase, SyncRequest } from './api';
import { showProgress } from './audit';
import type { Showing } from './showing';
import type { ActivityTimes, ChildInput, ChildResult } from './steps';

/** A run waits this long for a person, then it closes as it is. */
export const LONGEST_WAIT_FOR_PERSON = '14 days';

/** The state of a run in its workflow. Everything else is in MongoDB. */
export interface Status {
  state: RunState;
  paused: boolean;
  /** How often it was paused or resumed. */
  pauseTurns: number;
  /** Settles when the children know of the last pause or resumption. */
  childrenTold: Promise<unknown>;
  /** Nothing is left to do but the report. */
  onlyReportLeft: boolean;
  phase: RunPhase | null;
  trouble: Trouble | null;
  /** Waits that end by themselves, but not soon, by step. */
  readonly waits: Map<string, Trouble>;
  counts: { [phase in RunPhase]?: { [entity in Entity]?: Counters } };
  /** Known when the report has been written. */
  sums: Finished;
  /** Phases and entities with operations that a brake holds (P1). */
  held: { readonly phase: Phase; readonly entity: Entity }[];
  /** Whether the run waits for an approval, as runs of older versions do. */
  awaitsApproval: boolean;
  approved: boolean;
  resumed: boolean;
  /** Whether it was a person who resumed it, rather than a request that came in meanwhile (S1). */
  resumedByPerson: boolean;
  followUp: SyncRequest | null;
}

/** A run at work: its references, its state, and its children that are running or about to start. */
export interface RunInProgress {
  readonly ref: RunRef;
  readonly workflowId: string;
  readonly entities: SyncRequest['entities'];
  readonly startedAt: Date;
  /** Known when the run has been prepared. */
  times: ActivityTimes;
  /** Known soon after the start. */
  showing: Showing;
  readonly status: Status;
  readonly children: Map<string, Promise<ChildWorkflowHandle<Child>>>;
}

/** Workflow of a phase and entity. */
export type Child = (input: ChildInput) => Promise<ChildResult>;

/** The state of a run that has yet to begin. */
export const newRun = (
  { tenant, mode, entities, followedBy }: SyncRequest,
  { runId, workflowId, startTime }: Pick<WorkflowInfo, 'runId' | 'workflowId' | 'startTime'>,
  showing: Showing,
): RunInProgress => ({
  ref: { tenant, runId, mode },
  workflowId,
  entities,
  startedAt: startTime,
  times: {},
  showing,
  status: {
    state: 'running',
    paused: false,
    pauseTurns: 0,
    childrenTold: Promise.resolve(),
    onlyReportLeft: false,
    phase: null,
    trouble: null,
    waits: new Map(),
    counts: {},
    sums: { changed: 0, conflicts: 0, failed: 0 },
    held: [],
    awaitsApproval: false,
    approved: false,
    resumed: false,
    resumedByPerson: false,
    followUp: followedBy ?? null,
  },
  children: new Map(),
});

/** Answer of the query `progress`. */
export const progressOf = ({ ref, entities, startedAt, status }: RunInProgress): Progress => ({
  runId: ref.runId,
  mode: ref.mode,
  entities,
  startedAt: startedAt.toISOString(),
  state: status.state,
  paused: status.paused,
  phase: status.phase,
  counts: status.counts,
  trouble: status.trouble,
  waits: [...status.waits].map(([step, trouble]) => ({ step, trouble })),
});

/** Shows in the Temporal UI where the run is. */
export const show = (run: RunInProgress): void => showProgress(run.ref.tenant, progressOf(run), run.status.sums, run.showing);
