import type { FieldType } from '../../../domain/field-mapping';
import type { JsonValue } from '../../../domain/json';
import type { Canonical } from '../../../domain/values';
import { canonical } from '../../../domain/values';
import { aContext, aField } from './a-field';

const of = (type: FieldType, side: 'officernd' | 'hubspot', raw: JsonValue): Canonical => canonical(aField(type), side, raw, aContext());

describe('§2 text', () => {
  test.each<[string, JsonValue, string]>([
    ['§2 line endings are normalised', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['§2.3 composed and decomposed letters are equal', 'Zoe\u0308', 'Zo\u00EB'],
    ['§2.3 white space and case count', ' A b ', ' A b '],
    ['§2.3 a number is its text', 15000, '15000'],
    ['§2.3 a boolean is its text', false, 'false'],
    ['§2.3 an object is its JSON', { a: [1] }, '{"a":[1]}'],
  ])('%s', (_title, raw, expected) => expect(of('text', 'officernd', raw)).toBe(expected));
});

describe('§2 url', () => {
  test.each<[string, string, string]>([
    ['§2 without scheme', 'https://example.com', 'example.com'],
    ['§2 scheme in any case', 'HTTP://example.com', 'example.com'],
    ['§2 host in lower case', 'WWW.Example.COM', 'www.example.com'],
    ['§2 without trailing slash', 'example.com/', 'example.com'],
    ['§2 without trailing slashes of a path', 'example.com/About//', 'example.com/About'],
    ['§2 path keeps its case', 'https://Example.com/About/Us', 'example.com/About/Us'],
    ['§2 query keeps case and slash', 'https://Example.com?Next=/A/', 'example.com?Next=/A/'],
    ['§2 fragment keeps case and slash', 'https://Example.com/#/A/', 'example.com/#/A/'],
    ['§2 a port stays', 'https://Example.com:8080/', 'example.com:8080'],
    ['§2 credentials keep their case', 'https://Jo:Secret@Example.com', 'Jo:Secret@example.com'],
    ['§2 white space around it does not count', ' example.com ', 'example.com'],
    ['§2 a scheme alone stays', 'https://', 'https://'],
    ['§2 a slash alone stays', '/', '/'],
  ])('%s', (_title, raw, expected) => expect(of('url', 'hubspot', raw)).toBe(expected));
});

describe('§2 email and phone', () => {
  test('§2 e-mail is compared trimmed and in lower case', () =>
    expect(of('email', 'officernd', ' Jo@Example.COM ')).toBe('jo@example.com'));

  test.each<[string, string, string]>([
    ['§2 digits and leading +', '+44 (0)20 7946-0958', '+4402079460958'],
    ['§2 the + counts', '44 20', '4420'],
    ['§2 a + in parentheses leads too', '(+44) 20', '+4420'],
    ['§2 a + behind the digits does not lead', '20+', '20'],
    ['§2 without digits it is text', ' ask reception ', 'ask reception'],
  ])('%s', (_title, raw, expected) => expect(of('phone', 'officernd', raw)).toBe(expected));
});

describe('§2 number', () => {
  test.each<[string, JsonValue, string]>([
    ['§2 a number', 15000, '15000'],
    ['§2 trailing zeros', '15000.00', '15000'],
    ['§2 an exponent', '1e3', '1000'],
    ['§2 a large number has no exponent', 1e21, '1000000000000000000000'],
    ['§2 a small number has no exponent', '1e-7', '0.0000001'],
    ['§2 zero has no sign', '-0.0', '0'],
    ['§2 a plus sign', ' +5 ', '5'],
    ['§2 without a leading zero', '.5', '0.5'],
    ['§2 binary noise of a computed number', '0.1000000000000000055511151231257827021181583404541015625', '0.1'],
    ['§2 a long whole number is exact', '12345678901234567890', '12345678901234567890'],
    ['§2.3 unreadable text stays', ' 15,000 ', '15,000'],
    ['§2.3 hexadecimal is text', '0x1F', '0x1F'],
    ['§2.3 Infinity is text', 'Infinity', 'Infinity'],
    ['§2.3 what no double holds is text', '1e999999999', '1e999999999'],
  ])('%s', (_title, raw, expected) => expect(of('number', 'hubspot', raw)).toBe(expected));
});

describe('§2 percent', () => {
  test.each<[string, 'officernd' | 'hubspot', JsonValue, string]>([
    ['§2 OfficeRnD counts to 100', 'officernd', 20, '20'],
    ['§2 HubSpot counts to 1', 'hubspot', '0.2', '20'],
    ['§2 HubSpot sends all binary digits', 'hubspot', '0.200000000000000011102230246251565404236316680908203125', '20'],
    ['§2 a fraction that doubles multiply badly', 'hubspot', '0.57', '57'],
    ['§2 certain', 'hubspot', '1.0', '100'],
    ['§2 none', 'hubspot', '0.0', '0'],
    ['§2 thirds are rounded alike', 'hubspot', '0.3333333333333333', '33.33333333'],
    ['§2 thirds are rounded alike', 'officernd', 33.333333333333336, '33.33333333'],
    ['§2.3 unreadable text stays', 'officernd', 'likely', 'likely'],
  ])('%s (%s)', (_title, side, raw, expected) => expect(of('percent', side, raw)).toBe(expected));
});

describe('§2.4 boolean and enumerations', () => {
  test.each<[string, FieldType, JsonValue, Canonical]>([
    ['§2.4 true', 'boolean', true, 'true'],
    ['§2.4 text in any case', 'boolean', 'TRUE', 'true'],
    ['§2.4 false is not blank', 'boolean', false, 'false'],
    ['§2.4 Yes is text', 'boolean', ' Yes ', 'Yes'],
    ['§2.4 an option is compared exactly', 'enumeration', ' Gold ', 'Gold'],
    ['§2.4 a numeric option is text', 'enumeration', 3, '3'],
    ['§2.4 several options are a set', 'multi-enumeration', 'b;a;;b; ', 'a;b'],
    ['§2.4 a list is a set', 'multi-enumeration', ['b', 'a', 'b', null], 'a;b'],
    ['§2.4 a list of blanks is blank', 'multi-enumeration', ['', null], null],
    ['§2.4 separators alone are blank', 'multi-enumeration', ';;', null],
  ])('%s (%s)', (_title, type, raw, expected) => expect(of(type, 'officernd', raw)).toBe(expected));

  test('§2.3 one option with a semicolon is not two options', () => {
    expect(of('multi-enumeration', 'officernd', ['a;b'])).not.toBe(of('multi-enumeration', 'officernd', ['a', 'b']));
  });
});

describe('§2 status', () => {
  test.each<[string, 'officernd' | 'hubspot', string, string]>([
    ['§2 a status is its id', 'officernd', 'open', 'open'],
    ['§2 a stage is its status', 'hubspot', 'appointment', 'open'],
    ['§2 another stage of that status', 'hubspot', 'qualified', 'open'],
    ['§2 an unmapped stage', 'hubspot', 'stage-only', 'stage:stage-only'],
    ['§2 an unmapped status', 'officernd', 'status-only', 'status-only'],
    ['§2 a stage named like an object property', 'hubspot', 'constructor', 'stage:constructor'],
  ])('%s (%s)', (_title, side, raw, expected) => expect(of('status', side, raw)).toBe(expected));

  test.each(['stage-only', 'stage:stage-only', 'status:stage:stage-only'])('§2 an unmapped stage never equals the status %s', (status) => {
    expect(of('status', 'officernd', status)).not.toBe(of('status', 'hubspot', 'stage-only'));
  });
});
