import type { Side } from '../../../domain/entity';
import type { FieldType } from '../../../domain/field-mapping';
import type { JsonValue } from '../../../domain/json';
import type { Encoded } from '../../../domain/values';
import { encode } from '../../../domain/values';
import { aContext, aField } from './a-field';

const convert = (type: FieldType, to: Side, raw: JsonValue, current: JsonValue = null): Encoded =>
  encode(aField(type, { officernd: 'field' }), to, raw, current, aContext());

describe('the raw value is what is written', () => {
  test.each<[string, FieldType, Side, JsonValue, JsonValue]>([
    ['text', 'text', 'hubspot', ' A\r\nB ', ' A\r\nB '],
    ['a number as text', 'text', 'hubspot', 15000, '15000'],
    ['a web address', 'url', 'officernd', 'https://Example.com/', 'https://Example.com/'],
    ['an e-mail in its letter case', 'email', 'hubspot', 'Jo@Example.com', 'Jo@Example.com'],
    ['a phone with its formatting', 'phone', 'hubspot', '+44 (20) 7946', '+44 (20) 7946'],
    ['an option', 'enumeration', 'officernd', 'Gold', 'Gold'],
  ])('%s (%s to %s)', (_title, type, to, raw, value) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'values', values: { field: value } });
  });
});

describe('in the encoding of the destination', () => {
  test.each<[string, FieldType, Side, JsonValue, JsonValue]>([
    ['a number', 'number', 'officernd', '15000.00', 15000],
    ['a number', 'number', 'hubspot', 15000.5, '15000.5'],
    ['a number without exponent', 'number', 'hubspot', 1e21, '1000000000000000000000'],
    ['a percentage', 'percent', 'hubspot', 20, '0.2'],
    ['a percentage', 'percent', 'officernd', '0.200000000000000011102230246251565404236316680908203125', 20],
    ['a percentage', 'percent', 'officernd', '0.57', 57],
    ['a boolean', 'boolean', 'hubspot', false, 'false'],
    ['a boolean', 'boolean', 'officernd', 'true', true],
    ['several options in their order', 'multi-enumeration', 'hubspot', ['b', 'a', 'b'], 'b;a'],
    ['several options in their order', 'multi-enumeration', 'officernd', ';b;a', ['b', 'a']],
  ])('%s (%s to %s)', (_title, type, to, raw, value) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'values', values: { field: value } });
  });

  test.each<[string, FieldType, Side, JsonValue]>([
    ['unreadable number', 'number', 'officernd', '15,000'],
    ['unreadable number', 'number', 'hubspot', 'lots'],
    ['whole number that OfficeRnD can not hold exactly', 'number', 'officernd', '12345678901234567890'],
    ['unreadable percentage', 'percent', 'hubspot', 'likely'],
    ['unreadable boolean', 'boolean', 'officernd', 'Yes'],
    ['unreadable date', 'date', 'hubspot', '2026-02-30'],
    ['unreadable date-time', 'datetime', 'officernd', 'soon'],
    ['an option with a semicolon', 'multi-enumeration', 'hubspot', ['a;b', 'c']],
  ])('%s is not approximated (%s to %s)', (_title, type, to, raw) => {
    expect(convert(type, to, raw)).toEqual({ kind: 'impossible', reason: 'not-convertible' });
  });
});

describe('status', () => {
  test('the first stage of the status is written', () => {
    expect(convert('status', 'hubspot', 'open', 'closedlost')).toEqual({ kind: 'values', values: { field: 'appointment' } });
    expect(convert('status', 'hubspot', 'open', 'stage-only')).toEqual({ kind: 'values', values: { field: 'appointment' } });
  });

  test('a deal in another stage of the same status stays there', () => {
    expect(convert('status', 'hubspot', 'open', 'qualified')).toEqual({ kind: 'values', values: {} });
  });

  test('the status of the stage is written', () => {
    expect(convert('status', 'officernd', 'qualified', 'lost')).toEqual({ kind: 'values', values: { field: 'open' } });
  });

  test('M12 a value that is not in the table has no counterpart', () => {
    const impossible = { kind: 'impossible', reason: 'no-counterpart' };
    expect(convert('status', 'officernd', 'stage-only')).toEqual(impossible);
    expect(convert('status', 'hubspot', 'status-only')).toEqual(impossible);
    expect(convert('status', 'hubspot', 'toString')).toEqual(impossible);
  });
});
