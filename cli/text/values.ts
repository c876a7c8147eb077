import { cellText } from '../../client/exports/csv';
import type { Entity, Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import type { FieldChange } from '../../domain/operation';
import { asLabel, printableJson } from '../../domain/printable';
import { shownValue, wholeName } from '../../domain/shown-value';
import type { TenantMapping } from '../../domain/tenant-mapping';

const VALUE_LENGTH = 40;

/** The text of a field's value. */
export type ValueOf = (entity: Entity, field: string, side: Side, value: JsonValue) => string;

type Mapping = Pick<TenantMapping, 'fields' | 'statuses'> | undefined;

/** Values as people write them, by the mapping of a run, shortened to fit into a line: statuses by label, numbers with thousands set apart. */
export function valuesBy(mapping: Mapping): ValueOf {
  const shownOf = shownBy(mapping);
  return (...given) => {
    const shown = shownOf(...given);
    const [, field, , value] = given;
    return shown === null ? fieldText(field, value) : asLabel(shown);
  };
}

/** The same for the cells of a file: whole, and without quotes. */
export function cellsBy(mapping: Mapping): ValueOf {
  const shownOf = shownBy(mapping);
  return (...given) => {
    const [, field, , value] = given;
    return shownOf(...given) ?? cellText(wholeName(field, value));
  };
}

/** Null for a value that is shown as it stands. */
function shownBy(mapping: Mapping): (...given: Parameters<ValueOf>) => string | null {
  const fields = new Map(mapping?.fields.map((field) => [`${field.entity}/${field.key}`, field]) ?? []);
  return (entity, field, side, value) => {
    const known = fields.get(`${entity}/${field}`);
    return known === undefined || mapping === undefined ? null : shownValue(known, side, value, mapping.statuses);
  };
}

/** `phone: "1" → "2" (M3)`: the value that is replaced, then the new one. */
export function changeText(
  { field: key, officernd, hubspot, rule, action, after }: FieldChange,
  valueOf: (side: Side, value: JsonValue) => string,
): string {
  const field = asLabel(key);
  const [inOfficernd, inHubSpot] = [valueOf('officernd', officernd), valueOf('hubspot', hubspot)];
  switch (action) {
    case 'writeOfficernd':
      return `${field}: ${inOfficernd} → ${after === undefined ? inHubSpot : valueOf('officernd', after)} (${rule})`;
    case 'writeHubspot':
      return `${field}: ${inHubSpot} → ${after === undefined ? inOfficernd : valueOf('hubspot', after)} (${rule})`;
    case 'drift':
      return `${field}: stays different, ${inOfficernd} and ${inHubSpot} (${rule})`;
  }
}

/** A field's value where no mapping is at hand, shortened to fit into a table. */
export const fieldText = (field: string, value: JsonValue): string => valueText(wholeName(field, value));

/** A value, shortened to fit into a table. */
export function valueText(value: JsonValue): string {
  const characters = Array.from(printableJson(value).slice(0, VALUE_LENGTH * 4));
  return characters.length > VALUE_LENGTH ? `${characters.slice(0, VALUE_LENGTH - 1).join('')}…` : characters.join('');
}
