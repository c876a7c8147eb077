import type { Side } from '../entity';
import type { FieldMapping } from '../field-mapping';
import type { JsonValue } from '../json';

/** A field's raw value among an observation's values; a missing one is null (§2.2). HubSpot's name is `[firstname, lastname]` (§2.1). */
export function rawOf(field: FieldMapping, side: Side, values: Readonly<Record<string, JsonValue>>): JsonValue {
  const read = (name: string): JsonValue => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);
  if (side === 'officernd') return read(field.officernd);
  if (field.type === 'name') return field.hubspot.map(read);
  const [property] = field.hubspot;
  return property === undefined ? null : read(property);
}
