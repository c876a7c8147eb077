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

/** The incident, or another one in its place while the program does not bear it. Other choices of the same dice are the same either way. */
export const readyOr = <Name extends Incident>(incident: Name, other: Name): Name => (isReady(incident) ? incident : other);
