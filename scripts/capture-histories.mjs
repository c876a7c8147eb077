#!/usr/bin/env node
// Captures the golden histories of test/replay again: `node scripts/capture-histories.mjs [-t part-of-a-title]`.
// Run it after a change of a workflow's shape that you intended, and look at the difference before you keep it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const require = createRequire(join(root, 'package.json'));
const { projects } = require('./jest.config.js');
const { displayName: _name, ...servers } = projects.find(({ displayName }) => displayName === 'servers');
const config = { ...servers, testMatch: ['<rootDir>/test/replay/capture.ts'], maxWorkers: 1, testTimeout: 180_000 };
const child = spawn(process.execPath, [require.resolve('jest/bin/jest'), '--config', JSON.stringify(config), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
