#!/usr/bin/env node
// Makes a fresh clone ready: packages, build, server programs. It runs before anything is installed, so it uses Node built-ins only.
// In a checkout that is ready it does nothing, and ends in well under a second.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fingerprint from './fingerprint.cjs';
import { withLock } from './lock.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const OLDEST_NODE = [20, 19];

const progress = (line) => process.stderr.write(`setup: ${line}\n`);

async function setUp() {
  checkNode();
  await withLock(join(root, '.orsync', 'setup.lock'), prepare, (pid) => progress(`waiting for another set-up (process ${pid}) …`));
}

async function prepare() {
  if (!fingerprint.isInstalled(root)) await install();
  if (!fingerprint.isBuilt(root)) await compile();
  await ensureServers();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Error(`Node.js ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}: install a newer Node.js.`);
}

async function install() {
  progress('installing packages (npm ci) …');
  const { code, output } = await run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error('npm ci failed, see above: check the network or the npm registry setting, and try again.');
}

const npm = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm');

async function compile() {
  const { build } = await import('./build.mjs');
  if (!(await build({ progress }))) throw new Error('The build failed: correct the errors above and run it again.');
}

async function ensureServers() {
  const { ensureServerBinaries } = createRequire(import.meta.url)('../dist/servers/binaries.js');
  await ensureServerBinaries({ progress });
}

/** Runs a program quietly, and keeps its output to show it on a failure. */
const run = (command, args) =>
  new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', failed);
    child.on('close', (code) => done({ code, output }));
  });

setUp().catch((error) => {
  progress(error.message);
  process.exitCode = 1;
});
