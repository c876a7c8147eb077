import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Part } from '../domain/part-of-list';
import type { RunState } from '../domain/report';
import type { Store } from '../store/store';
import { APPROVE, DEFAULT_QUEUE_PREFIX, PAUSE, PROGRESS, RESUME, syncWorkflowId } from './runs/temporal-names';
import type { Progress, SyncRequest, SyncTicket } from '../workflows/api';
import { actorOf } from './actor';
import { approveIn } from './approve';
import type { ApprovedProposals } from './approve';
import { createDecisionVerbs } from './decisions/decision-verbs';
import type { DecisionVerbs } from './decisions/decision-verbs';
import { requestOf, sendRequest } from './runs/ask';
import type { SyncDemand } from './runs/ask';
import { endStateIn, isCancelling, isRunUnderWay } from './runs/end-state';
import { followRun } from './runs/follow-run';
import type { FollowOptions, RunOutcome } from './runs/follow-run';
import { createPreviewVerbs } from './previews';
import type { PreviewVerbs } from './previews';
import { configuredEntities } from './configured-entities';
import { createExplainVerbs } from './explain/verbs';
import type { ExplainVerbs } from './explain/verbs';
import { createExportVerbs } from './exports';
import type { ExportVerbs } from './exports';
import { findAnyRun, findUnstoredRun } from './runs/find-run';
import { untilRunEnds } from './runs/run-end';
import { reportOf } from './runs/run-report';
import type { RunReport } from './runs/run-report';
import { createUndoVerbs } from './undo';
import type { UndoVerbs } from './undo';
import { createScheduleVerbs } from './runs/schedule';
import type { ScheduleVerbs } from './runs/schedule';
import { unlessGone } from './runs/unless-gone';
import { createStandingVerbs } from './standing';
import type { StandingVerbs } from './standing';
import { untilAnswered } from './runs/until-answered';
import { endWaits, waitsOf } from './runs/waits';
import type { Wait } from './runs/waits';
import type { AskOptions } from './runs/until-answered';

export interface SyncClientOptions {
  /** Connected to the namespace that the workers serve. */
  readonly temporal: Client;
  /** Holds reports and proposals; only `report`, `approve`, `explain` and `history` need it. */
  readonly store?: Store;
  /** First part of the task queues' names and of the workflow ids (B4). @default 'sync' */
  readonly queuePrefix?: string;
}

export type { SyncDemand } from './runs/ask';

export interface ApproveOptions extends SyncOptions {
  /** Only this part of the list; the rest stays held. @default all of it */
  readonly part?: Part;
  /** The person or program that approves. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
  readonly note?: string;
}

/** The result of an approval: `released` when a run goes on that had waited for it, else as for a sync. */
export interface ApprovalOutcome extends ApprovedProposals {
  /** The run that does it; for `queued`, the run ahead of it. */
  readonly runId: string;
  readonly outcome: SyncTicket['outcome'] | 'released';
}

export interface SyncOptions extends AskOptions {
  /** Called when a cancelled run has to end first. */
  readonly onCancelled?: () => void;
}

/** Starts, watches and steers syncs from another program. Every verb may be repeated. */
export interface SyncClient extends DecisionVerbs, ExplainVerbs, ExportVerbs, PreviewVerbs, ScheduleVerbs, StandingVerbs, UndoVerbs {
  /**
   * Starts a run, joins the one that does the same work, or queues one follow-up (A5). After a cancellation it first waits for the end of
   * the cancelled run. Resolves when a worker has accepted the request.
   */
  readonly sync: (demand: SyncDemand, options?: SyncOptions) => Promise<SyncTicket>;
  /** Resolves when the run of a ticket (for `queued`, the one that follows) has ended or waits for a person. */
  readonly wait: (tenant: string, ticket: SyncTicket, options?: FollowOptions) => Promise<RunOutcome>;
  /** The progress of the run under way; null when there is none. Throws when no worker answers within five seconds. */
  readonly progress: (tenant: string) => Promise<Progress | null>;
  /** Whether a run is under way. Only the server is asked, so no worker is needed. */
  readonly isRunning: (tenant: string) => Promise<boolean>;
  /** The id of the run under way, or null. */
  readonly runningId: (tenant: string) => Promise<string | null>;
  /**
   * How a run ended, according to Temporal; null while it has not, or when Temporal no longer knows it. A run that was terminated could not
   * store its end.
   */
  readonly endState: (tenant: string, runId: string) => Promise<RunState | null>;
  /**
   * Approves a proposal, or all that a run ended with (P2). Starts or queues a run that does what it would still plan of them. A run of an
   * older version that waits for it goes on. Throws `ApprovalRefusedError`. Needs the store.
   * @param id of the proposal or of the run, or its beginning; null for the only proposal that waits
   */
  readonly approve: (tenant: string, id: string | null, options?: ApproveOptions) => Promise<ApprovalOutcome>;
  /** Stops before the next slice. False when no run is under way. */
  readonly pause: (tenant: string, options?: AskOptions) => Promise<boolean>;
  /**
   * Steps of the run under way that wait by themselves, for example for a vendor that is down or a limit. Empty when no step waits, or no
   * run is under way.
   */
  readonly waits: (tenant: string) => Promise<readonly Wait[]>;
  /** Ends a block or a pause, and makes steps that wait by themselves try again at once. False when there was nothing to do. */
  readonly resume: (tenant: string, options?: AskOptions) => Promise<boolean>;
  /** Asks the run to stop between two records and to write its report. False when no run is under way. */
  readonly cancel: (tenant: string) => Promise<boolean>;
  /** Resolves at once; or, when the run under way has been cancelled, at its end. */
  readonly untilCancelled: (tenant: string, options?: SyncOptions) => Promise<void>;
  /**
   * A run's report, by default the newest run's. While the run has written none, it is made from what is known so far. Null when there is
   * no such run. Throws when nothing of the run is stored and no worker answers within five seconds.
   */
  readonly report: (tenant: string, runId?: string) => Promise<RunReport | null>;
}

/**
 * A client for one namespace. It only adds convenience to Temporal's own client, with which a sync is
 *
 * ```ts
 * const request = { tenant: 'acme', mode: 'full', entities: null, requestId: randomUUID() };
 * const startWorkflowOperation = new WithStartWorkflowOperation('syncTenant', {
 *   workflowId: 'sync/acme', taskQueue: 'sync-workflows', workflowIdConflictPolicy: 'USE_EXISTING', args: [request],
 * });
 * const { runId, outcome } = await client.workflow.executeUpdateWithStart('syncNow', { args: [request], startWorkflowOperation });
 * await client.workflow.getHandle('sync/acme', runId).query('progress');
 * ```
 */
export function createSyncClient({ temporal, store, queuePrefix = DEFAULT_QUEUE_PREFIX }: SyncClientOptions): SyncClient {
  const idOf = (tenant: string) => syncWorkflowId(tenant, queuePrefix);
  const handleOf = (tenant: string) => temporal.workflow.getHandle(idOf(tenant));

  const runningId = async (tenant: string): Promise<string | null> => {
    const description = await unlessGone(() => handleOf(tenant).describe());
    return description !== null && isRunUnderWay(description) ? description.runId : null;
  };

  const progress = async (tenant: string): Promise<Progress | null> => {
    if ((await runningId(tenant)) === null) return null;
    return unlessGone(() => temporal.withDeadline(Date.now() + ANSWER_MS, () => handleOf(tenant).query<Progress>(PROGRESS)));
  };

  /** Sends an update to the run under way; null when there is none. The id makes it safe to repeat. */
  const ask = async <Answer>(
    tenant: string,
    options: AskOptions,
    question: (handle: WorkflowHandle, updateId: string) => Promise<Answer>,
  ): Promise<Answer | null> => {
    if ((await runningId(tenant)) === null) return null;
    const updateId = randomUUID();
    return unlessGone(() => untilAnswered(temporal, options, () => question(handleOf(tenant), updateId)));
  };

  /** A cancelled run would accept a request, and then end without doing it. */
  const untilCancelled: SyncClient['untilCancelled'] = async (tenant, { signal = new AbortController().signal, onCancelled } = {}) => {
    const description = await untilAnswered(temporal, { signal }, () => unlessGone(() => handleOf(tenant).describe()));
    if (description === null || !isCancelling(description)) return;
    onCancelled?.();
    await untilRunEnds(temporal, { workflowId: idOf(tenant), runId: description.runId, signal });
  };

  const request = async (
    demand: SyncDemand,
    options: SyncOptions,
    more: Pick<SyncRequest, 'needsOwnRun' | 'applies'> = {},
  ): Promise<SyncTicket> => {
    const { tenant } = demand;
    await untilCancelled(tenant, options);
    const asked: SyncRequest & { readonly requestId: string } = { ...requestOf(demand), ...more };
    const { requestId } = asked;
    // An attempt whose answer was lost may have started a run, which may even be over by now. Look for its answer before sending again.
    const answerOfEarlier = () => unlessGone(() => handleOf(tenant).getUpdateHandle<SyncTicket>(requestId).result());
    return untilAnswered(
      temporal,
      options,
      async (attempt) => (attempt === 0 ? null : await answerOfEarlier()) ?? sendRequest(temporal, queuePrefix, asked),
    );
  };

  return {
    ...createDecisionVerbs(store),
    ...createExplainVerbs(store),
    ...createPreviewVerbs({ store, request }),
    ...createScheduleVerbs({ temporal, store, queuePrefix }),
    ...createStandingVerbs({ temporal, store, queuePrefix, runningId, progress }),
    ...createUndoVerbs({ store, request }),
    sync: (demand, options = {}) => request(demand, options),
    wait: (tenant, ticket, options = {}) => followRun(temporal, idOf(tenant), ticket, options),
    progress,
    isRunning: async (tenant) => (await runningId(tenant)) !== null,
    runningId,
    endState: (tenant, runId) => endStateIn(temporal, idOf(tenant), runId),
    approve: async (tenant, id, { by = actorOf(), note, part, ...options } = {}) => {
      if (store === undefined) throw new Error('This client has no store, and approvals are kept there; give createSyncClient a store.');
      const release = (handle: WorkflowHandle, updateId: string) =>
        handle.executeUpdate<boolean, [string]>(APPROVE, { args: [id ?? ''], updateId });
      const isUnderWay = id !== null && (await runningId(tenant)) === id;
      if (isUnderWay && part === undefined && (await ask(tenant, options, release)) === true)
        return { proposals: [], operations: 0, runId: id, outcome: 'released' };
      const said = { by, note: note ?? null, at: new Date() };
      const { demand, ...approved } = await approveIn(store, tenant, { id, isUnderWay }, said, part);
      return { ...approved, ...(await request({ tenant, ...demand }, options, { needsOwnRun: true })) };
    },
    pause: async (tenant, options = {}) =>
      (await ask(tenant, options, (handle, updateId) => handle.executeUpdate(PAUSE, { updateId }).then(() => true))) ?? false,
    waits: async (tenant) => (await unlessGone(() => waitsOf(temporal, idOf(tenant)))) ?? [],
    resume: async (tenant, options = {}) => {
      const resumed = (await ask(tenant, options, (handle, updateId) => handle.executeUpdate<boolean, []>(RESUME, { updateId }))) ?? false;
      const hurried = (await unlessGone(() => endWaits(temporal, idOf(tenant)))) ?? 0;
      return resumed || hurried > 0;
    },
    cancel: async (tenant) => {
      if ((await runningId(tenant)) === null) return false;
      return (await unlessGone(() => handleOf(tenant).cancel())) !== null;
    },
    untilCancelled,
    ...createExportVerbs({ store, isRunning: async (tenant) => (await runningId(tenant)) !== null }),
    report: async (tenant, runId) => {
      if (store === undefined) throw new Error('This client has no store, and reports are kept there; give createSyncClient a store.');
      const kept = store.forTenant(tenant);
      const configured = (await configuredEntities(store, tenant)) ?? [];
      const found = await findAnyRun(kept, runId, () => findUnstoredRun({ runningId, progress }, kept, { tenant, configured }));
      return found === null ? null : reportOf(idOf(tenant), tenant, found);
    },
  };
}

/** A worker answers a query from its memory: quickly, or not at all. */
const ANSWER_MS = 5_000;
