import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The `orsync` command that users start. */
const launcher = resolve(__dirname, '../../bin/orsync');

export type CommandEnvironment = Readonly<Record<string, string>>;

interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `orsync` to its end. Does not reject because of an exit code. */
export function runOrsync(args: readonly string[], env: CommandEnvironment): Promise<CommandResult> {
  const child = spawn(process.execPath, [launcher, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, ...texts }));
  });
}

export interface LongRunning {
  readonly pid: number;
  /** Sends SIGTERM. Resolves when the process has ended. */
  readonly stop: () => Promise<void>;
}

interface StartOptions {
  readonly args: readonly string[];
  readonly env: CommandEnvironment;
  /** Flags for Node itself, for profiles. */
  readonly nodeFlags?: readonly string[];
  /** Called with all output so far, standard output and error. */
  readonly isReady: (output: string) => boolean;
}

/** Starts an `orsync` command that runs until it is stopped. Resolves when its output says that it is ready. */
export async function startOrsync({ args, env, nodeFlags = [], isReady }: StartOptions): Promise<LongRunning> {
  const child = spawn(process.execPath, [...nodeFlags, launcher, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  let output = '';
  await new Promise<void>((done, failed) => {
    const note = (text: string): void => {
      output = `${output}${text}`.slice(-MOST_KEPT);
      if (isReady(output)) done();
    };
    child.on('error', failed);
    child.on('close', () => failed(new Error(`orsync ${args.join(' ')} ended before it was ready:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', note);
  });
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      process.off('exit', endWithUs);
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts both emulators in one process. Resolves when their addresses are in `readyFile`. */
export const startEmulatorProcess = (readyFile: string): Promise<LongRunning> =>
  startOrsync({
    args: ['emulators', '--ready-file', readyFile],
    env: { ORSYNC_SKIP_CHECK: '1' },
    // Memory for a hundred thousand records at each vendor, and for the world document.
    nodeFlags: ['--max-old-space-size=6144'],
    isReady: () => existsSync(readyFile),
  });

const MOST_KEPT = 20_000;

/** The largest resident memory of a process so far, in MB of 1,000,000 bytes. Linux only. */
export function peakMemoryMb(pid: number): number {
  const kib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
  return (kib * 1024) / 1_000_000;
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** The processor time of a process so far, in seconds, without its ended children. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in brackets, may have spaces. After it come only numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
