import { hubSpotObservation, officerndObservation } from '../../domain/to-observation';
import { fitting, MOST_CHARACTERS } from '../../domain/too-long';
import { isUnreadIn } from '../../domain/unread';
import type { JsonValue } from '../../domain/json';
import { aTextField } from './records';

/** M10: a value that is too long to be kept holds back neither its record's other fields nor other records. */

const long = (characters: number): string => 'x'.repeat(characters);
const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)]);

test.each<[string, Record<string, JsonValue>, readonly string[]]>([
  ['values that fit stay', { name: 'Ann', notes: long(MOST_CHARACTERS - 3) }, []],
  ['one that does not fit goes', { name: 'Ann', notes: long(MOST_CHARACTERS - 2) }, ['notes']],
  ['the longest ones go', { a: long(400_000), b: long(700_000), c: long(500_000), d: long(90_000) }, ['b']],
  ['a list of many small parts takes more room than its characters', { tags: Array.from({ length: 50_000 }, () => 'a') }, ['tags']],
  ['what is nested too deeply goes', { name: 'Ann', odd: nested(40) }, ['odd']],
  ['what is nested deeper than a stack goes', { odd: JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as JsonValue }, ['odd']],
  ['a list in a list stays', { tags: nested(3) }, []],
])('M10 %s', (_title, values, tooLong) => {
  const kept = fitting(values);
  expect(kept.tooLong).toEqual(tooLong);
  expect(Object.keys(kept.values)).toEqual(Object.keys(values).filter((name) => !tooLong.includes(name)));
});

test('M10 a value that is too long counts as unread on either side', () => {
  const field = aTextField('notes', { hubspot: ['notes'], officernd: 'properties.notes' });
  const kept = { properties: ['name', 'notes'], paths: ['name', 'properties.notes'], fields: [field] };
  const values: Record<string, string> = { name: 'Ann', notes: long(2_000_000), 'properties.notes': long(2_000_000) };
  const hubspot = hubSpotObservation(
    'company',
    { id: '1', properties: values, companyIds: [], contactIds: [], mergedIds: [], createdAt: '', updatedAt: '' },
    kept,
  );
  const officernd = officerndObservation('company', { id: 'o1', read: (path) => values[path] ?? null }, kept);
  for (const observation of [hubspot, officernd]) {
    expect(observation.values).toEqual({ name: 'Ann' });
    expect(isUnreadIn(field, observation)).toBe(true);
  }
});

test('what stands where an id should is kept short', () => {
  const kept = { paths: ['name'], fields: [] };
  const read = (path: string) => (path === 'name' ? 'Ann' : long(20_000_000));
  const { linkId, locationId, parents, createdAt } = officerndObservation('member', { id: 'o1', read }, kept);
  for (const text of [linkId, locationId, createdAt, ...parents.companies]) expect(text).toHaveLength(1_000);
});
