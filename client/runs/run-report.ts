import { buildReport } from '../../domain/build-report';
import type { Counters } from '../../domain/counters';
import { entities as allEntities } from '../../domain/entity';
import { phases } from '../../domain/operation';
import type { Operation } from '../../domain/operation';
import type { Report, RunState } from '../../domain/report';
import type { OperationFilter } from '../../store/operations';
import { everyItem } from '../../store/paging';
import { reportFactsOf } from '../../store/report-facts';
import type { Progress } from '../../workflows/api';
import type { Trouble } from '../../domain/trouble';
import type { FoundRun } from './find-run';

/** A report, with the reason why the run stopped, if it did. */
export interface RunReport extends Report {
  readonly trouble?: Trouble;
}

/** The state of a run as its workflow reports it. */
export interface LiveState {
  readonly state: RunState;
  readonly trouble: Trouble | null;
  /** Counts of the phases that have ended. */
  readonly counts?: Progress['counts'];
}

/**
 * The report that the run has written, or one made from what is stored so far. A run that goes on, is blocked or failed early has written
 * none.
 * @param live the state that the workflow reports, if it is known; by default the stored state
 */
export async function reportOf(workflowId: string, tenant: string, { run, store }: FoundRun, live: LiveState = run): Promise<RunReport> {
  const { state, trouble, counts } = live;
  // A waiting run may have written the report of an earlier round, or not yet the report of this one.
  const written = counts === undefined && run.report?.state === state ? run.report : null;
  const report = written ?? (await reportSoFar({ workflowId, tenant }, { run, store }, live));
  // Reports of older versions name neither.
  return { ...noLists, ...report, ...(trouble !== null && { trouble }) };
}

const noLists: Pick<Report, 'proposals' | 'paused'> = { proposals: [], paused: [] };

async function reportSoFar(
  ids: { readonly workflowId: string; readonly tenant: string },
  { run, store }: FoundRun,
  { state, counts }: LiveState,
): Promise<Report> {
  return buildReport({
    ...ids,
    runId: run.id,
    mode: run.mode,
    state,
    startedAt: run.startedAt.toISOString(),
    finishedAt: state === 'failed' || state === 'cancelled' ? (run.finishedAt?.toISOString() ?? null) : null,
    entities: run.entities,
    counts: plainCounts(counts ?? {}),
    paused: run.mapping?.paused ?? [],
    ...(await reportFactsOf(store, ids.tenant, run)),
    // The run itself reports these when it has read both sides to their end.
    contents: null,
  });
}

function plainCounts(counts: Progress['counts']): Record<string, Record<string, Counters>> {
  const plain: Record<string, Record<string, Counters>> = {};
  for (const [phase, byEntity] of Object.entries(counts)) plain[phase] = { ...byEntity };
  return plain;
}

/** An operation as commands print it. Its form is public (docs/commands.md). */
export type PlannedOperation = Pick<Operation, 'phase' | 'entity' | 'kind' | 'officerndId' | 'hubspotId' | 'fields' | 'reason'>;

/** A run's operations in the order of phase and entity: all of them, or those that match a filter. */
export async function readOperations({ run, store }: FoundRun, filter: OperationFilter = {}): Promise<readonly PlannedOperation[]> {
  return inListOrder((await everyItem((request) => store.operations.page(run.id, filter, request))).map(asPlanned));
}

/** Operations in the order of phase and entity. */
export function inListOrder<One extends PlannedOperation>(operations: readonly One[]): readonly One[] {
  const rank = ({ phase, entity }: PlannedOperation): number => phases.indexOf(phase) * allEntities.length + allEntities.indexOf(entity);
  return operations.toSorted((one, other) => rank(one) - rank(other));
}

/** The part of an operation that commands print. */
export const asPlanned = ({ phase, entity, kind, officerndId, hubspotId, fields, reason }: PlannedOperation): PlannedOperation => ({
  phase,
  entity,
  kind,
  officerndId,
  hubspotId,
  fields: fields.map(({ field, base, officernd, hubspot, rule, action, after }) => ({
    field,
    base,
    officernd,
    hubspot,
    rule,
    action,
    ...(after !== undefined && { after }),
  })),
  reason,
});
