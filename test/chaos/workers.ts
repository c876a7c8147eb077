import { setTimeout as pause } from 'node:timers/promises';
import { startCli } from '../support/run-cli';
import type { CliProcess } from '../support/run-cli';

/** The worker process of a lane, which dies and is replaced. */
export interface LaneWorker {
  /** Makes sure that one runs that will die at this point, or at none. */
  readonly armed: (crashAt: string | null) => Promise<void>;
  /** Ends it as in a crash and starts another; resolves to the moment of the end. */
  readonly kill: () => Promise<number>;
  /** Who is told the moment when it has died at its crash point; another one is on its way then. */
  readonly onCrash: (listener: ((atMs: number) => void) | null) => void;
  /** How often it ended though nobody wanted that. */
  readonly ownDeaths: () => number;
  /** The last lines of all workers so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const ATTEMPTS = 30;
const LOG_LENGTH = 20_000;

/** Runs one worker at a time; one that has died is replaced at once, as a supervisor would do it. */
export function createLaneWorker(env: Readonly<Record<string, string>>): LaneWorker {
  let current: { readonly worker: Promise<CliProcess>; readonly crashAt: string | null } | null = null;
  let latest: CliProcess | null = null;
  let ownDeaths = 0;
  let tellCrash: ((atMs: number) => void) | null = null;
  let earlierLogs = '';

  /** A server that it needs may be restarting. */
  const launch = async (crashAt: string | null, attempt = 1): Promise<CliProcess> => {
    const point = crashAt === null ? {} : { ORSYNC_CRASH_AT: crashAt };
    try {
      return await startCli(['worker'], { ...env, ...point }, (text) => text.includes('worker is ready'));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(500);
      return launch(crashAt, attempt + 1);
    }
  };

  const start = async (crashAt: string | null): Promise<void> => {
    const mine = { worker: launch(crashAt), crashAt };
    current = mine;
    const worker = await mine.worker;
    latest = worker;
    void worker.ended.then(async () => {
      earlierLogs = `${earlierLogs}${worker.log()}`.slice(-LOG_LENGTH);
      latest = latest === worker ? null : latest;
      if (current !== mine) return;
      if (crashAt === null) ownDeaths += 1;
      else tellCrash?.(Date.now());
      await start(null);
    });
  };

  const end = async (how: 'kill' | 'stop'): Promise<void> => {
    const before = current;
    current = null;
    await (await before?.worker)?.[how]();
  };

  return {
    armed: async (crashAt) => {
      if (current?.crashAt === crashAt) {
        await current.worker;
        return;
      }
      await end('stop');
      await start(crashAt);
    },
    kill: async () => {
      await end('kill');
      const atMs = Date.now();
      await start(null);
      return atMs;
    },
    onCrash: (listener) => {
      tellCrash = listener;
    },
    ownDeaths: () => ownDeaths,
    log: () => `${earlierLogs}${latest?.log() ?? ''}`.slice(-LOG_LENGTH),
    stop: () => end('stop'),
  };
}
