import { readLinkFile } from '../../../client/exports/link-file';
import { ConfigurationError } from '../../../config/configuration-error';
import { entities } from '../../../domain/entity';
import { idOf } from '../../support/sight';

const [o1, o2] = [idOf('member', 1), idOf('member', 2)];

const read = (text: string) => readLinkFile(text, 'links.csv', entities);

/** The problems for which a file is refused. */
function wrongIn(text: string, configured: Parameters<typeof readLinkFile>[2] = entities): readonly string[] {
  try {
    readLinkFile(text, 'links.csv', configured);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ setting, message }) => `${setting}: ${message}`);
  }
  return [];
}

const link = (line: number, officerndId: string, hubspotId: string) => ({ line, entity: 'member', officerndId, hubspotId });

test.each([
  ['CSV', `entity,officerndId,hubspotId\nmember,${o1},101\nmember,${o2},102\n`],
  ['CSV of a spreadsheet', `\uFEFFhubspotId,note,entity,officerndId\r\n101,"a,\r\n""b""",member,${o1}\r\n102,,member, ${o2} \r\n\r\n`],
  ['CSV with semicolons', `entity;officerndId;hubspotId\nmember;${o1};101\nmember;${o2};102\n`],
  ['NDJSON', `{"entity":"member","officerndId":"${o1}","hubspotId":"101"}\n{"entity":"member","officerndId":"${o2}","hubspotId":102}\n`],
])('%s is read, other columns are not looked at', (_title, text) => {
  const links = read(text);
  expect(links.map(({ line: _line, ...one }) => one)).toEqual([
    { entity: 'member', officerndId: o1, hubspotId: '101' },
    { entity: 'member', officerndId: o2, hubspotId: '102' },
  ]);
});

test('a link that stands twice is one, and the ended links of an export are none', () => {
  const text = `state,entity,officerndId,hubspotId\nactive,member,${o1},101\nretired,member,${o1},109\nactive,member,${o1},101\nactive,member,${o2},102\n`;
  expect(read(text)).toEqual([link(2, o1, '101'), link(5, o2, '102')]);
});

test('an empty file has no links', () => {
  for (const text of ['', '\n', 'entity,officerndId,hubspotId\n']) expect(read(text)).toEqual([]);
});

test('each bad line is named by its number, and nothing of the file is taken', () => {
  const text = [
    'entity,officerndId,hubspotId',
    `member,${o1},101`,
    `contact,${o1},101`,
    'member,x,101',
    `member,${o2},12a`,
    `member,${o2}`,
    `company,${idOf('company', 1)},1`,
  ].join('\n');
  expect(wrongIn(text, ['member'])).toEqual([
    'line 3: entity must be company, member, opportunity',
    'line 4: officerndId must be an OfficeRnD id: 24 hexadecimal digits',
    'line 5: hubspotId must be a HubSpot id: digits alone',
    'line 6: hubspotId is missing',
    'line 7: company is not kept in step',
  ]);
});

test('L13 two lines that give a record two links are both suspect: the file is refused', () => {
  const text = `entity,officerndId,hubspotId\nmember,${o1},101\nmember,${o1},102\nmember,${o2},101\ncompany,${o1},101\n`;
  expect(wrongIn(text)).toEqual([
    'line 3: it links the record of line 2 to another one',
    'line 4: it links the record of line 2 to another one',
  ]);
});

test.each([
  ['no such columns', 'a,b\n1,2\n', ['line 1: it names no column entity, officerndId, hubspotId']],
  [
    'an open quote',
    `entity,officerndId,hubspotId\nmember,"${o1},101\n`,
    [expect.stringMatching(/^line \d+: it is not CSV: look at its quotes$/)],
  ],
  ['half a JSON line', '{"entity":"member"\n', ['line 1: it is not JSON']],
])('a file with %s is refused', (_title, text, wrong) => expect(wrongIn(text)).toEqual(wrong));

test('what is told about a bad file repeats nothing of it', () => {
  const text = 'entity,officerndId,hubspotId\nZaphod,Beeblebrox,"quux"mail\n{"Zaphod"\n';
  expect(wrongIn(text).join('\n')).not.toMatch(/zaphod|beeble|quux/i);
});
