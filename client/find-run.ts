import type { Entity } from '../domain/entity';
import type { Run } from '../store/runs';
import type { TenantStore } from '../store/store';
import type { Progress } from '../workflows/api';

/** What is told of a run. */
export type ToldRun = Pick<Run, 'id' | 'mode' | 'entities' | 'state' | 'startedAt' | 'finishedAt' | 'trouble' | 'report'>;

export interface FoundRun {
  readonly run: ToldRun;
  /** The tenant's store, or its twin for previews. */
  readonly store: TenantStore;
}

/** A run by id, by default the newest; previews included. */
export async function findRun(store: TenantStore, runId?: string): Promise<FoundRun | null> {
  const twins = [store, store.preview()];
  if (runId === undefined) return (await newestRuns(store, 1))[0] ?? null;
  for (const twin of twins) {
    const run = await twin.runs.get(runId);
    if (run !== null) return { run, store: twin };
  }
  return null;
}

/** The newest runs, previews among them, newest first. */
export async function newestRuns(store: TenantStore, limit: number): Promise<readonly FoundRun[]> {
  const twins = [store, store.preview()];
  const found = await Promise.all(twins.map(async (twin) => (await twin.runs.list(limit)).map((run) => ({ run, store: twin }))));
  return found
    .flat()
    .sort((one, other) => other.run.startedAt.getTime() - one.run.startedAt.getTime())
    .slice(0, limit);
}

/**
 * A run by id, by default the newest, be it that nothing of it is stored.
 * @param findUnstored asked only where that may be so
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
  return unstored?.run.id === runId ? unstored : null;
}

/** What can be asked about the run that is under way; a `SyncClient` answers it. */
export interface UnderWay {
  readonly runningId: (tenant: string) => Promise<string | null>;
  readonly progress: (tenant: string) => Promise<Progress | null>;
}

/**
 * The run under way if nothing of it is stored, as it tells itself: it waits, for a person or for a vendor, before its configuration could
 * be read. Null when it is stored, when there is none, and when it does not answer.
 * @param configured the tenant's entities: a run that was asked for all does these
 */
export async function findUnstoredRun(
  underWay: UnderWay,
  store: TenantStore,
  { tenant, configured }: { readonly tenant: string; readonly configured: readonly Entity[] },
): Promise<FoundRun | null> {
  const runId = await underWay.runningId(tenant);
  if (runId === null || (await findRun(store, runId)) !== null) return null;
  const progress = await underWay.progress(tenant);
  return progress?.runId === runId ? unstoredRun(store, { ...progress, entities: progress.entities ?? configured }) : null;
}

/** What is known of a run of which nothing is stored. */
export const unstoredRun = (store: TenantStore, { runId, mode, entities, state, startedAt, trouble }: UnstoredRun): FoundRun => ({
  run: { id: runId, mode, entities, state, startedAt: new Date(startedAt), finishedAt: null, trouble, report: null },
  store: mode === 'preview' ? store.preview() : store,
});

type UnstoredRun = Pick<Progress, 'runId' | 'mode' | 'state' | 'startedAt' | 'trouble'> & { readonly entities: readonly Entity[] };
