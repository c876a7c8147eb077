import type { WaitNotice } from '../domain/trouble';
import { show } from './run-in-progress';
import type { RunInProgress } from './run-in-progress';

/** Type of the activity that begins a run. */
export const PREPARE_RUN = 'prepareRun';

/**
 * Notes that the preparation or a child waits. A notice from a child that has ended is ignored: the end may overtake it. The run's other
 * activities never ask a vendor for anything.
 */
export function noteWaitNotice(run: RunInProgress, { step, trouble }: WaitNotice): void {
  const { status, children } = run;
  if (trouble === null) return waitsNoMore(run, step);
  const child = step.split('/').slice(0, -1).join('/');
  const isAtWork = child === '' ? step === PREPARE_RUN : [...children.keys()].some((workflowId) => workflowId.endsWith(`/${child}`));
  if (!isAtWork) return;
  status.waits.set(step, trouble);
  show(run);
}

/** Forgets the waits of a step, or of all steps whose names begin with `step`. */
export function waitsNoMore(run: RunInProgress, step: string): void {
  const over = [...run.status.waits.keys()].filter((name) => name.startsWith(step));
  for (const name of over) run.status.waits.delete(name);
  if (over.length > 0) show(run);
}
