import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { removePidFile, signal, writePidFile } from './pid-file';
import { until } from './until';

export interface ServerProcessOptions {
  readonly title: string;
  /** Absolute path of the server's program. */
  readonly program: string;
  readonly args: readonly string[];
  /** An element of `args` that names the data folder. It tells our server from another process with the same number. */
  readonly dataPath: string;
  /** Receives the server's output. */
  readonly logFile: string;
  readonly pidFile: string;
  /** Resolves to true once the server is ready; may reject before. */
  readonly isReady: () => Promise<boolean>;
}

export interface RunningProcess {
  /** Resolves when the server has ended: to true if nobody asked it to stop. */
  readonly ended: Promise<boolean>;
  /** Stops the server with SIGTERM, and later with SIGKILL. Resolves when it is gone. May be called twice. */
  readonly stop: () => Promise<void>;
}

/** The data and logs of the servers hold personal data. */
const OWNER_ONLY = 0o600;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/**
 * Waits until its standard input closes, then ends the server. The input closes when this process ends, whatever the cause.
 */
const WATCHDOG = `read -r _; kill -TERM "$1" 2>/dev/null; n=0
while kill -0 "$1" 2>/dev/null && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done; kill -KILL "$1" 2>/dev/null`;

/**
 * Starts a server and resolves when it is ready. The server ends with this process, even when this process is killed.
 * Call `clearPidFile` first: an earlier crash may have left a server running on the same data folder.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<RunningProcess> {
  const running = launch(options);
  if (await becomesReady(options, running.ended)) return running;
  await running.stop();
  throw new Error(`${options.title} did not start: ${lastWords(options.logFile)} (log: ${options.logFile})`);
}

function launch({ program, args, dataPath, logFile, pidFile }: ServerProcessOptions): RunningProcess {
  const log = openSync(logFile, 'a', OWNER_ONLY);
  // `detached` makes a process group of its own. So Ctrl-C reaches only us, and we decide the order of the shutdown.
  const server = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env: ofServers(process.env) });
  closeSync(log);
  const watchdog = server.pid === undefined ? undefined : watch(server.pid);
  if (server.pid !== undefined) writePidFile(pidFile, { pid: server.pid, ownerPid: process.pid, program, dataPath });
  let asked = false;
  const ended = whenEnded(server).then(() => {
    if (watchdog?.pid !== undefined) signal(watchdog.pid, 'SIGKILL');
    removePidFile(pidFile);
    return !asked;
  });
  const stop = async (): Promise<void> => {
    asked = true;
    server.kill('SIGTERM');
    const force = setTimeout(() => server.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(force);
  };
  return { ended, stop };
}

/** The part of the environment that servers need. The rest may hold tenants' secrets. */
const ofServers = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );

function watch(pid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'orsync-watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: ofServers(process.env),
  });
  watchdog.stdin?.on('error', () => undefined);
  watchdog.on('error', () => undefined);
  return watchdog;
}

const whenEnded = (server: ChildProcess): Promise<void> =>
  new Promise((done) => {
    server.once('error', () => done());
    server.once('exit', () => done());
  });

async function becomesReady({ isReady }: ServerProcessOptions, ended: Promise<boolean>): Promise<boolean> {
  let gone = false;
  void ended.then(() => (gone = true));
  const settled = await until(async () => gone || (await isReady().catch(() => false)), { withinMs: READY_WITHIN_MS });
  return settled && !gone;
}

/** The last line that looks like an error, else the last line. */
function lastWords(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  const line = lines.findLast((candidate) => /"s":"[EF]"|error/i.test(candidate)) ?? lines.at(-1) ?? '';
  return line === '' ? 'it printed nothing' : line.slice(0, 300);
}
