#!/usr/bin/env node
// Asks the registry for known advisories about the packages that the program brings with it, and fails when one is high or critical.
// Not every registry can be asked. Then it says so in one line, and does not fail.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
/** The statuses of a registry that has no place for this question. */
const CANNOT_BE_ASKED = new Set([404, 405, 501]);

const { stdout } = spawnSync(npm, ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const answer = JSON.parse(stdout);
if (CANNOT_BE_ASKED.has(answer.statusCode)) {
  console.log(`Advisories: this registry can't be asked for any (it answers ${answer.statusCode}), so none were looked at.`);
} else if (answer.vulnerabilities === undefined) {
  console.error(`Advisories: ${answer.message ?? answer.error?.summary ?? 'npm audit failed without a reason'}`);
  process.exitCode = 1;
} else {
  const found = Object.values(answer.vulnerabilities);
  const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  for (const { name, severity, range } of grave) console.error(`Advisories: ${name} ${range}: ${severity}. See npm audit.`);
  console.log(`Advisories: ${found.length} packages have one, ${grave.length} of them are high or critical.`);
  process.exitCode = grave.length === 0 ? 0 : 1;
}
