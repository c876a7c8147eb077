import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `npm test` has each rule of docs/how-a-sync-decides.md at least once end to end, by the ids in the titles of its tests. */

const root = join(__dirname, '../..');
/** All letters of the law: what a person decides (D), approves (P), undoes (X) and what a feed tells (T) are rules like any other. */
const RULE = /\b[ABDLMPSTUVX]\d{1,2}\b/g;

test('each rule stands in the title of an end-to-end test that is not long', () => {
  const document = readFileSync(join(root, 'docs/how-a-sync-decides.md'), 'utf8');
  const rules = [...document.matchAll(/^\| ([ABDLMPSTUVX]\d{1,2}) \|/gm)].map(([, id]) => id);
  expect(rules.length).toBeGreaterThan(35);

  const quick = readdirSync(__dirname).filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'));
  const titles = quick.flatMap((name) => titlesIn(readFileSync(join(__dirname, name), 'utf8')));
  const tested = new Set(titles.flatMap((title) => title.match(RULE) ?? []));
  expect(rules.filter((id) => id === undefined || !tested.has(id))).toEqual([]);
});

/** The first line of a test's title. Titles of `test.each` follow its table. */
const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(/(?:\btest\(|\bdescribe\(|\)\()\s*['"`](.*)/g)].map(([, title = '']) => title);
