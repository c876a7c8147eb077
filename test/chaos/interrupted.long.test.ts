import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../servers/pid-file';
import { poll } from '../support/poll';

/** A search of hours may be interrupted at any time. It leaves nothing behind. */

const launcher = join(__dirname, '../../scripts/chaos.mjs');
/** Many times the usual time, because a search starts servers and workers beside those of all other tests. */
const DEADLINE_MS = 240_000;

let folder = '';
let search: ChildProcess;
let stdout = '';
let stderr = '';
let ended: Promise<number | null>;

beforeEach(() => {
  // The test sees every file that it makes in the folder for temporary files.
  folder = mkdtempSync(join(tmpdir(), 'orsync-interrupted-'));
  search = spawn(process.execPath, [launcher, '--fresh', '--seed', '3281', '--lanes', '2'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stdout = '';
  stderr = '';
  search.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  search.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  ended = new Promise((done) => search.on('close', done));
});

afterEach(async () => {
  search.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends workers and servers, removes what is in the folder for temporary files, prints the figures so far and exits with 130',
  async (signal) => {
    const started = await withWorkers(2);
    search.kill(signal);
    expect(await ended).toBe(130);
    await allGone(started);
    expect(readdirSync(folder)).toEqual([]);
    expect(stdout).toContain('seeds that broke a law: none');
  },
  DEADLINE_MS,
);

test(
  'a second one ends the search at once, whatever hangs, and with it workers and servers',
  async () => {
    const started = await withWorkers(1);
    // The workers do not notice the first signal.
    for (const { pid } of started.filter(isWorker)) process.kill(pid, 'SIGSTOP');
    const again = setInterval(() => search.kill('SIGINT'), 100);
    expect(await ended.finally(() => clearInterval(again))).toBe(130);
    expect(stdout).toBe('');
    await allGone(started);
  },
  DEADLINE_MS,
);

interface Started {
  readonly pid: number;
  readonly command: string;
}

const isWorker = ({ command }: Started): boolean => command.includes('bin/orsync worker');

/** Waits until the search has started this many workers. Resolves to all processes that it has started. */
const withWorkers = (count: number): Promise<readonly Started[]> =>
  poll(
    `${count} workers`,
    async () => {
      if (search.exitCode !== null) throw new Error(`The search ended with ${search.exitCode}: ${stderr}`);
      const started = startedBy(search.pid ?? 0);
      return started.filter(isWorker).length >= count ? started : undefined;
    },
    { deadlineMs: DEADLINE_MS / 2 },
  );

const allGone = (started: readonly Started[]): Promise<true> =>
  poll('the end of all of them', async () => started.every(({ pid }) => !isRunning(pid)) || undefined);

function startedBy(parent: number): readonly Started[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).matchAll(/^ *(\d+) +(\d+) (.*)$/gm);
  return [...all].flatMap(([, pid, ppid, command]) => (Number(ppid) === parent ? [{ pid: Number(pid), command: command ?? '' }] : []));
}
