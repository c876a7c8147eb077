import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { isRunning } from '../../servers/pid-file';
import { startServers, type ServerAddresses } from '../../servers/start-servers';
import { until } from '../../servers/until';

const DEADLINE_MS = 30_000;
const silent = (): void => undefined;
/** The environment without the shared servers' addresses, so that new servers are started. */
const environment = { ...process.env, TEMPORAL_ADDRESS: '', MONGODB_URI: '' };

let dataDir = '';
beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'orsync-servers-')), 'data');
});
afterEach(() => rmSync(dirname(dataDir), { recursive: true, force: true }));

process.env['HUBSPOT_TOKEN'] = 'hunter2';
const start = () => startServers({ dataDir, progress: silent, environment });

async function withMongo<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

async function withTemporal<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Writes a document to MongoDB, in a transaction, and starts a workflow without a worker in Temporal. */
async function leaveTraces({ mongodbUri, temporalAddress }: ServerAddresses): Promise<void> {
  await withMongo(mongodbUri, (client) =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        await client.db().collection('traces').insertOne({ left: 'here' }, { session });
      }),
    ),
  );
  await withTemporal(temporalAddress, (client) => client.workflow.start('nobodysWorkflow', { workflowId: 'trace', taskQueue: 'nobody' }));
}

async function expectTraces({ mongodbUri, temporalAddress }: ServerAddresses): Promise<void> {
  expect(await withMongo(mongodbUri, (client) => client.db().collection('traces').countDocuments())).toBe(1);
  const { status } = await withTemporal(temporalAddress, (client) => client.workflow.getHandle('trace').describe());
  expect(status.name).toBe('RUNNING');
}

/** Nobody else can look into the servers' folder or read their logs, and the servers know no secret of the process that started them. */
function expectPrivate(folder: string): void {
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of ['mongodb', 'temporal']) {
    expect(statSync(join(folder, `${name}.log`)).mode & 0o777).toBe(0o600);
    const { pid } = z.object({ pid: z.number() }).parse(JSON.parse(readFileSync(join(folder, `${name}.pid`), 'utf8')));
    if (existsSync('/proc')) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('hunter2');
  }
}

test('starts both servers, which keep their data and their addresses over a restart', async () => {
  const first = await start();
  await leaveTraces(first);
  expect((await fetch(first.temporalUiUrl ?? '')).status).toBe(200);
  expectPrivate(dataDir);
  await first.stop();

  const second = await start();
  try {
    expect(second).toMatchObject({ mongodbUri: first.mongodbUri, temporalAddress: first.temporalAddress });
    await expectTraces(second);
  } finally {
    await second.stop();
  }
});

test('resumes on other ports when somebody else has taken the old ones', async () => {
  const first = await start();
  await leaveTraces(first);
  await first.stop();
  const stranger = await listenOn(Number(new URL(first.mongodbUri).port));
  try {
    const second = await start();
    try {
      expect(second.mongodbUri).not.toBe(first.mongodbUri);
      await expectTraces(second);
    } finally {
      await second.stop();
    }
  } finally {
    stranger.close();
  }
});

test('takes addresses from the environment as they are and starts nothing', async () => {
  const given = { TEMPORAL_ADDRESS: 'temporal.example.com:7233', MONGODB_URI: 'mongodb://mongo.example.com/orsync' };
  const servers = await startServers({ dataDir, progress: silent, environment: given });
  expect(servers).toMatchObject({
    temporalAddress: 'temporal.example.com:7233',
    temporalUiUrl: undefined,
    mongodbUri: 'mongodb://mongo.example.com/orsync',
  });
  await servers.stop();
  expect(existsSync(join(dataDir, 'mongodb.pid'))).toBe(false);
});

test('refuses a data folder that another running process uses', async () => {
  const command = startCommand();
  try {
    await command.ready();
    await expect(start()).rejects.toThrow(/in use by process \d+: stop it, or choose another/);
  } finally {
    await command.end('SIGTERM');
  }
});

test('the command writes its ready file when both answer, and stops cleanly on SIGTERM', async () => {
  const command = startCommand();
  const addresses = await command.ready();
  expect(statSync(command.readyFile).mode & 0o777).toBe(0o600);
  await leaveTraces(addresses);
  const pids = serverPids();
  expect(await command.end('SIGTERM')).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(existsSync(command.readyFile)).toBe(false);
});

test('servers end by themselves when the process that started them is killed, and the data is still there', async () => {
  const command = startCommand();
  await leaveTraces(await command.ready());
  const pids = serverPids();
  await command.end('SIGKILL');
  expect(await until(() => !pids.some(isRunning), { withinMs: DEADLINE_MS })).toBe(true);

  const again = await start();
  await expectTraces(again);
  await again.stop();
});

test('a server that a crash left running on the same data folder is stopped before the next start', async () => {
  const command = startCommand();
  const addresses = await command.ready();
  await leaveTraces(addresses);
  const pids = serverPids();
  await command.end('SIGKILL');

  const again = await start();
  try {
    expect(again).toMatchObject(addresses);
    expect(pids.filter(isRunning)).toEqual([]);
    await expectTraces(again);
  } finally {
    await again.stop();
  }
});

const readySchema = z.object({ temporalAddress: z.string(), temporalUiUrl: z.string(), mongodbUri: z.string() });

/** Starts `orsync servers` as a process of its own, without a shell around it. */
function startCommand() {
  const readyFile = join(dirname(dataDir), 'ready.json');
  const code = `require(${JSON.stringify(resolve('dist/servers/servers-command.js'))}).runServers(${JSON.stringify({ dataDir, readyFile })})`;
  const child = spawn(process.execPath, ['-e', code], { env: environment, stdio: 'ignore' });
  const ready = async (): Promise<z.infer<typeof readySchema>> => {
    expect(await until(() => existsSync(readyFile), { withinMs: DEADLINE_MS })).toBe(true);
    return readySchema.parse(JSON.parse(readFileSync(readyFile, 'utf8')));
  };
  return { readyFile, ready, end: (name: NodeJS.Signals) => end(child, name) };
}

/** Sends a signal and resolves to the exit code, null when the signal killed it. */
const end = (child: ChildProcess, name: NodeJS.Signals): Promise<number | null> =>
  new Promise((done) => {
    child.once('exit', (code) => done(code));
    child.kill(name);
  });

const serverPids = (): readonly number[] =>
  ['temporal.pid', 'mongodb.pid'].map(
    (file) => z.object({ pid: z.int() }).parse(JSON.parse(readFileSync(join(dataDir, file), 'utf8'))).pid,
  );

/** A server of another program, which closes every connection. */
const listenOn = (port: number): Promise<Server> =>
  new Promise((done, failed) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done(server));
  });
