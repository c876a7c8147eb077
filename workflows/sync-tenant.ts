import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Finished, Prepared, RunRef } from '../activities/api';
import { addCounters } from '../domain/counters';
import type { Counters } from '../domain/counters';
import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { Phase } from '../domain/operation';
import type { RunState } from '../domain/report';
import { APPROVE, PAUSE, PROGRESS, REQUEST_SYNC, RESUME, SYNC_NOW, childWorkflowId, syncWorkflowId } from './api';
import type { Progress, RunPhase, SyncRequest, SyncResult, SyncTicket } from './api';
import type { Trouble } from '../domain/trouble';
import { showProgress, titleOfChild } from './audit';
import { blockedTrouble, troubleOf } from './failures';
import { linkEntity, observeEntity, setPaused, unlinkEntity, updateEntity } from './phase-children';
import { allOf, hubspotActivities, officerndActivities, whenNot } from './steps';
import type { ChildInput, ChildResult } from './steps';

export const syncNow = defineUpdate<SyncTicket, [SyncRequest]>(SYNC_NOW);
export const requestSync = defineSignal<[SyncRequest]>(REQUEST_SYNC);
export const approve = defineUpdate<boolean, [string]>(APPROVE);
export const pause = defineUpdate<void>(PAUSE);
export const resume = defineUpdate<boolean>(RESUME);
export const progressQuery = defineQuery<Progress>(PROGRESS);

/** A run waits this long for a person before it closes as it is. */
const PATIENCE = '14 days';

/** What a run knows about itself; everything else is in MongoDB. */
interface Status {
  state: RunState;
  paused: boolean;
  /** How often it was paused or went on. */
  pauseTurns: number;
  /** Settles when the children know of the last of them. */
  telling: Promise<unknown>;
  /** There is nothing left to do but the report. */
  over: boolean;
  phase: RunPhase | null;
  trouble: Trouble | null;
  counts: { [phase in RunPhase]?: { [entity in Entity]?: Counters } };
  /** Known when the report has been written. */
  sums: Finished;
  /** Phases and entities with operations that wait for approval (U4, L11). */
  held: { readonly phase: Phase; readonly entity: Entity }[];
  approved: boolean;
  resumed: boolean;
  followUp: SyncRequest | null;
}

/** A run at work: its references, what it knows, and the children that are running or about to. */
interface RunInProgress {
  readonly ref: RunRef;
  readonly workflowId: string;
  readonly status: Status;
  readonly children: Map<string, Promise<ChildWorkflowHandle<Child>>>;
}

/**
 * One run for one tenant: read both sides, then the article's three phases (architecture.md §2). Its id is `sync/<tenant>`, so a tenant has
 * at most one at a time (A5). It waits, rather than fails, when only a person can help.
 */
export async function syncTenant(request: SyncRequest): Promise<SyncResult> {
  const { runId, workflowId } = workflowInfo();
  if (workflowId !== syncWorkflowId(request.tenant)) return forward(request);
  const run: RunInProgress = {
    ref: { tenant: request.tenant, runId, mode: request.mode },
    workflowId,
    status: {
      state: 'running',
      paused: false,
      pauseTurns: 0,
      telling: Promise.resolve(),
      over: false,
      phase: null,
      trouble: null,
      counts: {},
      sums: { changed: 0, conflicts: 0, failed: 0 },
      held: [],
      approved: false,
      resumed: false,
      followUp: null,
    },
    children: new Map(),
  };
  listen(request, run);
  show(run);
  const failure = await runToItsEnd(request, run);
  Object.assign(run.status, { phase: null, paused: false, over: true });
  await CancellationScope.nonCancellable(async () => {
    await finish(run);
    // Whoever asked for something at the last moment has an answer before the run ends.
    await condition(allHandlersFinished);
  });
  if (run.status.followUp !== null && run.status.state !== 'cancelled') await continueAsNew<typeof syncTenant>(run.status.followUp);
  if (failure !== null) throw failure;
  return { runId, state: run.status.state };
}

/**
 * A Schedule gives each workflow that it starts an id of its own. Such a one hands its request to the tenant's own workflow, which it starts or
 * tells, and ends: two runs of one tenant at a time would undo each other's work (A5).
 */
async function forward(request: SyncRequest): Promise<SyncResult> {
  const workflowId = syncWorkflowId(request.tenant);
  for (;;) {
    try {
      const { firstExecutionRunId } = await startChild(syncTenant, {
        workflowId,
        args: [request],
        parentClosePolicy: 'ABANDON',
        staticSummary: `OfficeRnD ↔ HubSpot: ${request.tenant}`,
      });
      return { runId: firstExecutionRunId, state: 'running' };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      await getExternalWorkflowHandle(workflowId).signal(requestSync, request);
      return { runId: workflowId, state: 'running' };
    } catch (error) {
      // The run ended before it could be told, so there is room for one again.
      if (isCancellation(error)) throw error;
    }
  }
}

/** Answers the failure that the workflow has to end with, or null. */
async function runToItsEnd(request: SyncRequest, run: RunInProgress): Promise<Error | null> {
  const { status, ref, workflowId } = run;
  try {
    const prepared = await whenUnblocked(run, () =>
      hubspotActivities('Read configuration and definitions').prepareRun({ ...ref, entities: request.entities, workflowId }),
    );
    await runPhases(run, prepared);
    if (status.held.length > 0) await askForApproval(run, prepared);
    if (status.state === 'running') status.state = 'completed';
    return null;
  } catch (error) {
    status.state = isCancellation(error) ? 'cancelled' : 'failed';
    status.trouble = status.state === 'failed' ? troubleOf(error) : null;
    return error instanceof Error ? error : new Error('The run failed for an unknown reason.');
  }
}

async function runPhases(run: RunInProgress, { entities }: Prepared): Promise<void> {
  await inParallel(run, 'observe', observeEntity, entities);
  await inParallel(run, 'unlink', unlinkEntity, entities);
  await linkAndUpdate(run, entities, []);
}

/** Links in dependency order (L9), then updates. `approved` entities first create what a person has released. */
async function linkAndUpdate(run: RunInProgress, entities: readonly Entity[], approved: readonly Entity[]): Promise<void> {
  for (const entity of allEntities) {
    if (entities.includes(entity)) await runChild(run, 'link', linkEntity, entity, approved.includes(entity) ? 'approved' : undefined);
  }
  await inParallel(run, 'update', updateEntity, entities);
}

/** Runs one child an entity, all at the same time. */
async function inParallel(run: RunInProgress, phase: RunPhase, child: Child, entities: readonly Entity[]): Promise<void> {
  await allOf(entities.map((entity) => runChild(run, phase, child, entity)));
}

type Child = (input: ChildInput) => Promise<ChildResult>;

async function runChild(run: RunInProgress, phase: RunPhase, child: Child, entity: Entity, step?: string): Promise<void> {
  const { status } = run;
  status.phase = phase;
  show(run);
  const { counters, applied } = await whenUnblocked(run, () => executeOne(run, phase, child, entity, step));
  const before = status.counts[phase]?.[entity];
  status.counts[phase] = { ...status.counts[phase], [entity]: { ...addCounters(before ?? {}, counters), ...applied } };
  if ((phase === 'unlink' || phase === 'link') && (counters['held'] ?? 0) > 0) status.held.push({ phase, entity });
  show(run);
}

async function executeOne(
  { ref, children }: RunInProgress,
  phase: RunPhase,
  child: Child,
  entity: Entity,
  step: string | undefined,
): Promise<ChildResult> {
  const workflowId = childWorkflowId(ref.tenant, ref.runId, phase, entity);
  const at = step === undefined ? {} : { at: { step, cursor: null, counters: {} } };
  const started = startChild(child, {
    workflowId,
    args: [{ ...ref, entity, ...at }],
    ...titleOfChild(phase, entity),
    parentClosePolicy: 'REQUEST_CANCEL',
  });
  children.set(workflowId, started);
  try {
    return await (await started).result();
  } finally {
    children.delete(workflowId);
  }
}

/** Repeats what only a person can mend, each time somebody asks for it: nothing is lost by trying again, since every step can be repeated. */
async function whenUnblocked<T>(run: RunInProgress, attempt: () => Promise<T>): Promise<T> {
  const { status, ref } = run;
  for (;;) {
    await whenNot(() => status.paused);
    try {
      return await attempt();
    } catch (error) {
      const trouble = blockedTrouble(error);
      if (trouble === null) throw error;
      status.resumed = false;
      status.state = 'blocked';
      status.trouble = trouble;
      show(run);
      await hubspotActivities('Note that the run is blocked').noteState({ ...ref, state: 'blocked', trouble });
      if (!(await condition(() => status.resumed, PATIENCE))) throw error;
      status.state = 'running';
      status.trouble = null;
      show(run);
      await hubspotActivities('Note that the run goes on').noteState({ ...ref, state: 'running', trouble: null });
    }
  }
}

/** Reports what is held, waits for approval, and then does it and what follows from it. Another request ends the waiting: it plans afresh. */
async function askForApproval(run: RunInProgress, prepared: Prepared): Promise<void> {
  const { status, ref } = run;
  status.state = 'needs-approval';
  await finish(run);
  show(run);
  await condition(() => status.approved || status.followUp !== null, PATIENCE);
  if (!status.approved) return;
  const held = status.held.splice(0);
  for (const { phase, entity } of held) {
    status.counts[phase] = { ...status.counts[phase], [entity]: { ...status.counts[phase]?.[entity], held: 0 } };
  }
  status.state = 'running';
  show(run);
  await officerndActivities('Release what was approved').releaseHeld(ref);
  const ofPhase = (phase: Phase) => held.filter((item) => item.phase === phase).map(({ entity }) => entity);
  for (const entity of ofPhase('unlink')) await runChild(run, 'unlink', unlinkEntity, entity, 'apply');
  await linkAndUpdate(run, prepared.entities, ofPhase('link'));
  status.approved = false;
  if (status.held.length > 0) await askForApproval(run, prepared);
}

async function finish(run: RunInProgress): Promise<void> {
  const { ref, workflowId, status } = run;
  const { state, trouble } = status;
  const counts: Record<string, Record<string, Counters>> = {};
  for (const [phase, byEntity] of Object.entries(status.counts)) counts[phase] = { ...byEntity };
  status.sums = await hubspotActivities('Write the report').finishRun({ ...ref, workflowId, state, trouble, counts });
  show(run);
}

function listen(request: SyncRequest, run: RunInProgress): void {
  const { status, ref } = run;
  let unclaimed = true;
  setHandler(progressQuery, () => progressOf(run));
  const take = (asked: SyncRequest): SyncTicket => {
    const starts = unclaimed && asked.requestId !== undefined && asked.requestId === request.requestId;
    unclaimed = false;
    if (starts) return { runId: ref.runId, outcome: 'started' };
    status.resumed = true;
    if (status.state !== 'needs-approval' && sameWork(asked, request)) return { runId: ref.runId, outcome: 'joined' };
    status.followUp = { ...asked, tenant: ref.tenant };
    return { runId: ref.runId, outcome: 'queued' };
  };
  setHandler(syncNow, take);
  setHandler(requestSync, (asked) => void take(asked));
  setHandler(approve, (runId) => {
    if (runId !== ref.runId || status.state !== 'needs-approval') return false;
    status.approved = true;
    return true;
  });
  setHandler(pause, () => setPause(run, true));
  setHandler(resume, async () => {
    const waited = status.state === 'blocked' || status.paused;
    status.resumed = true;
    await setPause(run, false);
    return waited;
  });
}

async function setPause(run: RunInProgress, paused: boolean): Promise<void> {
  const { status, children } = run;
  if (status.over) return;
  if (status.paused !== paused) {
    status.paused = paused;
    status.pauseTurns += 1;
    const turn = status.pauseTurns;
    show(run);
    // A child that has yet to start is told as soon as it has, and one that is about to be cancelled, too, so that nothing begins once this is answered.
    status.telling = CancellationScope.nonCancellable(() =>
      Promise.allSettled([...children.values()].map(async (started) => (await started).signal(setPaused, paused, turn))),
    );
  }
  // Who asks for what another has asked for waits as long.
  await status.telling;
}

/** A request for the same work is served by the run that is under way; an entity more or another mode is not. */
const sameWork = (one: SyncRequest, other: SyncRequest): boolean =>
  one.mode === other.mode && JSON.stringify(one.entities) === JSON.stringify(other.entities);

const progressOf = ({ ref, status }: RunInProgress): Progress => ({
  runId: ref.runId,
  mode: ref.mode,
  state: status.state,
  paused: status.paused,
  phase: status.phase,
  counts: status.counts,
  trouble: status.trouble,
});

const show = (run: RunInProgress): void => showProgress(run.ref.tenant, progressOf(run), run.status.sums);
