import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { ensureServerBinaries } from '../../servers/binaries';
import { choosePorts } from '../../servers/free-ports';
import { startServerProcess } from '../../servers/server-process';
import type { RunningProcess } from '../../servers/server-process';

/** Servers that are not as a run needs them. */
export interface OddServers {
  readonly mongodb?: 'standalone' | undefined;
  /** Attributes that the namespace has already: name and type, as Temporal's command line names them. */
  readonly searchAttributes?: Readonly<Record<string, string>> | undefined;
}

/** Runs a task with such servers. Its argument is the environment that names them; servers that are as usual are not in it. */
export async function withOddServers<T>(
  wanted: OddServers,
  task: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-odd-'));
  const { temporal, mongod } = await ensureServerBinaries({
    progress: () => undefined,
    environment: { ...process.env, TEMPORAL_ADDRESS: '', MONGODB_URI: '' },
  });
  const ports = await choosePorts(folder);
  const running: RunningProcess[] = [];
  const environment: Record<string, string> = {};
  try {
    if (wanted.mongodb !== undefined) {
      running.push(await startStandalone(mongod ?? '', folder, ports.mongodb));
      environment['MONGODB_URI'] = `mongodb://127.0.0.1:${ports.mongodb}/orsync`;
    }
    if (wanted.searchAttributes !== undefined) {
      running.push(await startTemporal(temporal ?? '', folder, ports, wanted.searchAttributes));
      environment['TEMPORAL_ADDRESS'] = `127.0.0.1:${ports.temporal}`;
    }
    return await task(environment);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function startStandalone(program: string, folder: string, port: number): Promise<RunningProcess> {
  const data = join(folder, 'mongodb');
  mkdirSync(data);
  return startServerProcess({
    title: 'MongoDB',
    program,
    args: ['--dbpath', data, '--quiet', '--port', `${port}`, '--bind_ip', '127.0.0.1', '--nounixsocket', '--wiredTigerCacheSizeGB', '0.25'],
    dataPath: data,
    logFile: join(folder, 'mongodb.log'),
    pidFile: join(folder, 'mongodb.pid'),
    isReady: async () => {
      const client = new MongoClient(`mongodb://127.0.0.1:${port}`, { serverSelectionTimeoutMS: 2_000 });
      try {
        await client.db('admin').command({ ping: 1 });
        return true;
      } finally {
        await client.close();
      }
    },
  });
}

function startTemporal(
  program: string,
  folder: string,
  { temporal, temporalUi }: { readonly temporal: number; readonly temporalUi: number },
  attributes: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const database = join(folder, 'temporal.db');
  const known = Object.entries(attributes).map(([name, type]) => `--search-attribute=${name}=${type}`);
  const network = ['--ip=127.0.0.1', `--port=${temporal}`, `--ui-port=${temporalUi}`, '--log-level=error'];
  return startServerProcess({
    title: 'Temporal',
    program,
    args: ['server', 'start-dev', `--db-filename=${database}`, ...network, ...known],
    dataPath: database,
    logFile: join(folder, 'temporal.log'),
    pidFile: join(folder, 'temporal.pid'),
    isReady: async () => {
      const connection = await Connection.connect({ address: `127.0.0.1:${temporal}`, connectTimeout: 2_000 });
      try {
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
        return Object.keys(attributes).every((name) => Object.hasOwn(customAttributes ?? {}, name));
      } finally {
        await connection.close();
      }
    },
  });
}
