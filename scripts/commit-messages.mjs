#!/usr/bin/env node
// Checks the messages of new commits, as CONTRIBUTING.md asks: node scripts/commit-messages.mjs [RANGE].
// Exits with 1 for a subject of more than 72 characters, and for a commit without a body.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const LONGEST_SUBJECT = 72;
/** The last commit before the rule. Where a shallow clone does not have it, only the newest commit is checked. */
const LAST_BEFORE_THE_RULE = '416e376dcea2';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function defaultRange() {
  try {
    git('merge-base', '--is-ancestor', LAST_BEFORE_THE_RULE, 'HEAD');
    return [`${LAST_BEFORE_THE_RULE}..HEAD`];
  } catch {
    return ['-1', 'HEAD'];
  }
}

const [range = defaultRange()] = process.argv.slice(2);
const commits = git('log', '--no-merges', '--format=%h%x00%s%x00%b%x01', ...[range].flat())
  .split('\u0001')
  .map((entry) => entry.trim().split('\0'))
  .filter(([hash]) => hash !== '');

const problems = commits.flatMap(([hash, subject = '', body = '']) => [
  ...(subject.length > LONGEST_SUBJECT
    ? [`${hash}: the subject has ${subject.length} characters, at most ${LONGEST_SUBJECT}: ${subject}`]
    : []),
  ...(body.trim() === '' ? [`${hash}: there is no body that tells the case: ${subject}`] : []),
]);
for (const problem of problems) console.error(problem);
console.log(`${commits.length} commits, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
