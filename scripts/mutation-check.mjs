// Changes one rule of the planners or of the write path after the other. A table or a property test must notice each change.
//
//   node scripts/mutation-check.mjs [--laws] [words of the mutants to try]
//
// With --laws only the property tests run, which shows what they miss without the tables.
// Exit code 1: a mutant survived, or a line that a mutant changes is no longer there.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mutants } from './mutants.mjs';

const root = resolve(import.meta.dirname, '..');
const WORKERS = 2;
/** Everything that the mutants and their tests need. */
const FOLDERS = [
  'domain',
  'activities',
  'connectors',
  'store',
  'config',
  'test/domain',
  'test/property',
  'test/activities/slice',
  'test/activities/update',
];
/** Enough cases for the laws to notice what the tables miss. The seed makes them the same each time. */
const FUZZ = { FC_RUNS: '150', FC_SEED: '1' };

const config = `module.exports = {
  rootDir: __dirname, roots: ['<rootDir>/test'], testMatch: ['<rootDir>/test/**/*.test.ts'], testEnvironment: 'node', bail: 1,
  cacheDirectory: '<rootDir>/cache',
  transform: { '^.+\\\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }] },
};`;

const lawsOnly = process.argv.includes('--laws');
const words = process.argv
  .slice(2)
  .filter((word) => word !== '--laws')
  .map((word) => word.toLowerCase());
const chosen = mutants.filter(({ rule, what }) => words.every((word) => `${rule} ${what}`.toLowerCase().includes(word)));
const lost = mutants.filter(({ file, from }) => occurrences(readFileSync(join(root, file), 'utf8'), from) !== 1);
for (const { rule, file, from } of lost)
  console.error(`${rule}: this line must be in ${file} exactly once; correct scripts/mutants.mjs: ${from}`);
if (lost.length > 0) process.exit(1);

const startedAt = Date.now();
const queue = [...chosen];
const results = [];
const unchanged = copyOf('unchanged');
try {
  const healthy = await firstFailure(unchanged, ['test/domain', 'test/property', 'test/activities']);
  if (healthy !== null) {
    console.error(`The tests fail without any mutant, so they can show nothing: ${healthy}`);
    process.exitCode = 1;
  } else {
    await Promise.all(Array.from({ length: WORKERS }, work));
    report();
  }
} finally {
  rmSync(unchanged, { recursive: true, force: true });
}

async function work(_, number) {
  const copy = copyOf(`worker-${number}`);
  try {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const path = join(copy, mutant.file);
      const original = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        original.replace(mutant.from, () => mutant.to),
      );
      results.push({ ...mutant, killer: await killerOf(mutant, copy) });
      writeFileSync(path, original);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * The title of the test that notices a mutant, or null. The quick tests run first: the table of the same file, all tables, then the laws.
 * The tables of merge and match repeat laws, so that a mutant with `laws` must be noticed by those laws alone.
 */
async function killerOf({ file, laws }, copy) {
  const table = `test/${file.replace(/\.ts$/, '.test.ts')}`;
  const rounds = [...(existsSync(join(copy, table)) ? [table] : []), 'test/domain/[a-z-]+.test.ts', 'test/property'];
  for (const round of laws !== undefined ? [laws] : lawsOnly ? ['test/property'] : rounds) {
    const failed = await firstFailure(copy, [round]);
    if (failed !== null) return failed;
  }
  return null;
}

function copyOf(name) {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), `orsync-mutants-${name}-`)));
  for (const folder of FOLDERS) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  // Laws of single values test conversions, which no mutant changes.
  rmSync(join(copy, 'test/property/canonical.test.ts'), { force: true });
  const values = join(copy, 'test/domain/values');
  for (const file of readdirSync(values)) if (file.endsWith('.test.ts')) rmSync(join(values, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'jest.config.js'), config);
  return copy;
}

/** The title of the first test that fails, or null when all pass. */
function firstFailure(cwd, patterns) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, '--runInBand', '--silent', '--testPathPatterns', ...patterns], {
    cwd,
    env: { ...process.env, ...FUZZ },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code === 0 ? null : (/●\s+(.+)/.exec(output)?.[1] ?? 'the test run itself fails').trim()));
  });
}

function report() {
  const order = new Map(mutants.map((mutant, index) => [mutant.from + mutant.to, index]));
  results.sort((one, other) => (order.get(one.from + one.to) ?? 0) - (order.get(other.from + other.to) ?? 0));
  for (const { rule, what, killer } of results)
    console.log(`${killer === null ? 'SURVIVED' : 'noticed '}  ${rule.padEnd(5)} ${what.padEnd(64)} ${killer ?? ''}`);
  const survivors = results.filter(({ killer }) => killer === null).length;
  console.log(`${results.length} mutants, ${survivors} survived, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  process.exitCode = survivors > 0 || results.length === 0 ? 1 : 0;
}

function occurrences(text, part) {
  return text.split(part).length - 1;
}
