import type { Entity } from '../../domain/entity';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import type { Progress } from '../../workflows/api';
import { idBeginningWith } from './by-beginning';

/** The part of a run that lists and reports show. */
export type RunOverview = Pick<
  Run,
  'id' | 'mode' | 'entities' | 'generation' | 'state' | 'startedAt' | 'finishedAt' | 'trouble' | 'report'
> & {
  /** Absent of a run that is not stored. */
  readonly mapping?: Run['mapping'];
  readonly hasVerdicts?: boolean;
};

export interface FoundRun {
  readonly run: RunOverview;
  /** The tenant's store, or its preview store. */
  readonly store: TenantStore;
}

/** A run by its id or the beginning of it, by default the newest; previews included. Throws `AmbiguousIdError`. */
export async function findRun(store: TenantStore, runId?: string): Promise<FoundRun | null> {
  if (runId === undefined) return (await newestRuns(store, 1))[0] ?? null;
  const places = [store, store.preview()];
  const exact = await runIn(places, runId);
  if (exact !== null) return exact;
  const meant = await idBeginningWith(
    runId,
    places.map(({ runs }) => runs.idsFrom),
  );
  return meant === null ? null : runIn(places, meant);
}

async function runIn(places: readonly TenantStore[], runId: string): Promise<FoundRun | null> {
  for (const searched of places) {
    const run = await searched.runs.get(runId);
    if (run !== null) return { run, store: searched };
  }
  return null;
}

/** The newest runs, previews among them, newest first. */
export async function newestRuns(store: TenantStore, limit: number): Promise<readonly FoundRun[]> {
  const searched = [store, store.preview()];
  const found = await Promise.all(searched.map(async (one) => (await one.runs.list(limit)).map((run) => ({ run, store: one }))));
  return found
    .flat()
    .sort((one, other) => other.run.startedAt.getTime() - one.run.startedAt.getTime())
    .slice(0, limit);
}

/**
 * A run by id, by default the newest, whether it is stored or not.
 * @param findUnstored is called only when the run may be one that is not stored
 */
export async function findAnyRun(
  store: TenantStore,
  runId: string | undefined,
  findUnstored: () => Promise<FoundRun | null>,
): Promise<FoundRun | null> {
  if (runId === undefined) return (await findUnstored()) ?? findRun(store);
  const stored = await findRun(store, runId);
  if (stored !== null) return stored;
  const unstored = await findUnstored();
  // It may have been stored between the two looks, as right after a blocked run was resumed.
  return unstored !== null && runId !== '' && unstored.run.id.startsWith(runId) ? unstored : findRun(store, runId);
}

/** The questions about a run under way that a `SyncClient` can answer. */
export interface RunUnderWay {
  readonly runningId: (tenant: string) => Promise<string | null>;
  readonly progress: (tenant: string) => Promise<Progress | null>;
}

/**
 * The run under way, when nothing of it is stored yet: it waits for a person or a vendor before it could read its configuration. Its
 * workflow says what it does. Null when it is stored, when there is no run, and when the workflow does not answer.
 * @param configured the tenant's entities: a run of all entities does these
 */
export async function findUnstoredRun(
  underWay: RunUnderWay,
  store: TenantStore,
  { tenant, configured }: { readonly tenant: string; readonly configured: readonly Entity[] },
): Promise<FoundRun | null> {
  const runId = await underWay.runningId(tenant);
  if (runId === null || (await findRun(store, runId)) !== null) return null;
  const progress = await underWay.progress(tenant);
  return progress?.runId === runId ? unstoredRun(store, { ...progress, entities: progress.entities ?? configured }) : null;
}

/** A run of which nothing is stored, in the form of a stored one. */
export const unstoredRun = (store: TenantStore, { runId, mode, entities, state, startedAt, trouble }: UnstoredRun): FoundRun => ({
  run: { id: runId, generation: runId, mode, entities, state, startedAt: new Date(startedAt), finishedAt: null, trouble, report: null },
  store: mode === 'preview' ? store.preview() : store,
});

type UnstoredRun = Pick<Progress, 'runId' | 'mode' | 'state' | 'startedAt' | 'trouble'> & { readonly entities: readonly Entity[] };
