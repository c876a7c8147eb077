import { readDecisions } from '../../../client/decisions/read-file';
import { DecisionRefusedError } from '../../../client/decisions/refused';

const header = 'review,entity,officerndIds,hubspotIds,decision,prefer,note\n';
const problemsIn = (content: string, name = 'reviews.csv'): readonly { readonly line: number; readonly message: string }[] => {
  try {
    readDecisions(content, name);
    return [];
  } catch (error) {
    if (error instanceof DecisionRefusedError) return error.problems;
    throw error;
  }
};

test('an export of reviews with the column `decision` filled in is a list of decisions; rows without one are left out', () => {
  const content = `${header}r1,member,o1 o2,101,link o1 101,hubspot,"same, I asked"\nr2,member,o3,102,,,\nr3,company,o4,103,Keep-Apart,,\n`;
  expect(readDecisions(content, 'reviews.csv')).toEqual([
    { line: 2, about: 'r1', say: 'link', records: ['o1', '101'], prefer: 'hubspot', note: 'same, I asked' },
    { line: 4, about: 'r3', say: 'keep-apart', records: [], prefer: null, note: null },
  ]);
});

test.each([
  ['a mark at its beginning', `\ufeff${header}r1,m,o,1,ignore,,`],
  ['semicolons', 'review;decision\nr1;ignore'],
  ['Windows line ends and blank lines', 'review,decision\r\n\r\nr1,ignore\r\n'],
  ['a sign against formulas', "review,decision\nr1,'ignore"],
  ['too few columns', `${header}r1,m,o,1,ignore`],
])('a table with %s is read', (_title, content) => expect(readDecisions(content, 'x.csv')).toMatchObject([{ about: 'r1', say: 'ignore' }]));

test('every line that can’t be used is told by its number', () => {
  const content = `${header}r1,m,o,1,merge,,\nr2,m,o,1,create,,\n,m,o,1,ignore,,\nr4,m,o,1,link,officernd,"two\nlines"\nr5,m,o,1,forget,,\n`;
  expect(problemsIn(content)).toEqual([
    { line: 2, message: expect.stringContaining('merge is no decision') },
    { line: 4, message: expect.stringContaining('names no review') },
    { line: 6, message: expect.stringContaining('prefer') },
    { line: 7, message: expect.stringContaining('forget is no decision') },
  ]);
});

test('what is no table of decisions is refused with a sentence', () => {
  expect(problemsIn('name,email\nAnn,a@example.com')).toEqual([{ line: 1, message: expect.stringContaining('"review" and "decision"') }]);
  expect(problemsIn('review,decision\nr1,"ignore')).toEqual([{ line: expect.any(Number), message: expect.stringContaining('no CSV') }]);
  expect(problemsIn('{', 'x.json')).toEqual([{ line: 1, message: expect.stringContaining('no JSON') }]);
  expect(problemsIn('{}', 'x.json')).toEqual([{ line: 1, message: expect.stringContaining('no list') }]);
});

test('JSON is read like a table', () => {
  const rows = [
    { review: 'r1', decision: 'create', kind: 'ambiguous' },
    { review: 'r2', decision: null },
    { review: 'r3', decision: 'no' },
  ];
  expect(readDecisions(JSON.stringify(rows.slice(0, 2)), 'x.json')).toEqual([
    { line: 1, about: 'r1', say: 'create', records: [], prefer: null, note: null },
  ]);
  expect(problemsIn(JSON.stringify(rows), 'x.json')).toEqual([{ line: 3, message: expect.stringContaining('no is no decision') }]);
});

test('an empty table decides nothing', () => expect(readDecisions(header, 'x.csv')).toEqual([]));
