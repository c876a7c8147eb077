#!/usr/bin/env node
// Searches for orders of events that make the workflows break a law: `npm run simulate -- --seconds 60 --seed 1`. See docs/reliability.md.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');

// The search plays the workflow bundle of the build, which is the one that workers run.
if (!(await build())) {
  process.stderr.write('The build failed: correct the errors above and run it again.\n');
  process.exit(1);
}
const loader = join(root, 'scripts', 'load-typescript.cjs');
const program = [join(root, 'test', 'workflow', 'main.ts'), ...process.argv.slice(2)];
const child = spawn(process.execPath, ['--require', loader, ...program], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
