import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { until } from './until';

/** The process that serves a data folder, and the process that started it. */
export interface ServerProcess {
  readonly pid: number;
  readonly ownerPid: number;
  /** Path of the program. It tells the server from another process that got the same number later. */
  readonly program: string;
  /** An argument that names the data folder, for the same reason. */
  readonly dataPath: string;
}

const STOP_WITHIN_MS = 10_000;
const processSchema = z.object({ pid: z.int().positive(), ownerPid: z.int().positive(), program: z.string(), dataPath: z.string() });

/** Names the server, so that the next start can stop it if this process dies before it does. */
export function writePidFile(file: string, serverProcess: ServerProcess): void {
  writeFileSync(file, JSON.stringify(serverProcess));
}

/** Call it when the server has ended. */
export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Cleans up after a crash: stops a server of ours that still runs though the process which started it is gone.
 * Rejects when that process is still alive, because then the data folder is in use.
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
    // A crash left the file half-written. The watchdog of that server ends it.
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
    // It has ended already.
  }
}

/** True while the process runs. A zombie, which has ended and waits for its parent, does not run. */
export const isRunning = (pid: number): boolean => commandLine(pid) !== '';

/** The command line of a process; empty when there is none, or only a zombie. */
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
