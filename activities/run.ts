import { isDeepStrictEqual } from 'node:util';
import { Context } from '@temporalio/activity';
import { elapsedMs, realClocks } from '../connectors/clocks';
import { markBases } from '../domain/base-owner';
import { buildReport } from '../domain/build-report';
import { sides } from '../domain/entity';
import { planReading } from '../domain/plan-reading';
import { hasEndedWell } from '../domain/report';
import { storedFactsOf, unreadIn } from '../store/report-facts';
import type { Run } from '../store/runs';
import type { TenantStore } from '../store/store';
import type { FinishInput, Finished, HubSpotActivities, NoteStateInput, Prepared, PrepareInput } from './api';
import type { ActivityDeps } from './deps';
import { forgetIdleFailures } from './forget-failures';
import { takenOver } from './slice/fence';
import { openFence } from './slice/open-fence';
import { isPresentRun } from './slice/present-run';
import { counted, heartbeating, storeOf } from './slice/run-slice';
import { RESUMED_FACT } from './slice/write-guard';

/** The beginning and the end of a run. */
export const createRunActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'prepareRun' | 'finishRun' | 'noteState'> => ({
  prepareRun: (input) => heartbeating(() => counted(deps, input, () => prepareRun(deps, input))),
  finishRun: (input) => heartbeating(() => finishRun(deps, input)),
  noteState: (input) => heartbeating(() => noteState(deps, input)),
});

/** Reading the definitions of both vendors takes a few seconds. */
const LONGEST_UNASKED_MS = 20_000;

/**
 * Resolves configuration and live definitions to a mapping, and stores it frozen with the run. With a wrong configuration nothing is
 * stored. The workflow itself shows why it waits.
 */
async function prepareRun(deps: ActivityDeps, { tenant, runId, mode, entities }: PrepareInput): Promise<Prepared> {
  const begunAt = realClocks();
  const known = await deps.tenants.resolveMapping(tenant, mode, Context.current().cancellationSignal);
  // A host may have stood still meanwhile. A run that has ended would be stored as the newest one.
  if (elapsedMs(begunAt, realClocks()) > LONGEST_UNASKED_MS && !(await isPresentRun(runId))) throw takenOver('the preparation of its run');
  const { mapping: resolved, hash, basis, formerPortals } = known;
  const { fields } = markBases(resolved, known.owners, runId);
  const mapping = { ...resolved, ...(formerPortals.length > 0 && { formerPortals }), fields };
  const store = mode === 'preview' ? await deps.store.forTenant(tenant).startPreview() : deps.store.forTenant(tenant);
  const chosen = entities === null ? mapping.entities : mapping.entities.filter((entity) => entities.includes(entity));
  const [latest, hasVerdicts] = await Promise.all([mode === 'incremental' ? store.runs.latest() : null, store.verdicts.any()]);
  const now = deps.now();
  const { reading, generation } = planReading({
    mode,
    entities: chosen,
    mappingHash: hash,
    now,
    fullEveryHours: mapping.reading.fullEveryHours,
    latest,
  });
  const run: Run = {
    id: runId,
    mode,
    entities: chosen,
    state: 'running',
    startedAt: now,
    turn: Context.current().info.scheduledTimestampMs,
    finishedAt: null,
    mapping,
    mappingHash: hash,
    basis,
    reading,
    generation: generation?.id ?? runId,
    generationAt: generation?.at ?? now,
    ...(hasVerdicts && { hasVerdicts }),
    trouble: null,
    report: null,
  };
  const stored = await store.runs.start(run);
  const { owners } = markBases(stored.mapping, known.owners, runId);
  if (mode !== 'preview' && !isDeepStrictEqual(owners, known.owners)) await deps.store.pairs.noteOwners(tenant, owners);
  return { entities: stored.entities, mappingHash: stored.mappingHash, heartbeatTimeoutMs: deps.heartbeatTimeoutMs };
}

async function noteState(deps: ActivityDeps, input: NoteStateInput): Promise<void> {
  const { runs } = storeOf(deps, input);
  // Noted first: the run goes on when the state is.
  if (input.resumedByPerson === true) await runs.setFact(input.runId, RESUMED_FACT, deps.now().toISOString());
  await runs.setState(input.runId, input.state, input.trouble);
}

async function finishRun(deps: ActivityDeps, input: FinishInput): Promise<Finished> {
  const run = await storeOf(deps, input).runs.get(input.runId);
  // A run that ended before its configuration was read has nothing to report.
  if (run === null) return { changed: 0, conflicts: 0, failed: 0 };
  const store = storeOf(deps, input, run.mapping.historyDays);
  // Only a run in these states has read both sides to their end.
  const isRead = hasEndedWell(input.state);
  const isOver = isRead && input.isWaiting !== true;
  // An attempt that was frozen may wake up when a later run has read everything (A2).
  if (isOver && run.reading.kind === 'full') {
    await forgetGone((await openFence({ store, run }, 'finish')).store, run);
    await endVerdicts(store, run);
  }
  const [{ facts, usedApprovals }, contents] = await Promise.all([
    storedFactsOf(store, input.tenant, run),
    isRead ? store.observations.contents(run.generation, run.entities) : null,
  ]);
  const now = deps.now();
  const report = buildReport({
    tenant: input.tenant,
    runId: run.id,
    workflowId: input.workflowId,
    mode: run.mode,
    state: input.state,
    startedAt: run.startedAt.toISOString(),
    finishedAt: input.isWaiting === true ? null : now.toISOString(),
    entities: run.entities,
    counts: input.counts,
    paused: run.mapping.paused ?? [],
    ...facts,
    contents,
  });
  // The rest of an approved list needs another approval. An incremental run may not have seen all of the list.
  if (isOver && run.reading.kind === 'full') await store.proposals.finish(usedApprovals);
  await store.runs.finish(run.id, report, input.trouble, now);
  // Not before: a run may take longer than its history is kept.
  if (input.isWaiting !== true) {
    await store.operations.expire(run.id);
    if (facts.conflicts + facts.firstLink + facts.drift > 0) await store.conflicts.expire(run.id);
  }
  const proposals = report.proposals.map(({ id }) => id);
  const changed = facts.applied.reduce((sum, { count }) => sum + count, 0);
  return { changed, conflicts: report.conflicts, failed: report.failures, ...(proposals.length > 0 && { proposals }) };
}

/** Verdicts about effects that are planned no more are over (P2). A field that pauses or is unread plans nothing, which says nothing. */
async function endVerdicts(store: TenantStore, run: Run): Promise<void> {
  if (run.hasVerdicts !== true) return;
  const unread = unreadIn(await store.runs.facts(run.id));
  const silent = new Set([...(run.mapping.paused ?? []), ...unread].map(({ entity }) => entity));
  const known = run.entities.filter((entity) => !silent.has(entity));
  await store.verdicts.endUnseen(run.id, known, run.startedAt);
}

/** Removes what is kept of records that a complete reading did not show: personal data that nothing needs any more (A6). */
async function forgetGone(store: TenantStore, run: Run): Promise<void> {
  for (const entity of run.entities) for (const side of sides) await store.observations.forgetUnseen(run.generation, side, entity);
  await forgetIdleFailures(store, run);
}
