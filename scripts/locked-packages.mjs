// The packages of package-lock.json, as the scripts on licences and on the bill of materials need them. Uses Node built-ins only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each package once, by name and version: `{ name, version, licence, dev }`. `licence` is null where a package names none. */
export function lockedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const byId = new Map();
  for (const [path, { version, license: licence = null, dev = false }] of Object.entries(packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const before = byId.get(`${name}@${version}`);
    byId.set(`${name}@${version}`, { name, version, licence, dev: dev && (before?.dev ?? true) });
  }
  return [...byId.values()].sort((one, other) =>
    one.name === other.name ? (one.version < other.version ? -1 : 1) : one.name < other.name ? -1 : 1,
  );
}
