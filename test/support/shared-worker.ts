import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { startCli } from './run-cli';
import type { CliProcess } from './run-cli';

/** The one worker process that most test files share: to start it costs as much as several runs. */
export interface SharedWorker {
  /** The database and the task queues that it serves, for commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** The variable by which test files find the worker. */
export const SHARED_WORKER = 'ORSYNC_TEST_SHARED_WORKER';

const schema = z.object({ env: z.record(z.string(), z.string()), logFile: z.string() });

/** Starts it on a database and task queues of its own, and writes its log to a file. */
export async function startSharedWorker(mongodbUri: string, logFile: string): Promise<CliProcess & SharedWorker> {
  const env = stageEnvironment(mongodbUri, `shared-${process.pid}`);
  const worker = await startCli(['worker'], env, {
    isReady: (log) => log.includes('worker is ready'),
    onLog: (text) => appendFileSync(logFile, text),
  });
  return { ...worker, env, logFile };
}

/** The environment of commands and workers that use a database and task queues of this name. */
export function stageEnvironment(mongodbUri: string, name: string): Readonly<Record<string, string>> {
  const uri = new URL(mongodbUri);
  uri.pathname = `/${name}`;
  // Creations without an answer are settled at once. The tests of L12 have workers of their own.
  return { MONGODB_URI: uri.href, ORSYNC_QUEUE_PREFIX: name, ORSYNC_LATE_EFFECT_MS: '0' };
}

/** The worker that was started for this run of Jest. */
export const sharedWorker = (): SharedWorker => schema.parse(JSON.parse(process.env[SHARED_WORKER] ?? 'null'));

/** The end of the worker's log, for a test that fails. */
export const endOfLog = ({ logFile }: SharedWorker): string => readFileSync(logFile, 'utf8').slice(-5_000);
