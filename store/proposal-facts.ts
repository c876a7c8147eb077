import { entities } from '../domain/entity';
import { phases } from '../domain/operation';
import { brakeKinds } from '../domain/proposal';
import type { HeldList } from '../domain/report';
import type { RunFacts } from './run-facts';

/** Facts by which a run remembers its proposals (P1) and the approvals that it has made use of (P2). */

const HELD = 'held/';
const USED = 'used-approval/';

/** Notes the proposal that a brake's list forms in this run. */
export const noteHeld = ({ setFact }: Pick<RunFacts, 'setFact'>, run: string, list: HeldList): Promise<void> =>
  setFact(run, `${HELD}${list.phase}/${list.entity}/${list.kind}`, { ...list });

/** Notes that this run does what an approved proposal allows. */
export const noteUsed = ({ setFact }: Pick<RunFacts, 'setFact'>, run: string, proposal: string): Promise<void> =>
  setFact(run, `${USED}${proposal}`, true);

/** The proposals among a run's facts, in the order of phases and entities. */
export const heldIn = (facts: Readonly<Record<string, unknown>>): readonly HeldList[] =>
  Object.entries(facts)
    .flatMap(([name, value]) => (name.startsWith(HELD) ? (toHeldList(value) ?? []) : []))
    .toSorted((one, other) => rank(one) - rank(other));

/** The approved proposals that a run has made use of. */
export const usedIn = (facts: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(facts).flatMap((name) => (name.startsWith(USED) ? name.slice(USED.length) : []));

const rank = ({ phase, entity, kind }: HeldList): number =>
  (phases.indexOf(phase) * entities.length + entities.indexOf(entity)) * brakeKinds.length + brakeKinds.indexOf(kind);

/** A fact comes back as it was noted, but its type is unknown. */
function toHeldList(value: unknown): HeldList | null {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('digest' in value) || !('operations' in value)) return null;
  const { id, digest, operations } = value;
  const phase = phases.find((one) => 'phase' in value && one === value.phase);
  const entity = entities.find((one) => 'entity' in value && one === value.entity);
  const kind = brakeKinds.find((one) => 'kind' in value && one === value.kind);
  if (typeof id !== 'string' || typeof digest !== 'string' || typeof operations !== 'number') return null;
  return phase === undefined || entity === undefined || kind === undefined ? null : { id, phase, entity, kind, operations, digest };
}
