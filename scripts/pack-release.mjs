#!/usr/bin/env node
// Packs the program of a release for test/upgrade, which upgrades from it under a running sync. Its packages stay those of node_modules.
// Run it right after a release, with that release's commit or tag: `node scripts/pack-release.mjs COMMIT`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const target = join(root, 'test', 'upgrade', 'last-release.json.br');
const LARGEST_BYTES = 3_000_000;
/** Temporal's worker insists on a source map in the bundle. The program does without its content, which is most of the size. */
const EMPTY_MAP = Buffer.from(JSON.stringify({ version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' }));

const [name] = process.argv.slice(2);
if (name === undefined) {
  process.stderr.write('usage: node scripts/pack-release.mjs COMMIT\n');
  process.exit(2);
}
const commit = git('rev-parse', '--verify', `${name}^{commit}`).trim();
mkdirSync(join(root, '.orsync'), { recursive: true });
const folder = mkdtempSync(join(root, '.orsync', 'release-'));
try {
  const packed = pack(build());
  if (packed.length > LARGEST_BYTES) throw new Error(`${packed.length} bytes are too many for a file in the repository.`);
  writeFileSync(target, packed);
  process.stderr.write(`${relative(root, target)}: ${commit}, ${packed.length} bytes\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' });
}

/** Builds the commit in a folder below the checkout, whose packages it uses, and returns its version. */
function build() {
  const archive = join(folder, 'sources.tar');
  git('archive', '--format=tar', `--output=${archive}`, commit);
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  rmSync(archive);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  execFileSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], { cwd: folder, stdio: ['ignore', 2, 2] });
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** One compressed JSON document with the launcher and the compiled program, without benchmarks, types and source maps. */
function pack(version) {
  const compiled = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.startsWith(`bench${sep}`))
    .map((file) => `dist/${file.split(sep).join('/')}`);
  const files = Object.fromEntries(
    ['package.json', 'bin/orsync', 'scripts/fingerprint.cjs', ...compiled.sort()].map((file) => [file, withoutMap(file)]),
  );
  const text = JSON.stringify({ commit, version, files });
  if (text.includes(root)) throw new Error('The program names a folder of this machine.');
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) } });
}

function withoutMap(file) {
  return readFileSync(join(folder, file), 'utf8').replace(/\/\/# sourceMappingURL=(.*)\s*$/, (_all, url) =>
    url.startsWith('data:') ? `//# sourceMappingURL=data:application/json;base64,${EMPTY_MAP.toString('base64')}` : '',
  );
}
