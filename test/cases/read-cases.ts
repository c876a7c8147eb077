import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCase } from './case';
import type { Case } from './case';

const folder = join(__dirname, 'cases');

/** All cases, by name. */
export const readCases = (): readonly (readonly [string, Case])[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file.slice(0, -'.json'.length), parseCase(readFileSync(join(folder, file), 'utf8'))] as const);
