import type { Side } from '../entity';
import type { FieldMapping } from '../field-mapping';
import type { JsonValue } from '../json';

/** A field's raw value among an observation's values; null when it is missing. HubSpot's name is `[firstname, lastname]`. */
export function rawOf(field: FieldMapping, side: Side, values: Readonly<Record<string, JsonValue>>): JsonValue {
  const read = (name: string): JsonValue => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);
  if (side === 'officernd') return read(field.officernd);
  if (field.type === 'name') return field.hubspot.map(read);
  const [property] = field.hubspot;
  return property === undefined ? null : read(property);
}
