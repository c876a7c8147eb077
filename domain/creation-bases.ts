import type { FieldMapping, ValueContext } from './field-mapping';
import type { FieldBase, Snapshot } from './link';
import type { Observation } from './observation';
import type { FieldChange } from './operation';
import { flowsToOfficernd } from './plan-create';
import { baseAfterWrite, markOf, sideBase } from './plan-update';
import { isUnreadIn } from './unread';
import { rawOf } from './values';

/**
 * The bases of a record that OfficeRnD returned for a creation (M7). A field has no base yet if it flows the other way, or if OfficeRnD
 * can't take it or has refused it. The pair meets there for the first time (M2). So the update phase tries the field again, and reports it
 * (M10, M12).
 *
 * @param sent the fields that OfficeRnD took; a blank field is taken without being sent
 */
export function basesOfCreated(
  fields: readonly FieldMapping[],
  officernd: Observation,
  hubspot: Observation,
  sent: readonly FieldChange[],
  context: ValueContext,
): Snapshot {
  const keys = new Set(sent.map(({ field }) => field));
  return Object.fromEntries(
    fields.filter(flowsToOfficernd).flatMap((field): [string, FieldBase][] => {
      const base = baseAfterWrite(field, officernd, hubspot, context);
      const isBlank = base.hubspot.canonical === null && !isUnreadIn(field, hubspot);
      return keys.has(field.key) || isBlank ? [[field.key, base]] : [];
    }),
  );
}

/**
 * The bases of a record that was found where a creation may have happened (L12). It may be older than the creation, or a person may have
 * changed it since. So only the fields that hold what was sent are agreed on. For all others the pair meets for the first time (M2).
 *
 * @param sent the fields that the creation was planned with, as in its journal
 */
export function basesOfFound(
  fields: readonly FieldMapping[],
  officernd: Observation,
  sent: readonly FieldChange[],
  context: ValueContext,
): Snapshot {
  const byKey = new Map(sent.map((change) => [change.field, change.hubspot]));
  return Object.fromEntries(
    fields.flatMap((field): [string, FieldBase][] => {
      const raw = byKey.get(field.key);
      if (raw === undefined) return [];
      const base = {
        ...markOf(field),
        officernd: sideBase(field, 'officernd', rawOf(field, 'officernd', officernd.values), context),
        hubspot: sideBase(field, 'hubspot', raw, context),
      };
      return base.officernd.canonical === base.hubspot.canonical ? [[field.key, base]] : [];
    }),
  );
}
