import { buildReport } from '../domain/build-report';
import type { Counters } from '../domain/counters';
import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { phases } from '../domain/operation';
import type { Operation } from '../domain/operation';
import type { Report, RunState, SyncMode } from '../domain/report';
import type { OperationFilter, Page, PageRequest, Run, TenantStore } from '../store/store';
// oxlint-disable-next-line no-restricted-imports -- the names that Temporal clients rely on
import { syncWorkflowId } from '../workflows/api';
import type { Progress } from '../workflows/api';
import type { Trouble } from '../domain/trouble';

/** A report, and what kept the run from its end. */
export interface RunReport extends Report {
  readonly trouble?: Trouble;
}

export interface FoundRun {
  readonly run: Run;
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

/** What a run that is under way says of itself. */
export interface Standing {
  readonly state: RunState;
  readonly trouble: Trouble | null;
  readonly counts?: Progress['counts'];
}

/**
 * The report that the run has written, or one of what is stored so far: a run that is blocked, failed early or goes on has none of its own.
 * @param standing what the workflow says, where that is known; the stored state otherwise
 */
export async function reportOf(tenant: string, { run, store }: FoundRun, standing: Standing = run): Promise<RunReport> {
  const { state, trouble, counts } = standing;
  // A run that waits may have reported an earlier round, or be about to report this one.
  const written = counts === undefined && run.report?.state === state ? run.report : null;
  const report = written ?? (await reportSoFar(tenant, { run, store }, standing));
  return { ...report, ...(trouble !== null && { trouble }) };
}

async function reportSoFar(tenant: string, { run, store }: FoundRun, { state, counts }: Standing): Promise<Report> {
  const [applied, conflicts, reviews, failures, parked, calls, updatedLinks] = await Promise.all([
    store.operations.tally(run.id),
    store.conflicts.countByKind(run.id),
    store.reviews.countOpen(),
    store.failures.countOfRun(run.id),
    store.failures.countParked(),
    store.callLedger.ofRun(run.id),
    countUpdatedLinks(store, run),
  ]);
  return buildReport({
    tenant,
    runId: run.id,
    workflowId: syncWorkflowId(tenant),
    mode: run.mode,
    state,
    startedAt: run.startedAt.toISOString(),
    finishedAt: state === 'failed' || state === 'cancelled' ? (run.finishedAt?.toISOString() ?? null) : null,
    entities: run.entities,
    counts: plainCounts(counts ?? {}),
    applied,
    updatedLinks,
    calls,
    // The run itself tells, once it has come so far.
    contents: null,
    conflicts: conflicts.conflict,
    firstLink: conflicts['first-link'],
    drift: conflicts.drift,
    reviews,
    failures,
    parked,
  });
}

async function countUpdatedLinks(store: TenantStore, { id, entities }: Run): Promise<Partial<Record<Entity, number>>> {
  const counted = entities.map(
    async (entity) => [entity, await store.operations.countPairs(id, { phase: 'update', entity, state: 'applied' })] as const,
  );
  return Object.fromEntries(await Promise.all(counted));
}

function plainCounts(counts: Progress['counts']): Record<string, Record<string, Counters>> {
  const plain: Record<string, Record<string, Counters>> = {};
  for (const [phase, byEntity] of Object.entries(counts)) plain[phase] = { ...byEntity };
  return plain;
}

export interface UnstoredRun {
  readonly tenant: string;
  readonly runId: string;
  readonly mode: SyncMode;
  readonly entities: readonly Entity[];
  readonly startedAt: Date;
}

/** The report of a run that was stopped before anything of it was stored, such as one whose configuration is wrong. */
export function reportOfUnstored({ tenant, runId, mode, entities, startedAt }: UnstoredRun, { state, trouble }: Standing): RunReport {
  const nothing = {
    conflicts: 0,
    firstLink: 0,
    drift: 0,
    reviews: 0,
    failures: 0,
    parked: 0,
    counts: {},
    applied: [],
    updatedLinks: {},
    calls: [],
    contents: null,
  };
  const report = buildReport({
    ...nothing,
    tenant,
    runId,
    workflowId: syncWorkflowId(tenant),
    mode,
    state,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    entities,
  });
  const calls = { total: 0, rateLimited: 0, byRoute: {}, floor: 0 };
  return { ...report, calls: { hubspot: calls, officernd: calls }, ...(trouble !== null && { trouble }) };
}

/** An operation as the contract prints it. */
export type PlannedOperation = Pick<Operation, 'phase' | 'entity' | 'kind' | 'officerndId' | 'hubspotId' | 'fields' | 'reason'>;

const PAGE = 1_000;

/** A run's operations, by phase and entity: all of them, or those of a filter. */
export async function operationsOf({ run, store }: FoundRun, filter: OperationFilter = {}): Promise<readonly PlannedOperation[]> {
  const operations = await everyItem((request) => store.operations.page(run.id, filter, request));
  const rank = ({ phase, entity }: PlannedOperation): number => phases.indexOf(phase) * allEntities.length + allEntities.indexOf(entity);
  return [...operations]
    .sort((one, other) => rank(one) - rank(other))
    .map(({ phase, entity, kind, officerndId, hubspotId, fields, reason }) => ({
      phase,
      entity,
      kind,
      officerndId,
      hubspotId,
      fields: fields.map(({ field, base, officernd, hubspot, rule, action }) => ({ field, base, officernd, hubspot, rule, action })),
      reason,
    }));
}

/** Reads a listing to its end, or to so many items. */
export async function everyItem<Item>(
  page: (request: PageRequest) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const { items: more, next }: Page<Item> = await page({ after, limit: Math.min(PAGE, limit - items.length) });
    items.push(...more);
    after = next;
  } while (after !== null && items.length < limit);
  return items;
}
