import type { Side } from '../../../domain/entity';
import type { FieldType } from '../../../domain/field-mapping';
import type { JsonValue } from '../../../domain/json';
import type { Encoded } from '../../../domain/values';
import { encode } from '../../../domain/values';
import { aContext, aField } from './a-field';

const convert = (type: FieldType, to: Side, raw: JsonValue, current: JsonValue = null): Encoded =>
  encode(aField(type, { officernd: 'field' }), to, raw, current, aContext());

describe('§2.3 the raw value is what is written', () => {
  test.each<[string, FieldType, Side, JsonValue, JsonValue]>([
    ['§2.3 text', 'text', 'hubspot', ' A\r\nB ', ' A\r\nB '],
    ['§2.3 a number as text', 'text', 'hubspot', 15000, '15000'],
    ['§2.3 a web address', 'url', 'officernd', 'https://Example.com/', 'https://Example.com/'],
    ['§2.3 an e-mail in its letter case', 'email', 'hubspot', 'Jo@Example.com', 'Jo@Example.com'],
    ['§2.3 a phone with its formatting', 'phone', 'hubspot', '+44 (20) 7946', '+44 (20) 7946'],
    ['§2.3 an option', 'enumeration', 'officernd', 'Gold', 'Gold'],
  ])('%s (%s to %s)', (_title, type, to, raw, value) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'values', values: { field: value } });
  });
});

describe('§2.3 in the encoding of the destination', () => {
  test.each<[string, FieldType, Side, JsonValue, JsonValue]>([
    ['§2 a number', 'number', 'officernd', '15000.00', 15000],
    ['§2 a number', 'number', 'hubspot', 15000.5, '15000.5'],
    ['§2 a number without exponent', 'number', 'hubspot', 1e21, '1000000000000000000000'],
    ['§2 a percentage', 'percent', 'hubspot', 20, '0.2'],
    ['§2 a percentage', 'percent', 'officernd', '0.200000000000000011102230246251565404236316680908203125', 20],
    ['§2 a percentage', 'percent', 'officernd', '0.57', 57],
    ['§2.4 a boolean', 'boolean', 'hubspot', false, 'false'],
    ['§2.4 a boolean', 'boolean', 'officernd', 'true', true],
    ['§2.4 several options in their order', 'multi-enumeration', 'hubspot', ['b', 'a', 'b'], 'b;a'],
    ['§2.4 several options in their order', 'multi-enumeration', 'officernd', ';b;a', ['b', 'a']],
  ])('%s (%s to %s)', (_title, type, to, raw, value) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'values', values: { field: value } });
  });

  test.each<[string, FieldType, Side, JsonValue]>([
    ['§2.3 unreadable number', 'number', 'officernd', '15,000'],
    ['§2.3 unreadable number', 'number', 'hubspot', 'lots'],
    ['§2.3 whole number that OfficeRnD can not hold exactly', 'number', 'officernd', '12345678901234567890'],
    ['§2.3 unreadable percentage', 'percent', 'hubspot', 'likely'],
    ['§2.3 unreadable boolean', 'boolean', 'officernd', 'Yes'],
    ['§2.3 unreadable date', 'date', 'hubspot', '2026-02-30'],
    ['§2.3 unreadable date-time', 'datetime', 'officernd', 'soon'],
    ['§2.3 an option with a semicolon', 'multi-enumeration', 'hubspot', ['a;b', 'c']],
  ])('%s is not approximated (%s to %s)', (_title, type, to, raw) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'impossible', reason: 'not-convertible' });
  });
});

describe('§2 status', () => {
  test('§2 the first stage of the status is written', () => {
    expect(convert('status', 'hubspot', 'open', 'closedlost')).toEqual({ kind: 'values', values: { field: 'appointment' } });
    expect(convert('status', 'hubspot', 'open', 'stage-only')).toEqual({ kind: 'values', values: { field: 'appointment' } });
  });

  test('§2 a deal in another stage of the same status stays there', () => {
    expect(convert('status', 'hubspot', 'open', 'qualified')).toEqual({ kind: 'values', values: {} });
  });

  test('§2 the status of the stage is written', () => {
    expect(convert('status', 'officernd', 'qualified', 'lost')).toEqual({ kind: 'values', values: { field: 'open' } });
  });

  test('M12 what is not in the table has no counterpart', () => {
    const impossible = { kind: 'impossible', reason: 'no-counterpart' };
    expect(convert('status', 'officernd', 'stage-only')).toEqual(impossible);
    expect(convert('status', 'hubspot', 'status-only')).toEqual(impossible);
    expect(convert('status', 'hubspot', 'toString')).toEqual(impossible);
  });
});
