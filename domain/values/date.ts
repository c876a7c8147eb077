import type { JsonValue } from '../json';
import { textOf } from './blank';
import { readTime } from './time';
import type { CalendarDate } from './time-zone';
import { dateAt, startOfDay } from './time-zone';
import type { Conversion, ValueType } from './value-type';
import { converted, notConvertible } from './value-type';

/** HubSpot's only standard date that is stored as a date-time. */
const CLOSE_DATE = 'closedate';

/**
 * `date`: compared as a calendar date in the tenant's time zone. Where the destination holds a date-time, the day's first instant in that
 * zone is written. It reads back as the same day, and people who look at it in that zone see no odd hour.
 */
export const dateType: ValueType = {
  canonical: (raw, _side, { timeZone }) => readDate(raw, timeZone) ?? textOf(raw).trim(),
  convert: (conversion) => {
    const { timeZone } = conversion.context;
    const date = readDate(conversion.raw, timeZone);
    if (date === null) return notConvertible;
    if (!holdsInstants(conversion)) return converted(date);
    const startMs = startOfDay(date, timeZone);
    return startMs === null ? notConvertible : converted(new Date(startMs).toISOString());
  },
};

function readDate(raw: JsonValue, timeZone: string): CalendarDate | null {
  const time = readTime(raw, timeZone);
  if (time === null) return null;
  return time.kind === 'day' ? time.date : dateAt(time.ms, timeZone);
}

/**
 * The current value shows which form the destination takes. A blank does not: then HubSpot's date property takes a date, and OfficeRnD a
 * date-time.
 */
function holdsInstants({ field, to, current, context }: Conversion): boolean {
  if (to === 'hubspot' && field.hubspot.includes(CLOSE_DATE)) return true;
  const time = readTime(current, context.timeZone);
  return time === null ? to === 'officernd' : time.kind === 'instant';
}
