import type { JsonValue } from '../json';
import { textOf } from './blank';
import { readTime } from './time';
import { startOfDay } from './time-zone';
import type { ValueType } from './value-type';
import { converted, notConvertible } from './value-type';

/**
 * `datetime`: compared as instants to the millisecond. A bare day is its first instant in the tenant's time zone. Written as ISO 8601, UTC.
 */
export const datetimeType: ValueType = {
  canonical: (raw, _side, { timeZone }) => readInstant(raw, timeZone) ?? textOf(raw).trim(),
  convert: ({ raw, context }) => {
    const instant = readInstant(raw, context.timeZone);
    return instant === null ? notConvertible : converted(instant);
  },
};

function readInstant(raw: JsonValue, timeZone: string): string | null {
  const time = readTime(raw, timeZone);
  const ms = time?.kind === 'day' ? startOfDay(time.date, timeZone) : time?.ms;
  return ms === undefined || ms === null ? null : new Date(ms).toISOString();
}
