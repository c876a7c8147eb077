import { poll } from './poll';
import type { CliProcess } from './run-cli';
import type { Stage } from './stage';

/** The moment at which a worker is killed: when it comes to a crash point (`update-planned:2`), or after so many requests to the vendors. */
export type Kill = { readonly point: string } | { readonly requests: number };

/** The one worker of a stage. It is killed in the middle of a task, and another one goes on: a stage needs no more than one start for a kill. */
export interface MortalWorker {
  /** Does the task. Where the kill comes before its end, another worker finishes it. With null, nothing happens to the worker. */
  readonly during: <T>(kill: Kill | null, task: () => Promise<T>) => Promise<T>;
  /** The number of kills so far. */
  readonly kills: () => number;
}

/** The file that arms the worker (`ORSYNC_CRASH_AT=@FILE`). */
const ARMED = 'crash-at';

/** Starts the worker of a stage that has no other. Its death is noticed soon. */
export async function createMortalWorker(stage: Stage): Promise<MortalWorker> {
  const arm = (point: string): string => stage.writeFile(ARMED, point);
  const file = arm('');
  const start = (): Promise<CliProcess> => stage.startWorker({ ORSYNC_DEAD_WORKER_SECONDS: '3', ORSYNC_CRASH_AT: `@${file}` });
  let worker = await start();
  let kills = 0;

  const asked = async (): Promise<number> => {
    const [officernd, hubspot] = await Promise.all([stage.requests('officernd'), stage.requests('hubspot')]);
    return officernd.total + hubspot.total;
  };
  /** Resolves to whether the worker has died before the task was over. */
  const died = async (kill: Kill, task: Promise<unknown>): Promise<boolean> => {
    const over = task.then(() => false);
    if ('point' in kill) return Promise.race([worker.ended.then(() => true), over]);
    let isOver = false;
    const ended = over.finally(() => (isOver = true));
    const until = (await asked()) + kill.requests;
    await Promise.race([
      poll(`${kill.requests} requests`, async () => (isOver || (await asked()) >= until ? true : undefined), FAST),
      ended,
    ]);
    if (isOver) return false;
    await worker.kill();
    return true;
  };

  return {
    kills: () => kills,
    during: async (kill, task) => {
      if (kill === null) return task();
      if ('point' in kill) arm(kill.point);
      const working = task();
      const isDead = await died(kill, working);
      arm('');
      if (isDead) {
        kills += 1;
        worker = await start();
      }
      return working;
    },
  };
}

const FAST = { deadlineMs: 60_000, everyMs: 10 };
