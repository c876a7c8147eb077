import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ownLauncher = join(__dirname, '../../bin/orsync');

/**
 * Runs `bin/orsync` to its end, as a user does. `onLog` is called with its standard error so far, each time there is more of it. Another
 * release has another `launcher`.
 */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onLog: (log: string) => void = () => undefined,
  launcher = ownLauncher,
): Promise<CliResult> {
  const child = spawn(process.execPath, [launcher, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onLog(stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface CliProcess {
  readonly pid: number;
  /** Its standard error so far. */
  readonly log: () => string;
  /** Kills it, as in a crash. */
  readonly kill: () => Promise<void>;
  /** Stops it as an operator does. Resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Resolves when it has ended, for any reason. */
  readonly ended: Promise<number | null>;
}

export interface StartCliOptions {
  readonly isReady: (log: string) => boolean;
  /** Called with each piece of standard error. */
  readonly onLog?: (text: string) => void;
  /** @default that of this checkout */
  readonly launcher?: string;
}

/** Starts a command that runs until it is stopped, and waits until it is ready. It is killed when this process exits before. */
export async function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { isReady, onLog, launcher = ownLauncher }: StartCliOptions,
): Promise<CliProcess> {
  const child = spawn(process.execPath, [launcher, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.on('close', () => process.off('exit', endWithUs));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => reject(new Error(`orsync ${args.join(' ')} ended before it was ready:\n${log}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      onLog?.(text);
      if (isReady(log)) resolve();
    });
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    log: () => log,
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    ended,
  };
}
