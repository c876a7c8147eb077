import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCase } from './case';
import { playCase } from './play';

const folder = join(__dirname, 'cases');
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file.slice(0, -'.json'.length), parseCase(readFileSync(join(folder, file), 'utf8'))] as const)
  .filter(([, { servers }]) => servers === undefined);

test.each(cases)('%s: $title', async (name, one) => {
  expect(await playCase(name, one)).toEqual([]);
});
