import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient, MongoServerError, type Db } from 'mongodb';
import { z } from 'zod';
import { startServerProcess, type RunningProcess } from './server-process';

export interface StartServerOptions {
  readonly program: string;
  readonly dataDir: string;
  readonly port: number;
}

const REPLICA_SET = 'rs0';
const NOT_YET_INITIALIZED = 94;
const ANSWER_WITHIN_MS = 2_000;

/** The address for programs: a direct connection to the one node, with the database `orsync`. */
export const mongodbUriOf = (port: number): string => `mongodb://127.0.0.1:${port}/orsync?replicaSet=${REPLICA_SET}&directConnection=true`;

/** The file that names the process which serves the data folder. */
export const mongodPidFile = (dataDir: string): string => join(dataDir, 'mongodb.pid');

/**
 * Starts MongoDB on loopback with its data in `dataDir`, as a replica set of one node, because transactions need a replica set. Resolves
 * when it accepts writes.
 */
export function startMongod({ program, dataDir, port }: StartServerOptions): Promise<RunningProcess> {
  const data = join(dataDir, 'mongodb');
  mkdirSync(data, { recursive: true });
  const network = ['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  // The defaults would use half of this machine's memory and a share of its disk.
  const size = ['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '256', '--setParameter', 'diagnosticDataCollectionEnabled=false'];
  return startServerProcess({
    title: 'MongoDB',
    program,
    args: ['--dbpath', data, '--replSet', REPLICA_SET, '--quiet', ...network, ...size],
    dataPath: data,
    logFile: join(dataDir, 'mongodb.log'),
    pidFile: mongodPidFile(dataDir),
    isReady: () => acceptsWrites(port),
  });
}

async function acceptsWrites(port: number): Promise<boolean> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: ANSWER_WITHIN_MS });
  try {
    const admin = client.db('admin');
    await ensureReplicaSet(admin, `127.0.0.1:${port}`);
    const hello = await admin.command({ hello: 1 });
    return hello['isWritablePrimary'] === true;
  } finally {
    await client.close();
  }
}

const replicaSetSchema = z.looseObject({ version: z.int(), members: z.array(z.looseObject({ host: z.string() })) });

/** Initiates the replica set on new data. On old data it sets the node's current address; without it the node would not find itself. */
async function ensureReplicaSet(admin: Db, host: string): Promise<void> {
  const config = await readConfig(admin);
  if (config === undefined) {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  } else if (config.members[0]?.host !== host) {
    const moved = { ...config, version: config.version + 1, members: [{ _id: 0, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  }
}

async function readConfig(admin: Db): Promise<z.infer<typeof replicaSetSchema> | undefined> {
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    return replicaSetSchema.parse(config);
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
