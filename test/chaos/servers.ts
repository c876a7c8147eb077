import { mkdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { ensureServerBinaries } from '../../servers/binaries';
import { choosePorts } from '../../servers/free-ports';
import { mongodPidFile, mongodbUriOf, startMongod } from '../../servers/mongod';
import { startTemporal, temporalAddressOf, temporalPidFile } from '../../servers/temporal-server';
import type { RunningProcess } from '../../servers/server-process';

export type ServerName = 'temporal' | 'mongodb';

/** A restart that has happened, on any lane's request. */
export interface Restart {
  readonly server: ServerName;
  readonly hard: boolean;
  readonly endedAtMs: number;
  readonly backAtMs: number;
}

/** Servers for the search alone. They may be restarted with the same data at any time. */
export interface ChaosServers {
  readonly temporalAddress: string;
  readonly mongodbUri: string;
  /** Ends a server, gently or as in a crash, and starts it again. Resolves when it answers. */
  readonly restart: (server: ServerName, hard: boolean) => Promise<void>;
  /** Calls the listener after each restart, because a restart affects all lanes. Returns a function that removes the listener. */
  readonly onRestart: (listener: (restart: Restart) => void) => () => void;
  readonly stop: () => Promise<void>;
}

/** Starts new servers. It never uses those that the environment names, because others may use them. */
export async function startChaosServers(dataDir: string): Promise<ChaosServers> {
  mkdirSync(dataDir, { recursive: true });
  const { TEMPORAL_ADDRESS: _temporal, MONGODB_URI: _mongodb, ...environment } = process.env;
  const programs = await ensureServerBinaries({ progress: (line) => process.stderr.write(`${line}\n`), environment });
  const { temporal, mongod } = programs;
  if (temporal === undefined || mongod === undefined) throw new Error('The programs of both servers are needed.');
  const ports = await choosePorts(dataDir);
  const start: Readonly<Record<ServerName, () => Promise<RunningProcess>>> = {
    temporal: () => startTemporal({ program: temporal, dataDir, port: ports.temporal, uiPort: ports.temporalUi }),
    mongodb: () => startMongod({ program: mongod, dataDir, port: ports.mongodb }),
  };
  const pidFiles: Readonly<Record<ServerName, string>> = { temporal: temporalPidFile(dataDir), mongodb: mongodPidFile(dataDir) };
  const running: Record<ServerName, Promise<RunningProcess>> = { temporal: start.temporal(), mongodb: start.mongodb() };
  await Promise.all(Object.values(running));

  const listeners = new Set<(restart: Restart) => void>();
  const restart = async (server: ServerName, hard: boolean): Promise<void> => {
    const before = running[server];
    let endedAtMs = 0;
    const again = before.then(async (process_) => {
      if (hard) process.kill(pidOf(pidFiles[server]), 'SIGKILL');
      else void process_.stop();
      await process_.ended;
      endedAtMs = Date.now();
      return start[server]();
    });
    // Lanes share the servers, so the next restart waits for this one.
    running[server] = again;
    await again;
    for (const listener of listeners) listener({ server, hard, endedAtMs, backAtMs: Date.now() });
  };
  return {
    temporalAddress: temporalAddressOf(ports.temporal),
    mongodbUri: mongodbUriOf(ports.mongodb),
    restart,
    onRestart: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      await Promise.all(Object.values(running).map(async (starting) => (await starting).stop()));
    },
  };
}

const pidOf = (file: string): number => z.object({ pid: z.int().positive() }).parse(JSON.parse(readFileSync(file, 'utf8'))).pid;
