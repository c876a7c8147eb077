#!/usr/bin/env node
// Checks new commit messages: a subject of at most 72 characters, an empty line, a body. Exits with 1 when one of them is missing.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
/** The last commit before CONTRIBUTING.md asked for this. Published commits are not rewritten, so the older ones stay as they are. */
const BEGINNING = '416e376dcea2c929339f84f203b2be6b498db812';
const LONGEST_SUBJECT = 72;

/** The output of git, or null when it fails. */
function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

/** A shallow clone that does not reach back to the beginning holds newer commits only: all of them are checked. Null: there is no history. */
function newCommits() {
  const knowsBeginning = git('merge-base', '--is-ancestor', BEGINNING, 'HEAD') !== null;
  if (!knowsBeginning && git('rev-parse', '--is-shallow-repository')?.trim() !== 'true') return null;
  const log = git('log', '--no-merges', '--format=%h%n%B%x00', knowsBeginning ? `${BEGINNING}..HEAD` : 'HEAD') ?? '';
  return log
    .split('\0')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [id, subject = '', separator = '', ...body] = entry.split('\n');
      return { id, subject, separator, body: body.join('\n').trim() };
    });
}

function problemsOf({ subject, separator, body }) {
  const length = [...subject].length;
  return [
    ...(length > LONGEST_SUBJECT ? [`its subject has ${length} characters, ${LONGEST_SUBJECT} at most`] : []),
    ...(separator !== '' ? ['an empty line must follow its subject'] : []),
    ...(separator === '' && body === '' ? ['it has no body; say which case it mends, or what a reader finds better'] : []),
  ];
}

const commits = newCommits();
if (commits === null) console.log('The history that would show new commits is not here: no commit was checked.');
else {
  const found = commits.flatMap((commit) => problemsOf(commit).map((problem) => `${commit.id} "${commit.subject}": ${problem}.`));
  for (const line of found) console.error(line);
  console.log(`${commits.length} commits checked, ${found.length} problems`);
  if (found.length > 0) process.exitCode = 1;
}
