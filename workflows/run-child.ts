import { startChild } from '@temporalio/workflow';
import type { Counters } from '../domain/counters';
import type { Entity } from '../domain/entity';
import { childIdOf } from './api';
import type { RunPhase } from './api';
import { titleOfChild } from './audit';
import { whenUnblocked } from './blocked';
import { waitsNoMore } from './notices';
import { show } from './run-in-progress';
import type { Child, RunInProgress } from './run-in-progress';
import { allOf } from './steps';
import type { ChildResult } from './steps';

/** Runs one child for each entity, all at the same time. */
export async function runChildren(run: RunInProgress, phase: RunPhase, child: Child, entities: readonly Entity[]): Promise<void> {
  await allOf(entities.map((entity) => runChild(run, phase, child, entity)));
}

/** Runs one child to its end, and notes its counts. `step` is the step to begin with, if it is not the first. */
export async function runChild(run: RunInProgress, phase: RunPhase, child: Child, entity: Entity, step?: string): Promise<void> {
  const { status } = run;
  status.phase = phase;
  show(run);
  const { counters, applied } = await whenUnblocked(run, () => executeOne(run, phase, child, entity, step));
  const before = status.counts[phase]?.[entity] ?? {};
  status.counts[phase] = { ...status.counts[phase], [entity]: { ...before, ...afterAnotherPass(before, counters), ...applied } };
  if (phase !== 'observe' && (counters['held'] ?? 0) > 0) status.held.push({ phase, entity });
  show(run);
}

/**
 * Combines the counts of a phase that runs once more after an approval. The phase goes through all records again, so its new counts replace
 * the old ones. Only `candidates` stays that of the first time, before some of them were linked or created.
 */
function afterAnotherPass(before: Counters, counters: Counters): Counters {
  const { candidates } = before;
  return { ...counters, ...(candidates !== undefined && { candidates }) };
}

async function executeOne(
  run: RunInProgress,
  phase: RunPhase,
  child: Child,
  entity: Entity,
  step: string | undefined,
): Promise<ChildResult> {
  const { ref, children } = run;
  const workflowId = childIdOf(run.workflowId, ref.runId, phase, entity);
  const at = step === undefined ? {} : { at: { step, cursor: null, counters: {} } };
  const started = startChild(child, {
    workflowId,
    args: [{ ...ref, ...run.times, entity, ...at }],
    ...titleOfChild(phase, entity),
    parentClosePolicy: 'REQUEST_CANCEL',
  });
  children.set(workflowId, started);
  try {
    return await (await started).result();
  } finally {
    children.delete(workflowId);
    waitsNoMore(run, `${phase}/${entity}/`);
  }
}
