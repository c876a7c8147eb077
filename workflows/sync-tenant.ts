import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { Prepared } from '../activities/api';
import type { Counters } from '../domain/counters';
import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { Phase } from '../domain/operation';
import { syncWorkflowId } from './api';
import type { SyncRequest, SyncResult } from './api';
import { requestIn } from './arguments';
import { whenUnblocked } from './blocked';
import { troubleOf } from './failures';
import { forward } from './forward';
import { listen } from './handlers';
import { PREPARE_RUN, waitsNoMore } from './notices';
import { linkEntity, observeEntity, unlinkEntity, updateEntity } from './phase-children';
import { runChildren, runChild } from './run-child';
import { newRun, LONGEST_WAIT_FOR_PERSON, show } from './run-in-progress';
import type { RunInProgress } from './run-in-progress';
import { asksForAttributes, knownAttributes, showingAtFirst } from './showing';
import { hubspotActivities, officerndActivities, queuePrefix } from './steps';

/**
 * One run for one tenant: reads both sides, then goes through the article's three phases (docs/how-a-sync-decides.md). Its id is
 * `sync/<tenant>`, with the installation's own prefix for `sync` (B4), so a tenant has at most one at a time (A5). When only a person can help, it waits and does not fail.
 * An argument of another form fails it at once, with what is wrong.
 */
export async function syncTenant(given: SyncRequest): Promise<SyncResult> {
  const request = requestIn(given);
  const info = workflowInfo();
  const { runId, workflowId } = info;
  if (workflowId !== syncWorkflowId(request.tenant, queuePrefix()) && !isOfOlderRelease(request, workflowId)) return forward(request);
  const asks = asksForAttributes();
  const run = newRun(request, info, showingAtFirst(asks));
  listen(request, run);
  if (asks) run.showing = await knownAttributes();
  show(run);
  const failure = await runToItsEnd(request, run);
  Object.assign(run.status, { phase: null, paused: false, onlyReportLeft: true });
  await CancellationScope.nonCancellable(async () => {
    await finish(run);
    // Updates that came in at the last moment are answered before the run ends.
    await condition(allHandlersFinished);
  });
  if (run.status.followUp !== null && run.status.state !== 'cancelled') await followUp(run.status.followUp);
  if (failure !== null) throw failure;
  return { runId, state: run.status.state };
}

/** The follow-up is a run of its own: with worker versioning, it begins on the current version. Workers of the one before come to an end. */
const followUp = (request: SyncRequest): Promise<never> =>
  makeContinueAsNewFunc<typeof syncTenant>({ initialVersioningBehavior: 'AUTO_UPGRADE' })(request);

/** Release 0.1.0 began the id with `sync/` whatever the prefix. A run that it has begun goes on under its id. */
const isOfOlderRelease = ({ tenant }: SyncRequest, workflowId: string): boolean =>
  workflowId === syncWorkflowId(tenant) && !patched('ids-with-prefix');

/** Returns the failure that the workflow has to end with, or null. */
async function runToItsEnd(request: SyncRequest, run: RunInProgress): Promise<Error | null> {
  const { status, ref, workflowId } = run;
  try {
    const prepared = await whenUnblocked(run, () =>
      hubspotActivities('Read configuration and definitions', run.times)
        .prepareRun({
          ...ref,
          entities: request.entities,
          workflowId,
          ...(request.applies !== undefined && { applies: request.applies }),
          ...(request.undoes !== undefined && { undoes: request.undoes }),
          ...(request.hints === true && { hints: true }),
        })
        .finally(() => waitsNoMore(run, PREPARE_RUN)),
    );
    run.times = { heartbeatTimeoutMs: prepared.heartbeatTimeoutMs };
    await runPhases(run, prepared);
    if (status.held.length > 0) await endHeld(run, prepared);
    if (status.state === 'running') status.state = 'completed';
    return null;
  } catch (error) {
    status.state = isCancellation(error) ? 'cancelled' : 'failed';
    status.trouble = status.state === 'failed' ? troubleOf(error) : null;
    return error instanceof Error ? error : new Error('The run failed for an unknown reason.');
  }
}

async function runPhases(run: RunInProgress, { entities, takesBack }: Prepared): Promise<void> {
  if (takesBack !== undefined) {
    for (const part of takesBack) await takeBack[part](run, entities);
    return;
  }
  await runChildren(run, 'observe', observeEntity, entities);
  await runChildren(run, 'unlink', unlinkEntity, entities);
  await linkAndUpdate(run, entities, []);
}

/** X3: takes links or values back. Each reads only the records that it needs. */
const takeBack = {
  links: (run: RunInProgress, entities: readonly Entity[]) => runChildren(run, 'unlink', unlinkEntity, entities),
  values: (run: RunInProgress, entities: readonly Entity[]) => runChildren(run, 'update', updateEntity, entities),
} as const;

/** Links in dependency order (L9), then updates. `approved` entities begin with the creations that a person has released. */
async function linkAndUpdate(run: RunInProgress, entities: readonly Entity[], approved: readonly Entity[]): Promise<void> {
  for (const entity of allEntities) {
    if (entities.includes(entity)) await runChild(run, 'link', linkEntity, entity, approved.includes(entity) ? 'approved' : undefined);
  }
  await runChildren(run, 'update', updateEntity, entities);
  for (const entity of allEntities) {
    // A run that an older version has brought past this point has no such step.
    if (entities.includes(entity) && hasCreationsLeft(run, entity) && patched('creations-again'))
      await runChild(run, 'link', linkEntity, entity, 'again');
  }
}

/** Creations that another record's value has held back (M10), or whose outcome is unknown (L12). Phase 3 and the time may have helped. */
function hasCreationsLeft({ status }: RunInProgress, entity: Entity): boolean {
  const { taken = 0, pending = 0 } = status.counts.link?.[entity] ?? {};
  return taken + pending > 0;
}

/** P1: a run that holds something ends with a proposal. One that an older version has brought to its brake waits for a person as before. */
async function endHeld(run: RunInProgress, prepared: Prepared): Promise<void> {
  if (patched(PROPOSALS)) run.status.state = 'needs-approval';
  else await askForApproval(run, prepared);
}

/** Marks runs that end with a proposal and do not wait. */
const PROPOSALS = 'proposals';

/** Reports what is held and waits for approval. Then does it, and what follows from it. */
async function askForApproval(run: RunInProgress, prepared: Prepared): Promise<void> {
  const { status, ref } = run;
  if (!(await isApproved(run))) return;
  const held = status.held.splice(0);
  for (const { phase, entity } of held) {
    status.counts[phase] = { ...status.counts[phase], [entity]: { ...status.counts[phase]?.[entity], held: 0 } };
  }
  status.state = 'running';
  show(run);
  await officerndActivities('Release what was approved', run.times).releaseHeld(ref);
  const ofPhase = (phase: Phase) => held.filter((item) => item.phase === phase).map(({ entity }) => entity);
  for (const entity of ofPhase('unlink')) await runChild(run, 'unlink', unlinkEntity, entity, 'apply');
  await linkAndUpdate(run, prepared.entities, ofPhase('link'));
  if (status.held.length > 0) await askForApproval(run, prepared);
}

/** Waits for a person. Another request ends the waiting, since its run plans afresh. */
async function isApproved(run: RunInProgress): Promise<boolean> {
  const { status } = run;
  Object.assign(status, { state: 'needs-approval', approved: false, awaitsApproval: true });
  try {
    // A person who reads in the report that the run waits may approve at once.
    await finish(run, { isWaiting: true });
    show(run);
    await condition(() => status.approved || status.followUp !== null, LONGEST_WAIT_FOR_PERSON);
    return status.approved;
  } finally {
    status.awaitsApproval = false;
  }
}

async function finish(run: RunInProgress, more: { readonly isWaiting?: true } = {}): Promise<void> {
  const { ref, workflowId, status } = run;
  const { state, trouble } = status;
  const counts: Record<string, Record<string, Counters>> = {};
  for (const [phase, byEntity] of Object.entries(status.counts)) counts[phase] = { ...byEntity };
  status.sums = await hubspotActivities('Write the report', run.times).finishRun({ ...ref, workflowId, state, trouble, counts, ...more });
  show(run);
}
