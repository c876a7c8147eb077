import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startCli } from '../support/run-cli';
import type { CliProcess } from '../support/run-cli';

/** The worker process of a lane. It is replaced when it dies, else it serves one schedule after the other. */
export interface LaneWorker {
  /** Makes sure that a worker is running that will die at this crash point, or at none. */
  readonly armed: (crashAt: string | null) => Promise<void>;
  /** Kills the worker and starts another. Resolves to the time of its end. */
  readonly kill: () => Promise<number>;
  /** Called with the time when a worker has died at its crash point. Another worker is on its way then. */
  readonly onCrash: (listener: ((atMs: number) => void) | null) => void;
  /** The number of times that a worker ended by itself. */
  readonly ownDeaths: () => number;
  /** The last log lines of all workers so far. */
  readonly log: () => string;
  /** Ends the worker at once. No other one follows. */
  readonly stop: () => Promise<void>;
}

const ATTEMPTS = 30;
const LOG_LENGTH = 20_000;

/** Runs one worker at a time. A worker that dies is replaced at once, as by a supervisor. */
export function createLaneWorker(env: Readonly<Record<string, string>>): LaneWorker {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-crash-'));
  const crashFile = join(folder, 'at');
  let current: Promise<CliProcess> | null = null;
  let armedAt: string | null = null;
  let latest: CliProcess | null = null;
  let ownDeaths = 0;
  let tellCrash: ((atMs: number) => void) | null = null;
  let earlierLogs = '';
  let isClosed = false;

  const arm = (crashAt: string | null): void => {
    armedAt = crashAt;
    writeFileSync(crashFile, crashAt ?? '');
  };

  /** Starts a worker. It tries again, because a server that the worker needs may be restarting. */
  const launch = async (attempt = 1): Promise<CliProcess> => {
    try {
      return await startCli(
        ['worker'],
        { ...env, ORSYNC_CRASH_AT: `@${crashFile}` },
        {
          isReady: (text) => text.includes('worker is ready'),
        },
      );
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(500);
      return launch(attempt + 1);
    }
  };

  const start = async (): Promise<void> => {
    // A play that was given up may continue for a while.
    if (isClosed) throw new Error('The lane is closed.');
    const mine = launch();
    current = mine;
    const worker = await mine;
    latest = worker;
    void worker.ended.then(async (code) => {
      earlierLogs = `${earlierLogs}${worker.log()}`.slice(-LOG_LENGTH);
      latest = latest === worker ? null : latest;
      if (current !== mine) return;
      if (armedAt === null || code !== null) ownDeaths += 1;
      else tellCrash?.(Date.now());
      arm(null);
      await start();
    });
  };

  const end = async (): Promise<void> => {
    const before = current;
    current = null;
    await (await before)?.kill();
  };

  return {
    armed: async (crashAt) => {
      arm(crashAt);
      if (current === null) await start();
      await current;
    },
    kill: async () => {
      await end();
      const atMs = Date.now();
      arm(null);
      await start();
      return atMs;
    },
    onCrash: (listener) => {
      tellCrash = listener;
    },
    ownDeaths: () => ownDeaths,
    log: () => `${earlierLogs}${latest?.log() ?? ''}`.slice(-LOG_LENGTH),
    stop: async () => {
      isClosed = true;
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
