import type { Side } from '../entity';
import type { FieldMapping, ValueContext } from '../field-mapping';
import type { JsonValue } from '../json';
import { isBlank } from './blank';
import type { Canonical } from './value-type';
import { valueTypes } from './value-types';

/**
 * The form in which a value is compared. Two values, of either side, are equal exactly when their canonical forms are. All blank values are
 * null. Never fails: a value that can't be read is compared as text. Percentages come out as 0–100, stages as status ids, dates as
 * `YYYY-MM-DD`, instants as ISO 8601 in UTC.
 */
export const canonical = (field: FieldMapping, side: Side, raw: JsonValue, context: ValueContext): Canonical =>
  isBlank(raw) ? null : valueTypes[field.type].canonical(raw, side, context);
