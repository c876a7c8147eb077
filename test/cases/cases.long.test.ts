import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCase } from './case';
import { playCase } from './play';

const folder = join(__dirname, 'cases');
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file.slice(0, -'.json'.length), parseCase(readFileSync(join(folder, file), 'utf8'))] as const)
  .filter(([, { servers }]) => servers === undefined);

/** Cases that do not hold yet: each fails here as soon as it does, so that it moves to the others. */
const notYet: ReadonlySet<string> = new Set([
  // M10: a value that was refused because another record held it is tried again when that record has let go of it.
  '04a-email-handed-over-h-to-o',
]);

test.each(cases.filter(([name]) => !notYet.has(name)))('%s', async (name, one) => {
  expect(await playCase(name, one)).toEqual([]);
});

test.failing.each(cases.filter(([name]) => notYet.has(name)))('%s', async (name, one) => {
  expect(await playCase(name, one)).toEqual([]);
});
