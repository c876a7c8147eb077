import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { ValueContext, FieldMapping } from '../../domain/field-mapping';
import { appliedCounts } from '../../domain/build-report';
import type { Phase } from '../../domain/operation';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { addCounters } from '../../domain/counters';
import type { Counters } from '../../domain/counters';
import type { RunRef, SliceInput, SliceResult } from '../api';
import type { ActivityDeps, Connectors, CrashPoint } from '../deps';
import { previewConnectors } from './preview-connectors';
import { createFence } from './fence';
import type { Fence } from './fence';
import { createCollector } from './call-counts';

/** What one activity call works with. */
export interface Work extends Connectors {
  readonly run: Run;
  readonly mapping: TenantMapping;
  readonly context: ValueContext;
  /** The tenant's store; a preview's is its own twin. */
  readonly store: TenantStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly crashPoint: (name: CrashPoint) => Promise<void>;
}

/** What a slice works with: one entity, and the right to write. */
export interface SliceWork extends Work {
  readonly input: SliceInput;
  readonly fields: readonly FieldMapping[];
  /**
   * Throws when a later attempt has taken this slice over: an attempt that was timed out but is alive must not write any more
   * (architecture.md §3). Call it before each write.
   */
  readonly assertOwner: Fence['assertOwner'];
  /** The same right before one of several writes that are made together is sent. */
  readonly assertOwnerCached: Fence['assertOwnerCached'];
  /** Whether the time is up, so that no other step follows in this slice. It does not change during a step. */
  readonly isLastStep: () => boolean;
}

/** Opens a run's work, and counts its calls into the run's ledger, whatever happens. */
async function withWork<T>(deps: ActivityDeps, ref: RunRef, task: (work: Work) => Promise<T>): Promise<T> {
  const { run, store } = await openRun(deps, ref);
  const connectors = await deps.tenants.connect(ref.tenant, ref.mode);
  const signal = Context.current().cancellationSignal;
  // Every call that is under way listens to it.
  setMaxListeners(0, signal);
  const work: Work = {
    ...(ref.mode === 'preview' ? previewConnectors(connectors, { store, run, ledger: deps.ledger }) : connectors),
    run,
    mapping: run.mapping,
    context: { timeZone: run.mapping.timeZone, statuses: run.mapping.statuses },
    store,
    signal,
    now: deps.now,
    crashPoint: deps.crashPoint,
  };
  return counted(deps, ref, () => task(work));
}

/** A run with the store that its work is kept in: all that is needed where no vendor is asked. */
export async function openRun(deps: ActivityDeps, ref: RunRef): Promise<Pick<Work, 'run' | 'store'>> {
  const run = await storeOf(deps, ref).runs.get(ref.runId);
  if (run === null) throw new Error(`There is no run ${ref.runId}. It may have been removed with its tenant.`);
  return { run, store: storeOf(deps, ref, run.mapping.historyDays) };
}

/** Counts the calls of a task into the run's ledger, whatever happens. */
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

/** A page of work inside a slice: where it ended, and what it adds to the counters. */
export interface StepResult {
  /** Null when there is nothing more to do. */
  readonly cursor: string | null;
  readonly counters: Counters;
}

/** What the end of a step adds; `applied` and `planned` as in `SliceResult`. */
export interface Finish {
  readonly counters: Counters;
  readonly applied?: Counters;
  readonly planned?: number;
}

/** A slice hands its turn back with the first step that begins after this, so that other tenants and runs get theirs. */
const SLICE_BUDGET_MS = 45_000;
/** Well within the heartbeat time-out, however long one page takes. */
const HEARTBEAT_EVERY_MS = 3_000;

/**
 * Heartbeats while a task is at work, so that it may take longer than the heartbeat time-out, and hears when it is cancelled.
 * @param details what another attempt goes on from, as it is at the moment
 */
export async function heartbeating<T>(task: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const activity = Context.current();
  const beat = setInterval(() => activity.heartbeat(details()), HEARTBEAT_EVERY_MS);
  try {
    return await task();
  } finally {
    clearInterval(beat);
  }
}

/** The phase that a slice works for; reading applies nothing. */
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
 * Repeats `step` from the cursor until there is no more or the time is up. Cursor and counters are heartbeated together, so that another
 * attempt goes on where the last one was seen, with the counters of just that place; every step may be repeated, and so may `finish`, which
 * comes after the last one.
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
    const startedAt = Date.now();
    const fence = await openFence(work, `${name}/${input.entity}`);
    let isLast = false;
    const slice: SliceWork = {
      ...work,
      input,
      fields: work.mapping.fields.filter(({ entity }) => entity === input.entity),
      ...fence,
      isLastStep: () => isLast,
    };
    let progress: SliceResult = lastHeartbeat(activity.info.heartbeatDetails) ?? { cursor: input.cursor, counters: {}, done: false };
    const untilDone = async (): Promise<SliceResult> => {
      while (!progress.done && !isLast) {
        isLast = Date.now() - startedAt > SLICE_BUDGET_MS;
        work.signal.throwIfAborted();
        const { cursor, counters } = await step(slice, progress.cursor);
        progress = { cursor, counters: addCounters(progress.counters, counters), done: cursor === null };
        activity.heartbeat(progress);
      }
      if (!progress.done) return progress;
      const { counters, applied, planned } = await finish(slice);
      const inJournal = await appliedSoFar(slice, phaseOfSlice[name]);
      return {
        ...progress,
        counters: addCounters(progress.counters, counters),
        ...(inJournal !== null && { applied: { ...inJournal, ...applied } }),
        ...(planned !== undefined && { planned }),
      };
    };
    return heartbeating(untilDone, () => progress);
  });
}

async function appliedSoFar({ store, run, input }: SliceWork, phase: Phase | null): Promise<Counters | null> {
  return phase === null ? null : appliedCounts(await store.operations.tally(run.id), phase, input.entity);
}

async function openFence({ store, run }: Work, slice: string): Promise<Fence> {
  const number = await store.runs.takeFence(run.id, slice);
  return createFence({ holds: () => store.runs.holdsFence(run.id, slice, number), now: () => performance.now(), slice });
}

/** Heartbeat details come back as they went out, but the type says nothing about them. */
function lastHeartbeat(details: unknown): SliceResult | null {
  if (typeof details !== 'object' || details === null || !('cursor' in details) || !('counters' in details) || !('done' in details))
    return null;
  const { cursor, counters, done } = details;
  if (cursor !== null && typeof cursor !== 'string') return null;
  if (typeof done !== 'boolean' || typeof counters !== 'object' || counters === null) return null;
  const numbers = Object.entries(counters).flatMap(([key, value]): [string, number][] => (typeof value === 'number' ? [[key, value]] : []));
  return { cursor, counters: Object.fromEntries(numbers), done };
}
