import type { Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { FieldCase } from './field-cases';
import type { Policy } from './scenario';

/** The expected merge of one field. The rules are written here as a table, on purpose without `domain/merge-field.ts`. */
export interface Expected {
  readonly rule: 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M12' | 'M7';
  readonly officernd: string | null;
  readonly hubspot: string | null;
  readonly keeps: 'conflict' | 'first-link' | null;
}

type Arrow = 'to officernd' | 'to hubspot' | 'nowhere';

/** Rule and direction of the write, by the field's direction and by the sides that have changed since the base. */
const changed: Readonly<Record<string, readonly [Expected['rule'], Arrow]>> = {
  '↔ officernd': ['M3', 'to hubspot'],
  '↔ hubspot': ['M3', 'to officernd'],
  '↔ both': ['M4', 'to hubspot'],
  '← officernd': ['M5', 'nowhere'],
  '← hubspot': ['M5', 'to officernd'],
  '← both': ['M5', 'to officernd'],
  '→ officernd': ['M5', 'to hubspot'],
  '→ hubspot': ['M5', 'nowhere'],
  '→ both': ['M5', 'to hubspot'],
  '← officernd enforced': ['M5', 'to officernd'],
  '→ hubspot enforced': ['M5', 'to hubspot'],
};

export function expected(one: FieldCase, policy: Policy): Expected {
  const { field, base } = one;
  const { officernd, hubspot } = one.before;
  const stays = { officernd, hubspot, keeps: null };
  if (officernd === hubspot) return { rule: 'M1', ...stays };
  if (base === undefined) return firstLink(one, policy);
  const isChange = (side: Side) => one.before[side] !== base[side].canonical && !(field.neverErase && one.before[side] === null);
  const who = isChange('officernd') ? (isChange('hubspot') ? 'both' : 'officernd') : isChange('hubspot') ? 'hubspot' : null;
  if (who === null) return { rule: field.neverErase && (officernd === null || hubspot === null) ? 'M6' : 'M7', ...stays };
  const key = `${field.direction} ${who}`;
  const [rule, arrow] = (field.drift === 'enforce' ? changed[`${key} enforced`] : undefined) ?? changed[key] ?? ['M7', 'nowhere'];
  return flowing(one, policy, rule, arrow, rule === 'M4' ? 'conflict' : null);
}

/** M2: OfficeRnD or the source wins, unless it is blank. If OfficeRnD is blank in a ↔ field, HubSpot's value is taken. */
function firstLink(one: FieldCase, policy: Policy): Expected {
  const { direction } = one.field;
  const { officernd, hubspot } = one.before;
  const arrow: Arrow =
    direction === '←' ? 'to officernd' : direction === '→' ? 'to hubspot' : officernd === null ? 'to officernd' : 'to hubspot';
  const [won, lost] = arrow === 'to officernd' ? [hubspot, officernd] : [officernd, hubspot];
  if (won === null) return { rule: 'M2', officernd, hubspot, keeps: null };
  return flowing(one, policy, 'M2', arrow, lost === null ? null : 'first-link');
}

function flowing({ field, before }: FieldCase, policy: Policy, rule: Expected['rule'], arrow: Arrow, keeps: Expected['keeps']): Expected {
  const stays = { ...before, keeps: null };
  if (arrow === 'nowhere') return { rule, ...stays };
  const [to, value]: [Side, string | null] = arrow === 'to officernd' ? ['officernd', before.hubspot] : ['hubspot', before.officernd];
  if (cannotTake(field, to, value)) return { rule: 'M12', ...stays };
  if (field.neverErase && value === null) return { rule: 'M6', ...stays };
  const trimmed = to === 'officernd' && policy.officerndTrims && value !== null && field.type === 'text' ? value.trim() : value;
  return { rule: value === null ? 'M6' : rule, officernd: before.officernd, hubspot: before.hubspot, keeps, [to]: trimmed };
}

/** True if a side can't take the value. HubSpot computes probabilities; `paused` has no stage, and `mystery` no status. */
const cannotTake = ({ entity, key }: FieldMapping, to: Side, value: string | null): boolean =>
  (entity === 'opportunity' && key === 'probability' && to === 'hubspot') ||
  (key === 'status' && (value === null || value === 'paused' || value === 'stage:mystery'));
