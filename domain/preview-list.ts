import type { Entity } from './entity';
import type { FieldChange, Operation, Phase } from './operation';
import { phases } from './operation';
import { entities } from './entity';
import { isBlank, isList } from './values/blank';

/** An operation as a preview shows it. */
export type ShownOperation = Pick<Operation, 'phase' | 'entity' | 'kind' | 'officerndId' | 'hubspotId' | 'fields' | 'reason'>;

/** The part of a list that a person asks for. An empty list of a kind leaves nothing out. */
export interface ListFilter {
  readonly entities: readonly Entity[];
  /** Rule ids, such as `M4`. */
  readonly rules: readonly string[];
  /** Ids of records on either side, or values of `hubspot_link_id`. */
  readonly ids: readonly string[];
}

/** A filter that leaves nothing out. */
export const everything: ListFilter = { entities: [], rules: [], ids: [] };

/**
 * The operations that a filter asks for. Where it names rules, an update is shown with the fields that follow one of them, and no others.
 */
export function filtered<One extends ShownOperation>(operations: readonly One[], { entities: of, rules, ids }: ListFilter): readonly One[] {
  return operations
    .filter((one) => (of.length === 0 || of.includes(one.entity)) && (ids.length === 0 || ids.some((id) => names(one, id))))
    .flatMap((one) => {
      if (rules.length === 0 || rules.includes(ruleOf(one))) return [one];
      const fields = one.fields.filter(({ rule }) => rules.includes(rule));
      return one.phase === 'update' && fields.length > 0 ? [{ ...one, fields }] : [];
    });
}

const names = ({ officerndId, hubspotId }: ShownOperation, id: string): boolean =>
  id === officerndId || id === hubspotId || (hubspotId !== null && /^\d+-/.test(id) && id.slice(id.indexOf('-') + 1) === hubspotId);

/** The id of the rule by which an operation is planned; of an update, whose fields have rules of their own, `merge`. */
export const ruleOf = ({ reason }: Pick<ShownOperation, 'reason'>): string => reason.split(' ')[0] ?? reason;

/** One line of the totals: how many operations of a kind, or fields of updates, follow a rule. */
export interface RuleTotal {
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: ShownOperation['kind'];
  readonly rule: string;
  /** Operations; of updates, fields. */
  readonly effects: number;
  /** How many of them replace a value that is there. */
  readonly giveWay: number;
}

/** How many effects there are of each entity and rule, in the order of phases and entities. */
export function totalsOf(operations: readonly ShownOperation[]): readonly RuleTotal[] {
  const totals = new Map<string, RuleTotal>();
  for (const operation of operations) {
    const { phase, entity, kind } = operation;
    const effects = phase === 'update' ? operation.fields : [null];
    for (const change of effects) {
      const rule = change?.rule ?? ruleOf(operation);
      const key = [phase, entity, kind, rule].join(' ');
      const known = totals.get(key) ?? { phase, entity, kind, rule, effects: 0, giveWay: 0 };
      const givesWay = change !== null && loserOf(change) !== null;
      totals.set(key, { ...known, effects: known.effects + 1, giveWay: known.giveWay + (givesWay ? 1 : 0) });
    }
  }
  const rank = ({ phase, entity }: RuleTotal): number => phases.indexOf(phase) * entities.length + entities.indexOf(entity);
  const name = ({ kind, rule }: RuleTotal): string => `${kind} ${rule}`;
  return [...totals.values()].toSorted((one, other) => rank(one) - rank(other) || (name(one) < name(other) ? -1 : 1));
}

/**
 * The side whose value gives way, where a write decides between two values (M2, M4); null for any other change. A blank does not give way.
 */
export function loserOf({ rule, action, officernd, hubspot }: FieldChange): 'officernd' | 'hubspot' | null {
  if (rule !== 'M2' && rule !== 'M4') return null;
  if (action === 'writeHubspot') return isBlankValue(hubspot) ? null : 'hubspot';
  return action === 'writeOfficernd' && !isBlankValue(officernd) ? 'officernd' : null;
}

/** HubSpot's name has two halves. */
const isBlankValue = (raw: FieldChange['hubspot']): boolean => isBlank(raw) || (isList(raw) && raw.every(isBlank));

/** Operations with values that give way, each with those fields alone, and all operations with what is left of them. */
export function splitByLoss<One extends ShownOperation>(
  operations: readonly One[],
): { readonly givesWay: readonly One[]; readonly rest: readonly One[] } {
  const partsOf = (wanted: boolean): readonly One[] =>
    operations.flatMap((one) => {
      if (one.phase !== 'update') return wanted ? [] : [one];
      const fields = one.fields.filter((change) => (loserOf(change) !== null) === wanted);
      return fields.length === 0 ? [] : [{ ...one, fields }];
    });
  return { givesWay: partsOf(true), rest: partsOf(false) };
}
