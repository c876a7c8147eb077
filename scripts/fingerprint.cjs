'use strict';
// Whether a checkout is installed and built, as its files show. The launcher and set-up both use it.
// It uses Node built-ins only, because it runs before anything is installed.
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

/** The file in which the last successful build keeps the fingerprint of its sources. */
const BUILD_STAMP = join('dist', '.build-stamp');

/** True for an installed package or a container image: they hold the build without sources, so there is nothing to compare. */
const isPackaged = (root) => !existsSync(join(root, 'tsconfig.build.json'));

/** A hash over everything the compiler reads: TypeScript sources, its settings, and the installed versions. */
function sourceFingerprint(root) {
  const settings = readFileSync(join(root, 'tsconfig.build.json'), 'utf8');
  const hash = createHash('sha256');
  for (const file of ['tsconfig.build.json', 'tsconfig.json', 'package-lock.json'])
    hash.update(file).update(readFileSync(join(root, file)));
  for (const folder of JSON.parse(settings).include) {
    for (const file of sourcesIn(join(root, folder))) hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** All TypeScript files below a folder, in a stable order. */
function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** True when the last build succeeded and no source has changed since. */
function isBuilt(root) {
  const stamp = join(root, BUILD_STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceFingerprint(root);
}

/**
 * True when node_modules holds the packages of package-lock.json. npm lists them in `node_modules/.package-lock.json` and writes that last,
 * so an interrupted installation never looks finished. Optional packages, which are for other platforms, may be missing.
 */
function isInstalled(root) {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
  });
}

module.exports = { BUILD_STAMP, isBuilt, isInstalled, isPackaged, sourceFingerprint, sourcesIn };
