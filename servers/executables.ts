import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

const VERSION_TIMEOUT_MS = 10_000;
const runFile = promisify(execFile);

/** The folder of server programs for all checkouts of a user: `ORSYNC_CACHE`, else `orsync` in the XDG cache folder. */
export function cacheFolder(environment: Environment): string {
  if (isGiven(environment['ORSYNC_CACHE'])) return environment['ORSYNC_CACHE'];
  const base = isGiven(environment['XDG_CACHE_HOME']) ? environment['XDG_CACHE_HOME'] : join(homedir(), '.cache');
  return join(base, 'orsync');
}

/** True for a variable that is set and not empty. */
export const isGiven = (value: string | undefined): value is string => value !== undefined && value !== '';

/** The first executable of that name on PATH that prints its version. A broken shim or a program for another machine is skipped. */
export async function findOnPath(name: string, environment: Environment): Promise<string | undefined> {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    const candidate = resolve(folder, name);
    if (folder !== '' && isExecutable(candidate) && (await runs(candidate))) return candidate;
  }
  return undefined;
}

/** True when the file exists and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** True when the program prints its version: then its libraries are there and it fits this machine. */
export async function runs(file: string): Promise<boolean> {
  try {
    await runFile(file, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

/**
 * Puts a new program at `target` in one step, so that two installations at the same time do no harm.
 * @param make gets an empty folder and returns the program's path in it; the program must run on this machine
 */
export async function installExecutable(target: string, make: (folder: string) => Promise<string>): Promise<string> {
  const folder = join(dirname(target), `.new-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  try {
    const made = await make(folder);
    chmodSync(made, 0o755);
    if (!(await runs(made))) throw new Error('the program does not run on this machine');
    renameSync(made, target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
