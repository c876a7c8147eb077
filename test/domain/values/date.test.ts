import type { Side } from '../../../domain/entity';
import type { FieldMapping } from '../../../domain/field-mapping';
import type { JsonValue } from '../../../domain/json';
import { canonical, encode } from '../../../domain/values';
import { aContext, aField } from './a-field';

const closeDate = aField('date', { officernd: 'startDate', hubspot: ['closedate'] });
const additional = aField('date');
const write = (field: FieldMapping, to: Side, raw: JsonValue, timeZone: string, current: JsonValue = null) =>
  encode(field, to, raw, current, aContext(timeZone));

describe('date is a calendar date in the tenant time zone', () => {
  test.each<[string, JsonValue, string, string]>([
    ['a bare date', '2026-05-01', 'America/New_York', '2026-05-01'],
    ['an instant', '2026-05-01T00:00:00.000Z', 'UTC', '2026-05-01'],
    ['an instant west of Greenwich', '2026-05-01T03:59:59.999Z', 'America/New_York', '2026-04-30'],
    ['an instant east of Greenwich', '2026-04-30T21:00:00Z', 'Europe/Sofia', '2026-05-01'],
    ['an instant with offset', '2026-05-01T01:00:00+03:00', 'UTC', '2026-04-30'],
    ['a date-time without offset is the zone own', '2026-05-01T00:30:00', 'America/New_York', '2026-05-01'],
    ['epoch milliseconds as text', '1777593600000', 'UTC', '2026-05-01'],
    ['epoch milliseconds', 1777593600000, 'America/New_York', '2026-04-30'],
    ['a day that no calendar has is text', ' 2026-02-30 ', 'UTC', '2026-02-30'],
    ['a year is text', '2026', 'UTC', '2026'],
    ['an impossible hour is text', '2026-05-01T25:00:00Z', 'UTC', '2026-05-01T25:00:00Z'],
    ['an instant out of range is text', '999999999999999999', 'UTC', '999999999999999999'],
  ])('%s: %j in %s', (_title, raw, timeZone, expected) => expect(canonical(closeDate, 'hubspot', raw, aContext(timeZone))).toBe(expected));
});

describe('writing a date', () => {
  test.each<[string, string, string, string]>([
    ['midnight', '2026-05-01', 'UTC', '2026-05-01T00:00:00.000Z'],
    ['midnight west of Greenwich', '2026-05-01', 'America/New_York', '2026-05-01T04:00:00.000Z'],
    ['midnight east of Greenwich', '2026-05-01', 'Pacific/Kiritimati', '2026-04-30T10:00:00.000Z'],
    ['midnight before the clocks change that day', '2026-03-29', 'Europe/London', '2026-03-29T00:00:00.000Z'],
    ['first instant of a day whose midnight is skipped', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['first of two midnights', '2026-10-25', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z'],
  ])('%s (%s in %s)', (_title, date, timeZone, instant) => {
    expect(write(closeDate, 'hubspot', date, timeZone)).toEqual({ kind: 'values', values: { closedate: instant } });
    expect(write(closeDate, 'officernd', date, timeZone)).toEqual({ kind: 'values', values: { startDate: instant } });
  });

  test('the hour of the source is not copied', () => {
    expect(write(closeDate, 'officernd', '2026-05-01T15:22:11Z', 'UTC')).toEqual({
      kind: 'values',
      values: { startDate: '2026-05-01T00:00:00.000Z' },
    });
  });

  test('a day that the zone never had is not convertible', () => {
    expect(write(closeDate, 'hubspot', '2011-12-30', 'Pacific/Apia')).toEqual({ kind: 'impossible', reason: 'not-convertible' });
  });

  test('a date property of HubSpot takes a bare date', () => {
    expect(write(additional, 'hubspot', '2026-04-30T21:00:00Z', 'Europe/Sofia')).toEqual({
      kind: 'values',
      values: { field: '2026-05-01' },
    });
  });

  test('the form that is there is kept', () => {
    expect(write(additional, 'hubspot', '2026-05-01', 'UTC', '2026-01-01T10:00:00Z')).toEqual({
      kind: 'values',
      values: { field: '2026-05-01T00:00:00.000Z' },
    });
    expect(write(additional, 'officernd', '2026-05-01', 'UTC', '2026-01-01')).toEqual({
      kind: 'values',
      values: { 'properties.field': '2026-05-01' },
    });
  });

  test('the close date is always an instant', () => {
    expect(write(closeDate, 'hubspot', '2026-05-01', 'UTC', '2026-01-01')).toEqual({
      kind: 'values',
      values: { closedate: '2026-05-01T00:00:00.000Z' },
    });
  });
});

describe('datetime', () => {
  const field = aField('datetime');

  test.each<[string, JsonValue, string]>([
    ['without milliseconds', '2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['with offset', '2026-05-01T12:00:00.5+0200', '2026-05-01T10:00:00.500Z'],
    ['cut to milliseconds', '2026-05-01T10:00:00.123456789Z', '2026-05-01T10:00:00.123Z'],
    ['epoch milliseconds', '1777629600000', '2026-05-01T10:00:00.000Z'],
    ['a bare day is its first instant in the zone', '2026-05-01', '2026-05-01T04:00:00.000Z'],
    ['without offset it is the time of the zone', '2026-05-01 10:00', '2026-05-01T14:00:00.000Z'],
    ['a time that is skipped', '2026-03-08T02:30:00', '2026-03-08T07:30:00.000Z'],
    ['the first of a time that comes twice', '2026-11-01T01:30:00', '2026-11-01T05:30:00.000Z'],
    ['unreadable text stays', 'soon', 'soon'],
  ])('%s: %j', (_title, raw, expected) => expect(canonical(field, 'hubspot', raw, aContext('America/New_York'))).toBe(expected));

  test('written as an instant in UTC', () => {
    expect(write(field, 'hubspot', '2026-05-01T12:00:00+02:00', 'UTC')).toEqual({
      kind: 'values',
      values: { field: '2026-05-01T10:00:00.000Z' },
    });
  });
});
