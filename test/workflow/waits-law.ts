import { NOTE_WAIT } from '../../domain/trouble';
import type { Execution } from './execution';
import { insist } from './insist';
import { fromPayload } from './payloads';
import type { Command, Job } from './sandbox';
import { noticeSchema } from './shapes';

/** The law for the waiting that a run shows (`SyncState`). Breaking it throws. */
export interface WaitsLaw {
  readonly told: (execution: Execution, job: Job) => void;
  /** Checks a task of a workflow: its shown state and its commands, after it has processed all jobs. */
  readonly task: (execution: Execution, commands: readonly Command[]) => void;
}

/**
 * A run that is under way shows that it waits while one of its working steps says so, and no longer. A child passes on the messages of its
 * activities, and sends another when they have gone on.
 */
export function createWaitsLaw(): WaitsLaw {
  const waits = new Map<string, Set<string>>();
  /** The number of a child's notices that are not delivered yet. */
  const underWay = new Map<string, number>();
  const cancelled = new Set<string>();
  const isCancelled = ({ identity }: Execution): boolean => cancelled.has(identity.runId);
  const waitsOf = ({ identity: { runId } }: Execution): Set<string> => {
    const known = waits.get(runId) ?? new Set();
    waits.set(runId, known);
    return known;
  };
  const addNotices = ({ identity: { runId } }: Execution, count: number): void => {
    underWay.set(runId, (underWay.get(runId) ?? 0) + count);
  };

  function standing(run: Execution): readonly string[] {
    const known = waitsOf(run);
    for (const step of known) if (!isOpen(run, step)) known.delete(step);
    return [...known];
  }

  /** True if a child's last notice is right, or another notice is on its way. */
  function isUpToDate(run: Execution, step: string): boolean {
    const child = childOf(run, step);
    // A child that was cancelled or has failed may send no more notices. The notice of its end is on its way.
    const hasBrokenOff = child !== undefined && child.ending !== null && (child.ending.kind !== 'completed' || isCancelled(child));
    if (child === undefined || hasBrokenOff || child.taskDue || (underWay.get(child.identity.runId) ?? 0) > 0) return true;
    return [...child.activities.values()].some(({ type }) => step.endsWith(`/${type}`));
  }

  return {
    told: (execution, { signalWorkflow, resolveSignalExternalWorkflow, cancelWorkflow }) => {
      if (cancelWorkflow) cancelled.add(execution.identity.runId);
      if (resolveSignalExternalWorkflow && execution.identity.workflowType !== 'syncTenant') addNotices(execution, -1);
      if (signalWorkflow?.signalName !== NOTE_WAIT) return;
      const { step, trouble } = noticeSchema.parse(fromPayload(signalWorkflow.input?.[0]));
      if (execution.identity.workflowType !== 'syncTenant') return;
      if (trouble === null) waitsOf(execution).delete(step);
      else if (isOpen(execution, step)) waitsOf(execution).add(step);
    },
    task: (execution, commands) => {
      if (execution.identity.workflowType !== 'syncTenant') {
        addNotices(execution, commands.filter(({ signalExternalWorkflowExecution }) => signalExternalWorkflowExecution).length);
        return;
      }
      const state = shownState(execution, commands);
      if (state !== 'running' && state !== 'waiting') return;
      const steps = standing(execution);
      insist((state === 'waiting') === steps.length > 0, `the UI shows ${state} while ${steps.join(', ') || 'nothing'} waits`);
      for (const step of steps) insist(isUpToDate(execution, step), `${step} has gone on, and the run was not told`);
    },
  };
}

/** True if a step of the run is still running. Of the run's own activities, only the preparation calls vendors. */
const isOpen = (run: Execution, step: string): boolean =>
  step.includes('/')
    ? childOf(run, step) !== undefined
    : step === 'prepareRun' && [...run.activities.values()].some(({ type }) => type === step);

/** The running child of a step such as `observe/member/observeOfficernd`. */
function childOf({ children }: Execution, step: string): Execution | undefined {
  const name = step.split('/').slice(0, -1).join('/');
  return [...children.values()].find(({ workflowId }) => workflowId.endsWith(`/${name}`))?.execution ?? undefined;
}

function shownState({ attributes }: Execution, commands: readonly Command[]): unknown {
  const shown = commands.flatMap(
    ({ upsertWorkflowSearchAttributes: upsert }) => upsert?.searchAttributes?.indexedFields?.['SyncState'] ?? [],
  );
  return fromPayload(shown.at(-1) ?? attributes['SyncState']);
}
