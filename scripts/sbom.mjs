#!/usr/bin/env node
// Writes the program's bill of materials, CycloneDX in JSON. Checks that it lists every package that the program brings with it.
// Usage: `node scripts/sbom.mjs [FILE]`. Without a file it is .orsync/sbom.cdx.json.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedPackages } from './locked-packages.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const file = resolve(process.argv[2] ?? join(root, '.orsync', 'sbom.cdx.json'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const text = billOf(root);
const { bomFormat, specVersion, metadata, components } = JSON.parse(text);
const problems = [
  ...(bomFormat === 'CycloneDX' && /^1\.\d$/.test(specVersion) ? [] : [`it is ${bomFormat} ${specVersion}`]),
  ...(metadata.component.name === 'orsync' ? [] : [`it is about ${metadata.component.name}`]),
  ...missing(),
  ...components.filter(({ purl }) => !/^pkg:npm\/.+@.+/.test(purl ?? '')).map(({ name }) => `${name} has no package address`),
];
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, text);
process.stderr.write(`${components.length} packages are listed in ${file}\n`);
for (const problem of problems) process.stderr.write(`The bill of materials is not right: ${problem}.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * With `--omit dev`, npm also leaves out what both the program and a tool of the build need. So it is asked about a copy of the two files
 * that names no tools.
 */
function billOf(folder) {
  const parent = mkdtempSync(join(tmpdir(), 'orsync-sbom-'));
  try {
    const copy = join(parent, 'orsync');
    mkdirSync(copy);
    const { devDependencies: _dev, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    const { devDependencies: _locked, ...own } = lock.packages[''];
    const others = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(copy, 'package-lock.json'), JSON.stringify({ ...lock, packages: { '': own, ...Object.fromEntries(others) } }));
    const options = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
    return execFileSync(npm, options, { cwd: copy, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** The packages that the program brings and the bill does not list, and the other way round. */
function missing() {
  const wanted = lockedPackages(root).flatMap(({ name, version, dev }) => (dev ? [] : [`${name}@${version}`]));
  const listed = new Set(components.map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`));
  const known = new Set(wanted);
  return [
    ...wanted.filter((id) => !listed.has(id)).map((id) => `${id} is missing`),
    ...[...listed].filter((id) => !known.has(id)).map((id) => `${id} is not one of the program's packages`),
  ];
}
