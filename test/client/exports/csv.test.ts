import fc from 'fast-check';
import { cellText, csvText, readCsv, underTitles } from '../../../client/exports/csv';

const cellsOf = (text: string): readonly (readonly string[])[] | number => {
  const read = readCsv(text);
  return 'badLine' in read ? read.badLine : read.rows.map(({ cells }) => cells);
};

test.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['+44 20', "'+44 20"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\tx', `"'\tx"`],
  ['\uFF1D1', "'\uFF1D1"],
  ['a,b', '"a,b"'],
  ['a;b', '"a;b"'],
  ['a\nb', '"a\nb"'],
  ['plain', 'plain'],
])('a cell can start nothing in a spreadsheet: %j', (text, cell) => expect(csvText([[text]])).toBe(`${cell}\r\n`));

test('what is written is read again, formulas too, but for white space around it', () => {
  const text = fc
    .array(fc.constantFrom('a', 'é', '東', ',', ';', '"', "'", '\n', '\r\n', '\t', ' ', '=', '+', '-', '@', '#', '\uFF1D', '\uFF20'))
    .map((parts) => parts.join('').trim())
    // A text that somebody has written with an apostrophe before a formula's sign is not told apart from a formula.
    .filter((one) => !/^'[=+\-@\t\r\uFF1D\uFF20]/.test(one));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (rows) => {
      // A line that is blank or begins with # is left out.
      const table = [['one', 'two'], ...rows.map(([one, two]) => [`x${one}`, two])];
      expect(cellsOf(csvText(table))).toEqual(table);
    }),
  );
});

test.each([
  ['an apostrophe that no formula needs', "'s-Hertogenbosch,2\n", [["'s-Hertogenbosch", '2']]],
  ['a formula that was made harmless', "'+44 20,'=1\n", [['+44 20', '=1']]],
  [
    'semicolons in a file with commas',
    'id,note,who\n1,a; b,c\n',
    [
      ['id', 'note', 'who'],
      ['1', 'a; b', 'c'],
    ],
  ],
  [
    'semicolons',
    'id;note\n1;a, b\n',
    [
      ['id', 'note'],
      ['1', 'a, b'],
    ],
  ],
  [
    'tabs',
    'id\tnote\n1\ta, b\n',
    [
      ['id', 'note'],
      ['1', 'a, b'],
    ],
  ],
  ['a mark, blank lines and remarks', '\uFEFFid\r\n\r\n# a remark\r\n,\r\n1\r\n', [['id'], ['1']]],
  ['a sign within a cell', 'id\n1 #2\n', [['id'], ['1 #2']]],
  ['a quote that is not closed', 'id\n1\n"2\n', 3],
  ['nothing', '', []],
])('read: %s', (_title, text, expected) => expect(cellsOf(text)).toEqual(expected));

test('rows have the titles of the first, and blanks where they are too short', () => {
  const read = readCsv('id,note\n1\n\n2,"a\nb"\n');
  expect('rows' in read && underTitles(read.rows)).toEqual({
    titles: ['id', 'note'],
    rows: [
      { line: 2, record: { id: '1', note: '' } },
      { line: 5, record: { id: '2', note: 'a\nb' } },
    ],
  });
});

test.each([
  [null, ''],
  ['a', 'a'],
  [['a', 'b'], 'a; b'],
  [{ a: 1 }, '{"a":1}'],
  [7, '7'],
])('the cell of %j', (value, text) => expect(cellText(value)).toBe(text));
