import { isDeepStrictEqual } from 'node:util';
import type { ExpectedValue, Range } from './case';

/** Whether a number is as expected: itself, or within bounds that are both included. */
export const isWithin = (seen: number, expected: Range): boolean =>
  typeof expected === 'number' ? seen === expected : seen >= (expected.min ?? -Infinity) && seen <= (expected.max ?? Infinity);

/** Whether a field's value is as expected; `null` stands for a blank of any form. */
export function isAsExpected(seen: unknown, expected: ExpectedValue): boolean {
  if (expected === null) return seen === null || seen === undefined || seen === '';
  if (typeof expected !== 'object' || Array.isArray(expected)) return isDeepStrictEqual(seen, expected);
  if ('instant' in expected) return isTime(seen) && Date.parse(timeText(seen)) === Date.parse(expected.instant);
  if ('matches' in expected) return typeof seen === 'string' && new RegExp(expected.matches, 'iu').test(seen);
  if ('number' in expected) return Number(seen) === expected.number;
  return expected.oneOf.some((one) => isDeepStrictEqual(seen, one) || (one === null && isAsExpected(seen, null)));
}

const isTime = (seen: unknown): seen is string | number => typeof seen === 'string' || typeof seen === 'number';

/** HubSpot may give a time as milliseconds since 1970. */
const timeText = (seen: string | number): string => (/^-?\d{5,}$/.test(String(seen)) ? new Date(Number(seen)).toISOString() : String(seen));

/** A value by its path: `address.city`; a key of the bag may hold dots: `properties.VAT no.`. */
export function valueAt(record: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path];
  const dot = path.indexOf('.');
  if (dot === -1) return undefined;
  const inner = record[path.slice(0, dot)];
  return isRecord(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
