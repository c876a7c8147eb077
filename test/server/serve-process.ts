import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { mongodbUri } from '../store/test-store';
import { startCli } from '../support/run-cli';
import type { CliProcess } from '../support/run-cli';
import { APP_SECRET, PUBLIC_URL, WEBHOOK_SECRET } from './signed';
import type { SignedRequest } from './signed';

/** `orsync serve` as a process of its own. */
export interface ServeProcess extends CliProcess {
  /** Resolves to the status of the answer; 0 when the connection broke. */
  readonly send: (request: SignedRequest) => Promise<number>;
  readonly memoryMb: () => number;
  readonly free: () => Promise<void>;
}

const ready = z.object({ address: z.string() });

/** Starts it on a database, with a Temporal that can't be reached: hints are stored all the same. */
export async function startServe(database: string, env: Readonly<Record<string, string>> = {}): Promise<ServeProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-serve-'));
  const readyFile = join(folder, 'ready.json');
  const uri = new URL(mongodbUri());
  uri.pathname = `/${database}`;
  const child = await startCli(
    ['serve', '--port', '0', '--ready-file', readyFile],
    {
      MONGODB_URI: uri.toString(),
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      ORSYNC_PUBLIC_URL: PUBLIC_URL,
      ORSYNC_HOOKS_PER_SECOND: '100000',
      HUBSPOT_APP_SECRET: APP_SECRET,
      ORND_WEBHOOK_SECRET: WEBHOOK_SECRET,
      ...env,
    },
    { isReady: (log) => log.includes('Stop with Ctrl-C') },
  );
  const { address } = ready.parse(JSON.parse(readFileSync(readyFile, 'utf8')));
  const agent = new Agent({ connections: 48, pipelining: 1 });
  return {
    ...child,
    send: async ({ path, headers, body }) => {
      try {
        const answer = await request(`${address}${path}`, { method: 'POST', headers, body, dispatcher: agent });
        await answer.body.dump();
        return answer.statusCode;
      } catch {
        return 0;
      }
    },
    memoryMb: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1_024,
    free: async () => {
      await agent.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `work` for each index below `count`, so many at a time. */
export async function inTurns(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
