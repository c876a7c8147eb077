import type { Counters } from '../domain/counters';
import type { Entity } from '../domain/entity';
import type { Phase } from '../domain/operation';
import type { SyncMode, RunState } from '../domain/report';
import type { Trouble, WaitingStep } from '../domain/trouble';
import type { Undoing } from '../domain/undoing';

/**
 * The public face of the workflows: names, ids and shapes that Temporal clients and Schedules rely on. Nothing here imports the SDK, so
 * that a program can use it with nothing but `@temporalio/client`.
 */

/** Workflow type of the parent. Its argument is one `SyncRequest`. */
export const SYNC_TENANT = 'syncTenant';

export type WorkerQueue = 'workflows' | 'hubspot' | 'officernd';
/**
 * Task queues are `sync-workflows`, `sync-hubspot` and `sync-officernd`, and workflow ids begin with `sync/`. Another prefix separates
 * installations that share a namespace (B4).
 */
export const DEFAULT_QUEUE_PREFIX = 'sync';

/** One tenant has one running sync: they share this workflow id (A5). `prefix` is that of the installation's queues (B4). */
export const syncWorkflowId = (tenant: string, prefix: string = DEFAULT_QUEUE_PREFIX): string => `${prefix}/${tenant}`;

/** Workflow type of the tenant's keeper. Its argument is the tenant's name. */
export const KEEP_IN_STEP = 'keepInStep';
/** Signal to the keeper: the inbox holds hints. It has no argument. */
export const HINTS_WAITING = 'hintsWaiting';
/** Workflow id of the keeper, which starts runs for hints (T3). */
export const keepWorkflowId = (tenant: string, prefix: string = DEFAULT_QUEUE_PREFIX): string => `${syncWorkflowId(tenant, prefix)}/keep`;

/** Workflow id of a child. */
export const childWorkflowId = (
  tenant: string,
  runId: string,
  phase: RunPhase,
  entity: Entity,
  prefix: string = DEFAULT_QUEUE_PREFIX,
): string => childIdOf(syncWorkflowId(tenant, prefix), runId, phase, entity);

/** Workflow id of a child of this workflow. */
export const childIdOf = (parentId: string, runId: string, phase: RunPhase, entity: Entity): string =>
  `${parentId}/${runId}/${phase}/${entity}`;

/**
 * Workflow type that a Temporal Schedule starts. Its argument is one `SyncRequest`. It starts the tenant's own run, or hands the request to the
 * one under way, and ends as the run that it has started. So a Schedule shows the failures of its runs.
 */
export const SCHEDULED_SYNC = 'scheduledSync';

/** The tenant's own Temporal Schedule. The prefix is part of it where it is not the default one (B4). */
export const scheduleId = (tenant: string, prefix: string = DEFAULT_QUEUE_PREFIX): string =>
  prefix === DEFAULT_QUEUE_PREFIX ? `schedule/${tenant}` : `${prefix}/schedule/${tenant}`;

/** Beginning of the workflow ids that the tenant's own Schedule starts. The server appends the time. */
export const scheduledWorkflowId = (tenant: string, prefix: string = DEFAULT_QUEUE_PREFIX): string =>
  `${syncWorkflowId(tenant, prefix)}/scheduled`;

export const taskQueue = (prefix: string, queue: WorkerQueue): string => `${prefix}-${queue}`;

export interface SyncRequest {
  readonly tenant: string;
  readonly mode: SyncMode;
  /** Null means all that the tenant has configured. */
  readonly entities: readonly Entity[] | null;
  /** Distinguishes the request that started a run from those that join it. */
  readonly requestId?: string;
  /** The request must not join a run that has begun already: an approval is for a run that begins after it (P2). */
  readonly needsOwnRun?: boolean;
  /**
   * Carries out the preview with this run id and does nothing else. Its run shares its work with no other request. The mode is `full`, and
   * `entities` is an empty list: the preview's count, and a worker of an older release does nothing then.
   */
  readonly applies?: string;
  /** X3, D2: the run takes this back, and does nothing else. Its mode is `incremental`, or `preview` to write nothing. */
  readonly undoes?: Undoing;
  /**
   * T3: the run reads just the records that hints are about, and their partners. The mode is `incremental`. Where there is no earlier reading
   * to build on, it reads everything.
   */
  readonly hints?: boolean;
  /** The request that follows this one. A run that applies a preview or takes something back serves no other request, and no other run serves it. */
  readonly followedBy?: SyncRequest;
}

/** The outcome of a request (A5). */
export interface SyncTicket {
  /** The run that serves it; for `queued`, the run ahead of it. */
  readonly runId: string;
  readonly outcome: 'started' | 'joined' | 'queued';
}

/** A part of a run: the two readings, or one of the article's three phases. */
export type RunPhase = 'observe' | Phase;

/** Answer of the query `progress`. */
export interface Progress {
  readonly runId: string;
  readonly mode: SyncMode;
  /** As asked for: null means all that the tenant has configured. */
  readonly entities: readonly Entity[] | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly state: RunState;
  readonly paused: boolean;
  readonly phase: RunPhase | null;
  /** By phase and entity, for children that have ended. */
  readonly counts: Readonly<Partial<Record<RunPhase, Readonly<Partial<Record<Entity, Counters>>>>>>;
  readonly trouble: Trouble | null;
  /** Steps that wait for longer than a minute. */
  readonly waits: readonly WaitingStep[];
}

/** Result of the workflow. The report itself is in MongoDB. */
export interface SyncResult {
  readonly runId: string;
  readonly state: RunState;
}

/** The workflow itself, for the type parameters of Temporal's client. */
export type SyncTenant = (request: SyncRequest) => Promise<SyncResult>;

/** Update: ask for a sync. Joins the running one, or queues one follow-up. Use it with update-with-start. */
export const SYNC_NOW = 'syncNow';
/** Signal: the same as the update `syncNow`, without an answer. For programs that can't send updates, such as another workflow. */
export const REQUEST_SYNC = 'requestSync';
/**
 * Update: release what the brakes hold in a run that an older version has begun, and that waits for it (U4, L11). The answer is false for any
 * other run: those end with a proposal (P1).
 */
export const APPROVE = 'approve';
/** Update: stop before the next slice, until `resume`. */
export const PAUSE = 'pause';
/** Update: go on after a block or a pause. */
export const RESUME = 'resume';
/** Query: `Progress`. */
export const PROGRESS = 'progress';

/** Search attributes that a run sets where the namespace has them with these types. Its memo has the same words under the same names. */
export const searchAttributes = {
  SyncTenant: 'KEYWORD',
  SyncMode: 'KEYWORD',
  SyncPhase: 'KEYWORD',
  SyncState: 'KEYWORD',
  SyncChanged: 'INT',
  SyncConflicts: 'INT',
  SyncFailed: 'INT',
} as const;
