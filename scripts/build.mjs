#!/usr/bin/env node
// Compiles to dist/ and bundles the workflows. Does nothing when no source has changed since the last success.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fingerprint from './fingerprint.cjs';
import { withLock } from './lock.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const dist = join(root, 'dist');
/**
 * The compiler writes here first, so that programs that run meanwhile never see half a build. It is a sibling of dist/, so that paths in
 * source maps stay right.
 */
const next = join(root, 'dist.next');
const previous = join(root, 'dist.previous');
const bundle = join(dist, 'workflow-bundle.js');
const bundleStamp = join(dist, '.bundle-stamp');

/**
 * Brings dist/ up to date, and resolves to whether that succeeded. With type errors the compiler's output is put in place too, but it is not
 * stamped as finished. Then the next call tries again, and the launcher refuses to start the program.
 */
export async function build({ progress = toStandardError } = {}) {
  if (fingerprint.isBuilt(root)) return true;
  return withLock(
    join(root, '.orsync', 'build.lock'),
    async () => {
      const stamp = fingerprint.sourceFingerprint(root);
      if (fingerprint.isBuilt(root)) return true;
      progress('Compiling TypeScript …');
      rmSync(next, { recursive: true, force: true });
      const compiled = await run(process.execPath, [compilerPath(), '-p', 'tsconfig.build.json', '--outDir', next]);
      if (!existsSync(next)) return false;
      putInPlace();
      await bundleWorkflows(progress);
      if (compiled) writeFileSync(join(root, fingerprint.BUILD_STAMP), stamp);
      return compiled;
    },
    (pid) => progress(`Waiting for another build (process ${pid}) …`),
  );
}

function toStandardError(line) {
  process.stderr.write(`${line}\n`);
}

const compilerPath = () => join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** Runs a program with its output on standard error; resolves to whether it succeeded. */
const run = (command, args) =>
  new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
    child.on('error', failed);
    child.on('exit', (code) => done(code === 0));
  });

/** Replaces dist/ with the new one. The workflow bundle moves along, since it is made again only when the workflows changed. */
function putInPlace() {
  for (const file of [bundle, bundleStamp]) {
    if (existsSync(file)) renameSync(file, join(next, relative(dist, file)));
  }
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(next, dist);
  rmSync(previous, { recursive: true, force: true });
}

async function bundleWorkflows(progress) {
  const workflowsPath = join(dist, 'workflows', 'index.js');
  if (!existsSync(workflowsPath)) return;
  const stamp = bundleFingerprint();
  if (existsSync(bundle) && existsSync(bundleStamp) && readFileSync(bundleStamp, 'utf8') === stamp) return;
  progress('Bundling workflows …');
  const { bundleWorkflowCode } = createRequire(join(root, 'package.json'))('@temporalio/worker');
  // Loaded once for all workflows of a worker's thread, because they have no state outside their functions.
  const { code } = await bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger: quietLogger });
  writeFileSync(`${bundle}.tmp`, code);
  renameSync(`${bundle}.tmp`, bundle);
  writeFileSync(bundleStamp, stamp);
}

/**
 * Workflows import only workflows/ and domain/. So their bundle changes only with those, with a dependency, or with this file.
 */
function bundleFingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of ['workflows', 'domain', 'config', 'activities']) {
    for (const file of fingerprint.sourcesIn(join(root, folder))) hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

const quiet = () => undefined;
const quietLogger = {
  log: quiet,
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: (text) => toStandardError(text),
  error: (text) => toStandardError(text),
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  build().then(
    (ok) => {
      if (!ok) toStandardError('The build failed: correct the errors above and run it again.');
      process.exitCode = ok ? 0 : 1;
    },
    (error) => {
      toStandardError(`The build failed: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
