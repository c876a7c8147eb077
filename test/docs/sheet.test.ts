import { codeSpansOf } from './prose';
import { exists, readText } from './repository';

/** The table "Where to look" of docs/architecture.md names files and, with them, what they declare. */

const [, section = ''] = readText('docs/architecture.md').split('## Where to look');
const rows = (section.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| question'))
  .map((row) => {
    const [, question = '', answer = ''] = row.split('|').map((cell) => cell.trim());
    const spans = codeSpansOf(answer).map(({ text }) => text);
    const files = spans.filter((span) => /[./]/.test(span));
    return { question, files, names: spans.filter((span) => !files.includes(span)) };
  });

const declares = (file: string, name: string): boolean =>
  new RegExp(String.raw`\b(?:function|const|interface|type|class|readonly) ${name}\b`).test(readText(file));

test('there are at least ten questions, and none twice', () => {
  expect(new Set(rows.map(({ question }) => question)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(10);
});

test.each(rows)('$question', ({ files, names }) => {
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !exists(file))).toEqual([]);
  const sources = files.filter((file) => file.endsWith('.ts'));
  expect(names.filter((name) => !sources.some((file) => declares(file, name)))).toEqual([]);
});
