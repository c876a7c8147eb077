import { isDeepStrictEqual } from 'node:util';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { elapsedMs, realClocks } from '../connectors/clocks';
import { markBases } from '../domain/base-owner';
import { buildReport } from '../domain/build-report';
import { sides } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { PREVIEW_VALID_DAYS, previewDigestText } from '../domain/listed-effect';
import { planReading, planUndoReading } from '../domain/plan-reading';
import { isStale } from '../domain/proposal';
import type { AppliedPreview, ProposalBasis } from '../domain/proposal';
import { hasEndedWell } from '../domain/report';
import type { PreviewIdentity, Report } from '../domain/report';
import { concerns, isTakeBack, LEFT } from '../domain/undoing';
import type { Undoing } from '../domain/undoing';
import { hashOf } from '../store/content-hash';
import { storedFactsOf, unreadIn } from '../store/report-facts';
import type { Run } from '../store/runs';
import type { TenantStore } from '../store/store';
import type { FinishInput, Finished, HubSpotActivities, NoteStateInput, Prepared, PrepareInput } from './api';
import type { ActivityDeps } from './deps';
import { forgetIdleFailures } from './forget-failures';
import { noteOutcomes } from './link/note-outcomes';
import { noteAppliedOutcome } from './slice/applied-outcome';
import { takenOver } from './slice/fence';
import { claimHints, endHints, forgetOlderHints, hintedBasis } from './slice/hinted-run';
import { listedHashes } from './slice/listed-effects';
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
async function prepareRun(deps: ActivityDeps, input: PrepareInput): Promise<Prepared> {
  const { tenant, runId, mode, entities, applies, undoes } = input;
  const begunAt = realClocks();
  const basisOfHints = input.hints === true ? await hintedBasis(deps, tenant) : null;
  const known = basisOfHints?.known ?? (await deps.tenants.resolveMapping(tenant, mode, Context.current().cancellationSignal));
  // A host may have stood still meanwhile. A run that has ended would be stored as the newest one.
  if (elapsedMs(begunAt, realClocks()) > LONGEST_UNASKED_MS && !(await isPresentRun(runId))) throw takenOver('the preparation of its run');
  const { mapping: resolved, hash, basis, formerPortals } = known;
  const { fields } = markBases(resolved, known.owners, runId);
  const mapping = { ...resolved, ...(formerPortals.length > 0 && { formerPortals }), fields };
  const store = mode === 'preview' ? await deps.store.forTenant(tenant).startPreview() : deps.store.forTenant(tenant);
  const listed = applies === undefined ? null : await appliedPreview(store, applies, { basis, runId });
  const asked = listed === null ? entities : listed.entities;
  const hinted =
    basisOfHints === null
      ? null
      : await claimHints(store, { ...basisOfHints, run: runId, entities: mapping.entities, mappingHash: hash, now: deps.now() });
  const chosen =
    hinted?.entities ??
    mapping.entities.filter((entity) => (asked === null || asked.includes(entity)) && (undoes === undefined || concerns(undoes, entity)));
  const [latest, hasVerdicts, decided] = await Promise.all([
    mode === 'preview' ? null : store.runs.latestSync(),
    store.verdicts.any(),
    store.decisions.areAny(),
  ]);
  const now = deps.now();
  const { fullEveryHours } = mapping.reading;
  const { reading, generation } =
    hinted ??
    (undoes === undefined
      ? planReading({ mode, entities: chosen, mappingHash: hash, now, fullEveryHours, latest })
      : planUndoReading(latest, now));
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
    ...(listed !== null && { applies: listed.applied }),
    reading,
    ...(decided && { decided }),
    generation: generation?.id ?? runId,
    generationAt: generation?.at ?? now,
    ...(hasVerdicts && { hasVerdicts }),
    trouble: null,
    report: null,
    ...(undoes !== undefined && { undoes }),
    ...(hinted !== null && { hints: hinted.hints }),
  };
  const stored = await store.runs.start(run);
  const { owners } = markBases(stored.mapping, known.owners, runId);
  if (mode !== 'preview' && !isDeepStrictEqual(owners, known.owners)) await deps.store.pairs.noteOwners(tenant, owners);
  const takesBack = undoes === undefined ? {} : { takesBack: await partsOf(deps.store.forTenant(tenant), stored, undoes) };
  return { entities: stored.entities, mappingHash: stored.mappingHash, heartbeatTimeoutMs: deps.heartbeatTimeoutMs, ...takesBack };
}

/**
 * The preview that a run carries out. Nothing of it is done where nobody has asked for that, or another run has done it. The same holds where
 * pair or configuration have changed while the request waited (P2).
 */
async function appliedPreview(
  store: TenantStore,
  preview: string,
  { basis, runId }: { readonly basis: ProposalBasis; readonly runId: string },
): Promise<{ readonly applied: AppliedPreview; readonly entities: readonly Entity[] }> {
  const found = await store.preview().runs.get(preview);
  const { by, at, note, carriedOutBy } = found?.application ?? { by: '', at: new Date(0), note: null, carriedOutBy: '' };
  const isFree = carriedOutBy === null || carriedOutBy === runId;
  const isOld = !isFree || found?.basis === undefined || isStale({ basis: found.basis }, basis);
  return { applied: { preview, by, at, note, isStale: isOld }, entities: found?.entities ?? [] };
}

/**
 * X3: the parts of a run that takes back, newest first. A sync makes links before it writes values, so its values go back first. A run that
 * took a sync back did it the other way round. Fails the run where there is nothing that may be taken back.
 */
async function partsOf(store: TenantStore, run: Run, undoes: Undoing): Promise<NonNullable<Prepared['takesBack']>> {
  if (isTakeBack(undoes)) return ['values'];
  const undone = await store.runs.get(undoes.run);
  const problem = undone === null ? 'is not known' : isOfOtherPair(undone, run) ? 'belongs to another organisation or portal' : null;
  if (undone === null || problem !== null)
    throw ApplicationFailure.nonRetryable(`The run ${undoes.run} can't be taken back: it ${problem ?? ''}.`, 'InvalidArgument');
  return undone.undoes === undefined ? ['values', 'links'] : ['links', 'values'];
}

/** Runs of older versions do not say which pair they belong to. */
const isOfOtherPair = (one: Run, other: Run): boolean =>
  one.basis !== undefined && other.basis !== undefined && one.basis.pair !== other.basis.pair;

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
  const isForHints = run.hints !== undefined;
  // T3: what has become of all decisions, and the proof of all contents, belong to runs that look at all records.
  if (isRead && !isForHints) await noteOutcomes(store, run, deps.now());
  const [{ facts, usedApprovals }, contents] = await Promise.all([
    storedFactsOf(store, input.tenant, run),
    isRead && run.undoes === undefined && !isForHints ? store.observations.contents(run.generation, run.entities) : null,
  ]);
  const left = run.undoes === undefined ? 0 : await store.operations.count(run.id, { state: 'failed', reasons: LEFT });
  const now = deps.now();
  const { applies } = run;
  const applied = applies === undefined ? null : await noteAppliedOutcome(store, { ...run, applies }, isOver);
  const binds = isOver && run.mode === 'preview' ? await previewIdentity(input.tenant, { store, run, now }) : null;
  const built = buildReport({
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
    looksForMissed: isRead && run.reading.kind === 'full' && run.reading.knownUntil !== undefined,
    ...(run.undoes !== undefined && { undoes: { ...run.undoes, left } }),
    ...(isForHints && { hints: run.hints }),
  });
  const report: Report = { ...built, ...(binds !== null && { binds }), ...(applied !== null && { applied }) };
  // The rest of an approved list needs another approval. An incremental run may not have seen all of the list.
  if (isOver && (run.reading.kind === 'full' || run.undoes !== undefined)) await store.proposals.finish(usedApprovals);
  const changed = facts.applied.reduce((sum, { count }) => sum + count, 0);
  if (isForHints) await endHints(store, run, { isOver, now });
  else if (isOver && readsAll(run)) await forgetOlderHints(store, run);
  await store.runs.finish(run.id, report, input.trouble, now, isForHints ? hintedRunExpiry(run, { changed, now }) : undefined);
  if (isOver && applies !== undefined && !applies.isStale) await store.preview().runs.noteCarriedOut(applies.preview, run.id);
  // Not before: a run may take longer than its history is kept.
  if (input.isWaiting !== true) {
    await store.operations.expire(run.id);
    if (facts.conflicts + facts.firstLink + facts.drift > 0) await store.conflicts.expire(run.id);
  }
  const proposals = report.proposals.map(({ id }) => id);
  return { changed, conflicts: report.conflicts, failed: report.failures, ...(proposals.length > 0 && { proposals }) };
}

/** Whether a run has read everything, and does everything that follows from it. */
const readsAll = ({ mode, reading, applies }: Run): boolean => reading.kind === 'full' && mode !== 'preview' && applies === undefined;

/** T3: there may be thousands of runs for hints a day. Those that have changed something are history like their journals. */
const hintedRunExpiry = ({ mapping }: Run, { changed, now }: { readonly changed: number; readonly now: Date }): Date =>
  new Date(now.getTime() + (changed === 0 ? 1 : mapping.historyDays) * DAY_MS);

/** Names the list that a preview binds itself to. Call it when the list is whole. */
async function previewIdentity(
  tenant: string,
  { store, run, now }: { readonly store: TenantStore; readonly run: Run; readonly now: Date },
): Promise<PreviewIdentity> {
  const effects = await listedHashes(store, run.id);
  const basis = run.basis ?? { pair: '', configuration: '' };
  return {
    digest: hashOf(previewDigestText({ tenant, entities: run.entities, basis, effects })),
    effects: effects.length,
    validUntil: new Date(now.getTime() + PREVIEW_VALID_DAYS * DAY_MS).toISOString(),
  };
}

const DAY_MS = 24 * 60 * 60_000;

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
