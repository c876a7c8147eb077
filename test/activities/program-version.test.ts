import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_VERSION } from '../../activities/program-version';

test('S2 the program knows the version of its package', () => {
  const packageFile: unknown = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  expect(packageFile).toMatchObject({ version: PROGRAM_VERSION });
});
