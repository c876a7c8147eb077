import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * "Why was this not written, not linked, not created?" has an answer for each rule of the law that can be the reason. The tables in
 * test/domain/explain hold the sentences, and each of their rows names its rule first.
 */

const root = join(__dirname, '../..');
const TABLES = join(root, 'test/domain/explain');

/** Rules that are never the reason why something was not done, each with why. */
const neverTheReason: Readonly<Record<string, string>> = {
  U6: 'brings a link back; L13 is why one does not come back',
  L1: 'says what a candidate is; L13 is why a record is none',
  L9: 'is how a member is placed, and keeps nothing from being done',
  M3: 'is a write',
  M4: 'is a write; the value that gives way is listed',
  M8: 'is a look before a write, which is decided afresh by the other rules',
  M9: 'is what a write holds',
  M11: 'is what is merged after a write',
  V4: 'is trouble of a run, which the explanation names as a whole',
  V5: 'is trouble of a run, which the explanation names as a whole',
  S2: 'blocks a run, which the explanation names as a whole',
  B1: 'refuses a configuration',
  B2: 'refuses a configuration',
  B4: 'is about workflow ids',
  D2: 'is a write',
  D3: 'is about a tenant that is not there',
  X3: 'is a run of its own',
  A1: 'is a promise about runs',
  A2: 'is a promise about runs',
  A3: 'is a promise about values that gave way',
  A5: 'is about requests',
  A6: 'is about where words may stand',
};

/** Feeds only say when a record is read. */
const isOfFeeds = (rule: string): boolean => rule.startsWith('T');

test('each rule that can be the reason stands in a table of sentences', () => {
  const law = readFileSync(join(root, 'docs/how-a-sync-decides.md'), 'utf8');
  const rules = [...law.matchAll(/^\| ([ABDLMPSTUVX]\d{1,2}) \|/gm)].map(([, id = '']) => id);
  expect(rules.length).toBeGreaterThan(50);
  const tables = readdirSync(TABLES).filter((name) => name.endsWith('.test.ts'));
  const titles = tables.flatMap((name) => titlesIn(readFileSync(join(TABLES, name), 'utf8')));
  const answered = new Set(titles.flatMap((title) => title.match(/\b[ABDLMPSTUVX]\d{1,2}\b/g) ?? []));
  const missing = rules.filter((id) => !answered.has(id) && !Object.hasOwn(neverTheReason, id) && !isOfFeeds(id));
  expect(missing).toEqual([]);
});

/** The titles of tests and of rows of tables: texts that begin with a rule. */
const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(/^\s*(?:\[?|test\(|describe\()['"`]([A-Z]\d{1,2}\b.*)/gm)].map(([, title = '']) => title);
