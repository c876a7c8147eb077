import type { Side } from '../entity';
import { otherSide } from '../entity';
import type { FieldMapping, ValueContext } from '../field-mapping';
import type { JsonValue } from '../json';
import { isBlank, isList, textOf } from './blank';
import { canonical } from './canonical';
import type { Converted, ImpossibleReason } from './value-type';
import { converted, noCounterpart } from './value-type';
import { valueTypes } from './value-types';

export type Encoded =
  /** By the destination's own names; empty when what is there already means the same. HubSpot's values are all text. */
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, JsonValue>> }
  | { readonly kind: 'impossible'; readonly reason: ImpossibleReason };

/**
 * Converts the other side's raw value to the encoding of `to`. The returned values read back as equal to the source. Where that can't be,
 * the result is `impossible`: nothing is approximated. A blank clears: `''` in HubSpot, null in OfficeRnD.
 * @param raw the other side's value
 * @param current what `to` holds now
 */
export function encode(field: FieldMapping, to: Side, raw: JsonValue, current: JsonValue, context: ValueContext): Encoded {
  const source = canonical(field, otherSide(to), raw, context);
  const target = source === null ? cleared(field, to) : valueTypes[field.type].convert({ field, to, raw, current, context });
  if (target.kind === 'impossible') return target;
  if (canonical(field, to, target.kind === 'keep' ? current : target.value, context) !== source) {
    return { kind: 'impossible', reason: 'not-convertible' };
  }
  return { kind: 'values', values: target.kind === 'keep' ? {} : named(field, to, target.value, current) };
}

/**
 * The values that put a side's own earlier value back, by the side's own names. A half of a name that is there already is left out (M9).
 * @param current what the side holds now
 */
export const restored = (field: FieldMapping, side: Side, raw: JsonValue, current: JsonValue): Readonly<Record<string, JsonValue>> =>
  named(field, side, side === 'officernd' && isBlank(raw) ? null : raw, current);

/** A deal always has a stage and an opportunity a status, so no status has no counterpart. */
function cleared(field: FieldMapping, to: Side): Converted {
  if (field.type === 'status') return noCounterpart;
  return converted(to === 'officernd' ? null : '');
}

/**
 * One HubSpot property takes the value itself. The two of a name take its halves; a missing half is blank, and one that is there already is
 * left out (M9).
 */
function named(field: FieldMapping, to: Side, value: JsonValue, current: JsonValue): Readonly<Record<string, JsonValue>> {
  if (to === 'officernd') return { [field.officernd]: value };
  if (!isList(value)) return Object.fromEntries(field.hubspot.map((property) => [property, textOf(value)]));
  const present = isList(current) ? current : [];
  return Object.fromEntries(
    field.hubspot
      .map((property, index) => [property, textOf(value[index] ?? ''), textOf(present[index] ?? '')] as const)
      .flatMap(([property, text, before]) => (text === before ? [] : [[property, text] as const])),
  );
}
