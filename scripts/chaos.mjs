#!/usr/bin/env node
// Searches for schedules of faults, crashes and edits that break a law: `npm run chaos -- --seconds 600 --seed 1`. See docs/reliability.md.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const require = createRequire(join(root, 'package.json'));

// Workers run the build. The search itself is TypeScript that is compiled as it is loaded, as in the tests.
if (!(await build())) {
  process.stderr.write('The build failed: correct the errors above and run it again.\n');
  process.exit(1);
}
require('./scripts/load-typescript.cjs');
require(join(root, 'test/chaos/main.ts'));
