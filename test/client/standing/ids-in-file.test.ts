import { idsInFile } from '../../../client/standing/ids-in-file';

test.each([
  ['a line for each', '1\n2\n\n# a note\n  o3 \n', ['1', '2', 'o3']],
  ['a table with quotes', 'name,hubspotId\n"Smith, ""Ann""",1\n"a\nb",2\n', ['1', '2']],
  ['semicolons, a mark at the beginning, and Windows line ends', '\uFEFFHubSpotId;name\r\n1;Ann\r\n', ['1']],
  ['tabs', 'id\tname\n1\tAnn\n', ['1']],
  ['the first of several columns that is not blank', 'officerndId,hubspotId\no1,1\n,2\n', ['o1', '2']],
  ['nothing', '', []],
])('P2 the ids of a file: %s', (_title, text, expected) => expect(idsInFile(text)).toEqual(expected));

test('P2 a table without a column of ids is not guessed at', () => expect(idsInFile('a,b\n1,2\n')).toBeNull());
