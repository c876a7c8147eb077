import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { ValueContext, FieldMapping } from '../../domain/field-mapping';
import { appliedCounts } from '../../domain/build-report';
import type { Phase } from '../../domain/operation';
import type { Rulings } from '../../domain/rulings';
import { LATE_EFFECT_MINUTES } from '../../domain/tenant-mapping';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { elapsedMs, realClocks } from '../../connectors/clocks';
import type { UndoneRecords } from '../../store/links';
import type { Run } from '../../store/runs';
import { LOOK_AGE_FACT } from '../../store/report-facts';
import type { TenantStore } from '../../store/store';
import { addCounters } from '../../domain/counters';
import type { Counters } from '../../domain/counters';
import type { RunRef, SliceInput, SliceResult } from '../api';
import type { ActivityDeps, Connectors, CrashPoint } from '../deps';
import { previewConnectors } from './preview-connectors';
import type { Fence } from './fence';
import { hintedStore } from './hinted-store';
import { openFence } from './open-fence';
import { createCollector } from './call-counts';
import { createLooks } from './looks';
import { createRulings } from './rulings';
import { movedAtIn, noteMoved } from './progress';
import { createWriteGuard } from './write-guard';
import type { WriteGuard } from './write-guard';
import type { Looks } from './looks';
import { unreadPathsOf } from './unread-facts';

/** Everything that one activity call works with. */
export interface Work extends Connectors {
  readonly run: Run;
  readonly mapping: TenantMapping;
  readonly context: ValueContext;
  /** The tenant's store. A preview has a store of its own. */
  readonly store: TenantStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** L12: how long after it was sent a creation may still take effect. */
  readonly lateEffectMs: number;
  readonly crashPoint: (name: CrashPoint) => Promise<void>;
}

/** Everything that a slice works with: one entity, and the right to write. */
export interface SliceWork extends Work {
  readonly input: SliceInput;
  readonly fields: readonly FieldMapping[];
  /** OfficeRnD's paths of which nothing is known (V2). Only the update phase asks for them. */
  readonly unreadPaths: ReadonlySet<string>;
  /**
   * Throws when a later attempt has taken this slice over, or a later run the tenant. An attempt that timed out may still be alive, and must
   * not write any more (activities/slice/fence.ts). Call it before each write.
   */
  readonly assertOwner: Fence['assertOwner'];
  /**
   * The same, but a recent answer is enough. Call it right before each of several writes is sent, and after the answers, before anything is
   * concluded from them.
   */
  readonly assertOwnerCached: Fence['assertOwnerCached'];
  /** D1: what people have decided about records of this entity. */
  readonly rulings: () => Promise<Rulings>;
  /** Whether OfficeRnD does what it is asked to (S1, S2). Have it check the answer of each write. */
  readonly guard: WriteGuard;
  /** The readings of records right before they are written (M8). */
  readonly looks: Looks;
  /** X2: the records of links that were taken back: phase 2 leaves them alone. They are loaded once a slice. */
  readonly undoneRecords: () => Promise<UndoneRecords>;
  /** Whether the slice's time is up, so that no step follows this one. It does not change during a step. */
  readonly isLastStep: () => boolean;
}

/** Opens a run's work. Counts its calls into the run's ledger, also when the work fails. */
async function withWork<T>(deps: ActivityDeps, ref: RunRef, task: (work: Work) => Promise<T>): Promise<T> {
  const { run, store } = await openRun(deps, ref);
  const connectors = await deps.tenants.connect(ref.tenant, ref.mode);
  const signal = Context.current().cancellationSignal;
  // Every call in flight adds a listener.
  setMaxListeners(0, signal);
  const work: Work = {
    ...(ref.mode === 'preview' ? previewConnectors(connectors, { store, run, ledger: deps.ledger }) : connectors),
    run,
    mapping: run.mapping,
    context: { timeZone: run.mapping.timeZone, statuses: run.mapping.statuses, currency: run.mapping.currency ?? null },
    store,
    signal,
    now: deps.now,
    lateEffectMs: deps.lateEffectMs ?? (run.mapping.lateEffectMinutes ?? LATE_EFFECT_MINUTES) * 60_000,
    crashPoint: deps.crashPoint,
  };
  return counted(deps, ref, () => task(work));
}

/** Returns a run and the store of its work: enough for work that asks no vendor. */
export async function openRun(deps: ActivityDeps, ref: RunRef): Promise<Pick<Work, 'run' | 'store'>> {
  const run = await storeOf(deps, ref).runs.get(ref.runId);
  if (run === null) throw new Error(`There is no run ${ref.runId}. It may have been removed with its tenant.`);
  return { run, store: storeOf(deps, ref, run.mapping.historyDays) };
}

/** Counts the calls of a task into the run's ledger, also when the task fails. */
export async function counted<T>(deps: ActivityDeps, ref: RunRef, task: () => Promise<T>): Promise<T> {
  const collector = createCollector();
  try {
    return await deps.ledger.run(collector, task);
  } finally {
    await storeOf(deps, ref).callLedger.add(ref.runId, collector.take());
  }
}

export function storeOf({ store }: ActivityDeps, { tenant, mode }: RunRef, historyDays?: number): TenantStore {
  const real = store.forTenant(tenant, historyDays === undefined ? {} : { historyDays });
  return mode === 'preview' ? real.preview() : real;
}

/** One page of work inside a slice: where it ended, and what it adds to the counters. */
export interface StepResult {
  /** Null when there is nothing more to do. */
  readonly cursor: string | null;
  readonly counters: Counters;
}

/** The result of the `finish` of a slice's last step. `applied` and `planned` mean the same as in `SliceResult`. */
export interface Finish {
  readonly counters: Counters;
  readonly applied?: Counters;
  readonly planned?: number;
}

/** A step and an end that share what one slice knows. Make one for each slice. */
export interface SliceSteps {
  readonly step: (work: SliceWork, cursor: string | null) => Promise<StepResult>;
  readonly finish: (work: SliceWork) => Promise<Finish>;
}

/** The first step that begins after this time is the last of its slice, so that other tenants and runs get their turn. */
const SLICE_BUDGET_MS = 45_000;
/**
 * Heartbeats in each heartbeat time-out, however long one page takes. The worker passes as many on (workers/run-worker.ts). So a worker may
 * stand still for five sixths of the time-out and is not taken for dead.
 */
export const HEARTBEATS_IN_TIMEOUT = 6;
/** As in workflows/steps.ts. Only a test that runs an activity without a server has no time-out. */
const DEFAULT_HEARTBEAT_TIMEOUT_MS = 25_000;

/**
 * Heartbeats while a task is at work. So the task may take longer than the heartbeat time-out, and learns when it is cancelled.
 * @param details returns the place from which another attempt goes on
 */
export async function heartbeating<T>(task: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const activity = Context.current();
  const { heartbeatTimeoutMs = DEFAULT_HEARTBEAT_TIMEOUT_MS } = activity.info;
  const beat = setInterval(() => activity.heartbeat(details()), heartbeatTimeoutMs / HEARTBEATS_IN_TIMEOUT);
  try {
    return await task();
  } finally {
    clearInterval(beat);
  }
}

/** The phase that each slice works for. Reading applies nothing, so it has none. */
const phaseOfSlice = {
  'observe-hubspot': null,
  'observe-officernd': null,
  'plan-unlinks': 'unlink',
  'apply-unlinks': 'unlink',
  match: 'link',
  'plan-creates': 'link',
  'apply-creates': 'link',
  update: 'update',
} as const satisfies Readonly<Record<string, Phase | null>>;

/**
 * Runs one slice of an activity: repeats `step` from the cursor until there is no more, or until the time is up.
 *
 * | moment                      | what happens                                   | an attempt that dies here                |
 * | --------------------------- | ---------------------------------------------- | ---------------------------------------- |
 * | start                       | opens run and connectors, takes the fence      | leaves nothing behind                    |
 * | each step                   | `step` works on one page                       | the next attempt repeats this page       |
 * | after each step             | heartbeats cursor and counters together        | the next attempt goes on after this page |
 * | more than 45 s after start  | one last step, then returns with `done: false` | the workflow starts the next slice       |
 * | after the last page         | `finish`, sums from the journal, `done: true`  | the next attempt repeats `finish`        |
 *
 * So `step` and `finish` must be repeatable.
 */
export function runSlice(
  deps: ActivityDeps,
  name: keyof typeof phaseOfSlice,
  input: SliceInput,
  step: (work: SliceWork, cursor: string | null) => Promise<StepResult>,
  finish: (work: SliceWork) => Promise<Finish> = async () => ({ counters: {} }),
): Promise<SliceResult> {
  return withWork(deps, input, async (work) => {
    const activity = Context.current();
    const startedAt = realClocks();
    const phase = phaseOfSlice[name];
    const { fence, store: fenced } = await openFence(work, `${name}/${input.entity}`);
    const store = hintedStore(fenced, work.run);
    let isLast = false;
    const fields = work.mapping.fields.filter(({ entity }) => entity === input.entity);
    let undoneRecords: Promise<UndoneRecords> | null = null;
    const slice: SliceWork = {
      ...work,
      store,
      input,
      fields,
      rulings: createRulings({ ...work, store }, input.entity),
      guard: createWriteGuard({ ...work, input, fields }),
      unreadPaths: name === 'update' ? await unreadPathsOf(work, fields) : new Set(),
      ...fence,
      looks: createLooks({ clocks: realClocks }),
      undoneRecords: () => (undoneRecords ??= store.links.undoneRecords(input.entity)),
      isLastStep: () => isLast,
    };
    const { attempt } = activity.info;
    const heartbeatDetails: unknown = activity.info.heartbeatDetails;
    let progress: SliceResult = lastHeartbeat(heartbeatDetails) ?? { cursor: input.cursor, counters: {}, done: false };
    let movedAt = movedAtIn(heartbeatDetails);
    const heartbeat = () => ({ ...progress, movedAt });
    const untilDone = async (): Promise<SliceResult> => {
      while (!progress.done && !isLast) {
        isLast = elapsedMs(startedAt, realClocks()) > SLICE_BUDGET_MS;
        work.signal.throwIfAborted();
        if (phase !== null) await slice.assertOwnerCached();
        const { cursor, counters } = await noting(slice, () => step(slice, progress.cursor));
        progress = { cursor, counters: addCounters(progress.counters, counters), done: cursor === null };
        movedAt = attempt;
        activity.heartbeat(heartbeat());
      }
      if (!progress.done) return progress;
      if (phase !== null) await slice.assertOwnerCached();
      const { counters, applied, planned } = await finish(slice);
      const inJournal = await appliedSoFar(slice, phase);
      return {
        ...progress,
        counters: addCounters(progress.counters, counters),
        ...(inJournal !== null && { applied: { ...inJournal, ...applied } }),
        ...(planned !== undefined && { planned }),
      };
    };
    return heartbeating(untilDone, heartbeat).catch((error: unknown) => {
      if (movedAt === attempt) noteMoved(error);
      throw error;
    });
  });
}

/** M8: keeps the largest age of a look in a step for the report. A step without writes stores nothing. */
async function noting({ store, run, looks }: SliceWork, step: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await step();
  } finally {
    const maxMs = looks.takeMaxAgeMs();
    // The figure may be lost, the step's result may not.
    if (maxMs !== null) await store.runs.raiseFact(run.id, LOOK_AGE_FACT, maxMs).catch(() => undefined);
  }
}

async function appliedSoFar({ store, run, input }: SliceWork, phase: Phase | null): Promise<Counters | null> {
  return phase === null ? null : appliedCounts(await store.operations.tally(run.id), phase, input.entity);
}

/** Heartbeat details come back as they were sent, but their type is unknown. */
function lastHeartbeat(details: unknown): SliceResult | null {
  if (typeof details !== 'object' || details === null || !('cursor' in details) || !('counters' in details) || !('done' in details))
    return null;
  const { cursor, counters, done } = details;
  if (cursor !== null && typeof cursor !== 'string') return null;
  if (typeof done !== 'boolean' || typeof counters !== 'object' || counters === null) return null;
  const numbers = Object.entries(counters).flatMap(([key, value]): [string, number][] => (typeof value === 'number' ? [[key, value]] : []));
  return { cursor, counters: Object.fromEntries(numbers), done };
}
