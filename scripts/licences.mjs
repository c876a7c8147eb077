#!/usr/bin/env node
// Writes docs/licences.md: under which licence each package stands that the program brings with it. Refuses a licence that is not allowed.
// With --check it writes nothing, and fails when the page is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedPackages } from './locked-packages.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const page = join(root, 'docs', 'licences.md');
/** They ask for no more than that their text is kept. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** Packages that name no licence in their package.json, but have one in a file. */
const fromFiles = { unionfs: 'Unlicense' };

const packages = lockedPackages(root).map((one) => ({ ...one, licence: one.licence ?? fromFiles[one.name] ?? 'none named' }));
const refused = packages.filter(({ licence }) => !isAllowed(licence));
if (refused.length > 0) {
  for (const { name, version, licence } of refused) process.stderr.write(`${name} ${version}: its licence is not allowed: ${licence}\n`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(page, text());
} else if (readFileSync(page, 'utf8') !== text()) {
  process.stderr.write('docs/licences.md is out of date: run npm run licences.\n');
  process.exitCode = 1;
}

/** An expression with OR needs one that is allowed, one with AND needs all. */
function isAllowed(expression) {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => allowed.has(name)));
}

function text() {
  const ours = packages.filter(({ dev }) => !dev);
  const rows = ours.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return `# Licences

The program brings these ${ours.length} packages with it. \`npm run licences\` writes this page from \`package-lock.json\`. CI refuses another licence than
${[...allowed].join(', ')}, also for the packages of the build and the tests.

The servers that \`orsync servers\` starts are not part of it: Temporal is under the MIT licence, MongoDB under the SSPL.

| package | version | licence |
|---|---|---|
${rows.join('\n')}
`;
}
