import type { JsonValue } from '../../../domain/json';
import { canonical, encode, rawOf } from '../../../domain/values';
import { aContext, aField } from './a-field';

const field = aField('name', { officernd: 'name' });
const context = aContext();

describe('comparing', () => {
  test.each<[string, JsonValue, string | null]>([
    ['the halves are joined with one space', ['Jo', 'Smith'], 'Jo Smith'],
    ['white space does not count', [' Jo ', 'van  der\tBerg '], 'Jo van der Berg'],
    ['a missing last name', ['Jo', null], 'Jo'],
    ['a missing first name', [null, 'Smith'], 'Smith'],
    ['both missing', [null, ''], null],
  ])('%s', (_title, raw, expected) => expect(canonical(field, 'hubspot', raw, context)).toBe(expected));

  test('OfficeRnD has one text', () => expect(canonical(field, 'officernd', ' Jo  Smith ', context)).toBe('Jo Smith'));
  test('case counts', () => expect(canonical(field, 'officernd', 'jo smith', context)).toBe('jo smith'));

  test('the halves are read in their order', () => {
    expect(rawOf(field, 'hubspot', { lastname: 'Smith', firstname: 'Jo' })).toEqual(['Jo', 'Smith']);
    expect(rawOf(field, 'hubspot', { lastname: 'Smith' })).toEqual([null, 'Smith']);
  });
});

describe('writing', () => {
  test.each<[string, JsonValue, Readonly<Record<string, string>>]>([
    ['the last word is the last name', 'Jo van der Berg', { firstname: 'Jo van der', lastname: 'Berg' }],
    ['a single word is the first name and clears the last', 'Jo', { firstname: 'Jo', lastname: '' }],
    ['white space is collapsed', '  Jo \t Smith ', { firstname: 'Jo', lastname: 'Smith' }],
  ])('%s', (_title, raw, values) => {
    expect(encode(field, 'hubspot', raw, ['Old', 'Name'], context)).toEqual({ kind: 'values', values });
  });

  test.each<[string, string, readonly [string | null, string | null], Readonly<Record<string, string>>]>([
    ['the last name stays, of several words', 'Ana de la Cruz', ['Maria', 'de la Cruz'], { firstname: 'Ana' }],
    ['the first name stays, of several words', 'Mary Ann van Poe', ['Mary Ann', 'Lee'], { lastname: 'van Poe' }],
    ['the last name comes before the first', 'Jo Jo Lee', ['Jo', 'Jo Lee'], {}],
    [
      'a name in another case is divided in the same place',
      'MARIA DE LA CRUZ',
      ['Maria', 'de la Cruz'],
      { firstname: 'MARIA', lastname: 'DE LA CRUZ' },
    ],
    ['only a word counts, not its end', 'Ana Delacruz', ['Maria', 'Cruz'], { firstname: 'Ana', lastname: 'Delacruz' }],
    ['the last name alone is left', 'Cruz', ['Maria', 'Cruz'], { firstname: '' }],
    ['the first name alone is left', 'Maria', ['Maria', 'Cruz'], { lastname: '' }],
    ['nothing is left of either', 'Bo van Poe', ['Maria', 'Cruz'], { firstname: 'Bo van', lastname: 'Poe' }],
    ['both are blank', 'Bo Poe', [null, null], { firstname: 'Bo', lastname: 'Poe' }],
  ])('%s', (_title, raw, current, values) => {
    expect(encode(field, 'hubspot', raw, [...current], context)).toEqual({ kind: 'values', values });
  });

  test('halves that join to the same name stay as they are', () => {
    const unchanged = { kind: 'values', values: {} };
    expect(encode(field, 'hubspot', 'Jo van der Berg', ['Jo', 'van der Berg'], context)).toEqual(unchanged);
    expect(encode(field, 'hubspot', 'Jo', [null, 'Jo'], context)).toEqual(unchanged);
  });

  test('HubSpot to OfficeRnD joins', () => {
    expect(encode(field, 'officernd', ['Jo', ' van der Berg'], null, context)).toEqual({
      kind: 'values',
      values: { name: 'Jo van der Berg' },
    });
    expect(encode(field, 'officernd', [null, 'Berg'], null, context)).toEqual({ kind: 'values', values: { name: 'Berg' } });
  });
});
