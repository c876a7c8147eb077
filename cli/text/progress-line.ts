import type { Progress, RunPhase } from '../../workflows/api';
import { shownDuration } from './tables';

const phaseWords: Readonly<Record<RunPhase, string>> = {
  observe: 'reading both sides',
  unlink: '1 unlink',
  link: '2 create and link',
  update: '3 update',
};
/** The parts of a run, in their order. */
export const runPhases: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];

interface Shown extends Pick<Progress, 'state' | 'paused' | 'phase' | 'counts'> {
  /** The line only says whether there are any. */
  readonly waits: readonly unknown[];
}

/** One line about a run under way: `acme: 2 create and link · 4.5 s · observe 3 done · unlink 3 done`. */
export function progressLine(tenant: string, { state, paused, phase, counts, waits }: Shown, elapsedMs: number | null): string {
  const doing = phase === null ? 'getting ready' : phaseWords[phase];
  const standing = paused ? ' (paused)' : waits.length > 0 ? ' (waiting)' : '';
  const parts = [`${doing}${standing}`, ...(elapsedMs === null ? [] : [shownDuration(elapsedMs)]), ...finished(counts)];
  return `${tenant}: ${state === 'running' ? '' : `${state}, `}${parts.join(' · ')}`;
}

/** How many entities each phase has finished. */
const finished = (counts: Progress['counts']): readonly string[] =>
  runPhases.flatMap((phase) => {
    const done = Object.keys(counts[phase] ?? {}).length;
    return done === 0 ? [] : [`${phase} ${done} done`];
  });
