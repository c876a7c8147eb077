import type { FieldType } from '../../../domain/field-mapping';
import type { JsonValue } from '../../../domain/json';
import type { Canonical } from '../../../domain/values';
import { canonical } from '../../../domain/values';
import { aContext, aField } from './a-field';

const of = (type: FieldType, side: 'officernd' | 'hubspot', raw: JsonValue): Canonical => canonical(aField(type), side, raw, aContext());

describe('text', () => {
  test.each<[string, JsonValue, string]>([
    ['line endings are normalised', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['composed and decomposed letters are equal', 'Zoe\u0308', 'Zo\u00EB'],
    ['white space and case count', ' A b ', ' A b '],
    ['a number is its text', 15000, '15000'],
    ['a boolean is its text', false, 'false'],
    ['an object is its JSON', { a: [1] }, '{"a":[1]}'],
  ])('%s', (_title, raw, expected) => expect(of('text', 'officernd', raw)).toBe(expected));
});

describe('url', () => {
  test.each<[string, string, string]>([
    ['without scheme', 'https://example.com', 'example.com'],
    ['scheme in any case', 'HTTP://example.com', 'example.com'],
    ['host in lower case', 'WWW.Example.COM', 'www.example.com'],
    ['without trailing slash', 'example.com/', 'example.com'],
    ['without trailing slashes of a path', 'example.com/About//', 'example.com/About'],
    ['path keeps its case', 'https://Example.com/About/Us', 'example.com/About/Us'],
    ['query keeps case and slash', 'https://Example.com?Next=/A/', 'example.com?Next=/A/'],
    ['fragment keeps case and slash', 'https://Example.com/#/A/', 'example.com/#/A/'],
    ['a port stays', 'https://Example.com:8080/', 'example.com:8080'],
    ['credentials keep their case', 'https://Jo:Secret@Example.com', 'Jo:Secret@example.com'],
    ['white space around it does not count', ' example.com ', 'example.com'],
    ['a scheme alone stays', 'https://', 'https://'],
    ['a slash alone stays', '/', '/'],
  ])('%s', (_title, raw, expected) => expect(of('url', 'hubspot', raw)).toBe(expected));
});

describe('email and phone', () => {
  test('e-mail is compared trimmed and in lower case', () => expect(of('email', 'officernd', ' Jo@Example.COM ')).toBe('jo@example.com'));

  test.each<[string, string, string]>([
    ['digits and leading +', '+44 (0)20 7946-0958', '+4402079460958'],
    ['the + counts', '44 20', '4420'],
    ['a + in parentheses leads too', '(+44) 20', '+4420'],
    ['a + behind the digits does not lead', '20+', '20'],
    ['without digits it is text', ' ask reception ', 'ask reception'],
  ])('%s', (_title, raw, expected) => expect(of('phone', 'officernd', raw)).toBe(expected));
});

describe('number', () => {
  test.each<[string, JsonValue, string]>([
    ['a number', 15000, '15000'],
    ['trailing zeros', '15000.00', '15000'],
    ['an exponent', '1e3', '1000'],
    ['a large number has no exponent', 1e21, '1000000000000000000000'],
    ['a small number has no exponent', '1e-7', '0.0000001'],
    ['zero has no sign', '-0.0', '0'],
    ['a plus sign', ' +5 ', '5'],
    ['without a leading zero', '.5', '0.5'],
    ['binary noise of a computed number', '0.1000000000000000055511151231257827021181583404541015625', '0.1'],
    ['a long whole number is exact', '12345678901234567890', '12345678901234567890'],
    ['unreadable text stays', ' 15,000 ', '15,000'],
    ['hexadecimal is text', '0x1F', '0x1F'],
    ['Infinity is text', 'Infinity', 'Infinity'],
    ['what no double holds is text', '1e999999999', '1e999999999'],
  ])('%s', (_title, raw, expected) => expect(of('number', 'hubspot', raw)).toBe(expected));
});

describe('percent', () => {
  test.each<[string, 'officernd' | 'hubspot', JsonValue, string]>([
    ['OfficeRnD counts to 100', 'officernd', 20, '20'],
    ['HubSpot counts to 1', 'hubspot', '0.2', '20'],
    ['HubSpot sends all binary digits', 'hubspot', '0.200000000000000011102230246251565404236316680908203125', '20'],
    ['a fraction that doubles multiply badly', 'hubspot', '0.57', '57'],
    ['certain', 'hubspot', '1.0', '100'],
    ['none', 'hubspot', '0.0', '0'],
    ['thirds are rounded alike', 'hubspot', '0.3333333333333333', '33.33333333'],
    ['thirds are rounded alike', 'officernd', 33.333333333333336, '33.33333333'],
    ['unreadable text stays', 'officernd', 'likely', 'likely'],
  ])('%s (%s)', (_title, side, raw, expected) => expect(of('percent', side, raw)).toBe(expected));
});

describe('boolean and enumerations', () => {
  test.each<[string, FieldType, JsonValue, Canonical]>([
    ['true', 'boolean', true, 'true'],
    ['text in any case', 'boolean', 'TRUE', 'true'],
    ['false is not blank', 'boolean', false, 'false'],
    ['Yes is text', 'boolean', ' Yes ', 'Yes'],
    ['an option is compared exactly', 'enumeration', ' Gold ', 'Gold'],
    ['a numeric option is text', 'enumeration', 3, '3'],
    ['several options are a set', 'multi-enumeration', 'b;a;;b; ', 'a;b'],
    ['a list is a set', 'multi-enumeration', ['b', 'a', 'b', null], 'a;b'],
    ['a list of blanks is blank', 'multi-enumeration', ['', null], null],
    ['separators alone are blank', 'multi-enumeration', ';;', null],
  ])('%s (%s)', (_title, type, raw, expected) => expect(of(type, 'officernd', raw)).toBe(expected));

  test('one option with a semicolon is not two options', () => {
    expect(of('multi-enumeration', 'officernd', ['a;b'])).not.toBe(of('multi-enumeration', 'officernd', ['a', 'b']));
  });
});

describe('status', () => {
  test.each<[string, 'officernd' | 'hubspot', string, string]>([
    ['a status is its id', 'officernd', 'open', 'open'],
    ['a stage is its status', 'hubspot', 'appointment', 'open'],
    ['another stage of that status', 'hubspot', 'qualified', 'open'],
    ['an unmapped stage', 'hubspot', 'stage-only', 'stage:stage-only'],
    ['an unmapped status', 'officernd', 'status-only', 'status-only'],
    ['a stage named like an object property', 'hubspot', 'constructor', 'stage:constructor'],
  ])('%s (%s)', (_title, side, raw, expected) => expect(of('status', side, raw)).toBe(expected));

  test.each(['stage-only', 'stage:stage-only', 'status:stage:stage-only'])('an unmapped stage never equals the status %s', (status) => {
    expect(of('status', 'officernd', status)).not.toBe(of('status', 'hubspot', 'stage-only'));
  });
});
