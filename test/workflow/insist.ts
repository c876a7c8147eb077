import type { RunPhase } from '../../workflows/api';
import type { SentUpdate } from './server-core';

/** Throws `otherwise` if the law does not hold. */
export function insist(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`Against the laws: ${otherwise}.`);
}

/** Each accepted update has had an answer. Throws otherwise. */
export function insistOnAnswers(sent: readonly SentUpdate[]): void {
  const lost = sent.filter(({ state }) => state === 'accepted' || state === 'accepted and lost' || state === 'rejected');
  insist(lost.length === 0, lost.map(({ name, state }) => `${name} was ${state}`).join(', '));
}

/** The phases of a run, in order. */
export const PHASES: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];

/** The phase of a child's workflow type. */
export function phaseOf(workflowType: string): RunPhase {
  const phase = PHASES.find((one) => `${one}Entity` === workflowType);
  if (phase === undefined) throw new Error(`Against the laws: there is no workflow ${workflowType}.`);
  return phase;
}
