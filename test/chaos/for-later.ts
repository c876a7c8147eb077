import type { FaultKind, Turn, TwistName } from './schedule';

/** The new kinds of incidents. */
type Incident = FaultKind | TwistName | Turn | 'late creation' | 'value let go';

/**
 * Incidents that the program does not bear yet, each with the rule that is missing. No schedule has them by chance or as its aim. `--replay`
 * plays them all the same.
 */
const forLater: ReadonlySet<Incident> = new Set<Incident>([
  'late creation', // L12
  'link id refused', // L6
]);

/** Whether schedules may have an incident, and the laws about it hold. */
export const isReady = (incident: Incident): boolean => !forLater.has(incident);

/** The weights of the incidents that schedules may have. */
export const withoutLater = <Name extends Incident>(weights: Readonly<Record<Name, number>>): Readonly<Record<Name, number>> => {
  const ready = { ...weights };
  for (const name of forLater) if (name in ready) Object.assign(ready, { [name]: 0 });
  return ready;
};
