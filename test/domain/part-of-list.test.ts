import { idsInFile, partNames, unknownIn } from '../../domain/part-of-list';
import type { Part } from '../../domain/part-of-list';

const effects = [
  { entity: 'member', officerndId: 'o1', hubspotId: '1' },
  { entity: 'member', officerndId: null, hubspotId: '2' },
  { entity: 'company', officerndId: 'o3', hubspotId: '1' },
] as const;
const named = (part: Partial<Part>) => effects.filter(partNames({ entities: null, ids: null, ...part })).map((one) => effects.indexOf(one));

test.each([
  ['nothing but the list: all of it', {}, [0, 1, 2]],
  ['an entity', { entities: ['company'] as const }, [2]],
  ['an id of HubSpot', { ids: ['2'] }, [1]],
  ['an id of OfficeRnD', { ids: ['o3'] }, [2]],
  ['the value of the link property', { ids: ['12345-2'] }, [1]],
  ['an id that two entities have', { ids: ['1'] }, [0, 2]],
  ['an id and an entity', { ids: ['1'], entities: ['member'] as const }, [0]],
  ['no id at all', { ids: [] }, []],
])('P2 a part names %s', (_title, part, expected) => expect(named(part)).toEqual(expected));

test('P2 ids that are in no list are told', () => {
  expect(unknownIn({ entities: null, ids: ['1', 'o9', '77-2', '77-9'] }, effects)).toEqual(['o9', '77-9']);
});

test.each([
  ['a line for each', '1\n2\n\n# a note\n  o3 \n', ['1', '2', 'o3']],
  ['a table with quotes', 'name,hubspotId\n"Smith, ""Ann""",1\n"a\nb",2\n', ['1', '2']],
  ['semicolons, a mark at the beginning, and Windows line ends', '\uFEFFHubSpotId;name\r\n1;Ann\r\n', ['1']],
  ['tabs', 'id\tname\n1\tAnn\n', ['1']],
  ['the first of several columns that is not blank', 'officerndId,hubspotId\no1,1\n,2\n', ['o1', '2']],
  ['nothing', '', []],
])('P2 the ids of a file: %s', (_title, text, expected) => expect(idsInFile(text)).toEqual(expected));

test('P2 a table without a column of ids is not guessed at', () => expect(idsInFile('a,b\n1,2\n')).toBeNull());
