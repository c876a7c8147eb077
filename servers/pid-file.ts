import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { until } from './until';

/** Which process serves a data folder, and which one started it. */
export interface ServerProcess {
  readonly pid: number;
  readonly ownerPid: number;
  /** Path of the program, to tell it from a process that got the same number later. */
  readonly program: string;
  /** An argument that names the data folder, for the same reason. */
  readonly dataPath: string;
}

const STOP_WITHIN_MS = 10_000;
const processSchema = z.object({ pid: z.int().positive(), ownerPid: z.int().positive(), program: z.string(), dataPath: z.string() });

/** Notes who serves, for the case that this process dies without stopping it. */
export function writePidFile(file: string, serverProcess: ServerProcess): void {
  writeFileSync(file, JSON.stringify(serverProcess));
}

/** To be called when the server has ended. */
export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Clears what a crash left behind: a server of ours that outlived the process which started it is stopped.
 * Fails when that process is still alive, because then the data folder is in use.
 */
export async function clearPidFile(file: string): Promise<void> {
  const left = readPidFile(file);
  if (left !== undefined && isServing(left)) {
    if (isRunning(left.ownerPid)) {
      throw new Error(`The data folder is in use by process ${left.ownerPid}: stop it, or choose another data folder.`);
    }
    await stopLeftover(left);
  }
  removePidFile(file);
}

function readPidFile(file: string): ServerProcess | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return processSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Half-written by a crash; the server it would have named ends with its watchdog.
    return undefined;
  }
}

const isServing = ({ pid, program, dataPath }: ServerProcess): boolean => {
  const command = commandLine(pid);
  return command.includes(basename(program)) && command.includes(dataPath);
};

async function stopLeftover(left: ServerProcess): Promise<void> {
  signal(left.pid, 'SIGTERM');
  const stopped = await until(() => !isServing(left), { withinMs: STOP_WITHIN_MS });
  if (stopped) return;
  signal(left.pid, 'SIGKILL');
  await until(() => !isServing(left), { withinMs: STOP_WITHIN_MS });
}

/** Sends a signal; a process that has just ended is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** True while the process runs; one that has ended and only waits for its parent to ask after it does not. */
export const isRunning = (pid: number): boolean => commandLine(pid) !== '';

/** What a process was started with; empty when there is none, or when it has ended and only waits to be reaped. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return existsSync('/proc/self/cmdline') ? '' : commandLineFromPs(pid);
  }
}

/** For systems without /proc. */
function commandLineFromPs(pid: number): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
