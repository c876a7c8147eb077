import type { JsonValue } from '../json';
import { textOf } from './blank';
import type { CalendarDate } from './time-zone';
import { instantAt } from './time-zone';

/** A point in time or a whole day, as a vendor may send either. */
export type Time = { readonly kind: 'instant'; readonly ms: number } | { readonly kind: 'day'; readonly date: CalendarDate };

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** Fewer digits are more likely a year or `YYYYMMDD` than the first day of 1970. */
const EPOCH_MS = /^-?\d{9,}$/;

/** The range that four digits of a year can write in every zone. */
const EARLIEST_MS = Date.parse('0001-01-02T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-30T00:00:00.000Z');

/**
 * Reads `YYYY-MM-DD`, ISO date-times and epoch milliseconds, as number or text. Date-times are cut to milliseconds; without offset they are
 * in the zone's own time. Returns null for anything else, for days that no calendar has, and outside the years 1 to 9999.
 */
export function readTime(raw: JsonValue, timeZone: string): Time | null {
  const text = textOf(raw).trim();
  if (EPOCH_MS.test(text)) return instant(Number(text));
  const [, date, hour, minute, second = '0', fraction = '', offset] = ISO.exec(text) ?? [];
  if (date === undefined) return null;
  const midnightMs = Date.parse(`${date}T00:00:00.000Z`);
  if (!inRange(midnightMs) || !new Date(midnightMs).toISOString().startsWith(date)) return null;
  if (hour === undefined || minute === undefined) return { kind: 'day', date };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const wallMs = midnightMs + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + milliseconds;
  return instant(offset === undefined ? instantAt(wallMs, timeZone) : wallMs - offsetMs(offset));
}

const instant = (ms: number | null): Time | null => (ms !== null && inRange(ms) ? { kind: 'instant', ms } : null);

/** False for NaN too. */
const inRange = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

function offsetMs(offset: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset) ?? [];
  if (hours === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
