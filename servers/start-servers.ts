import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureServerBinaries } from './binaries';
import { isGiven } from './executables';
import { choosePorts, type ServerPorts } from './free-ports';
import { mongodbUriOf, mongodPidFile, startMongod } from './mongod';
import { clearPidFile } from './pid-file';
import type { Progress } from './progress';
import type { RunningProcess } from './server-process';
import { startTemporal, temporalAddressOf, temporalPidFile, temporalUiUrlOf } from './temporal-server';

/** Where the two servers answer. */
export interface ServerAddresses {
  /** host:port, as the Temporal SDK wants it. */
  readonly temporalAddress: string;
  /** Undefined for a Temporal server of which only the address is known (`TEMPORAL_UI_URL` tells it). */
  readonly temporalUiUrl: string | undefined;
  /** With the database in its path. */
  readonly mongodbUri: string;
}

export interface RunningServers extends ServerAddresses {
  /** Resolves when a server has ended that nobody stopped, to an error that says which. */
  readonly broken: Promise<Error>;
  /** Stops what was started here and nothing else; may be called twice. */
  readonly stop: () => Promise<void>;
}

export interface StartServersOptions {
  /** All state lives here; starting again on the same folder resumes. Created when missing. */
  readonly dataDir: string;
  /** @default the ports that this folder used last, or free ones */
  readonly ports?: Partial<ServerPorts>;
  readonly progress: Progress;
  /** `TEMPORAL_ADDRESS` and `MONGODB_URI` in it stand for servers that run already. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Temporal and MongoDB, ready to use: addresses from the environment as they are, all others started on loopback.
 * What is started here ends with `stop` or, whatever happens, with this process.
 */
export async function startServers({ dataDir, ports, progress, environment = process.env }: StartServersOptions): Promise<RunningServers> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  const { temporal, mongod } = await ensureServerBinaries({ progress, environment });
  // Before the ports are chosen: what a crash left running still holds the old ones.
  if (temporal !== undefined) await clearPidFile(temporalPidFile(folder));
  if (mongod !== undefined) await clearPidFile(mongodPidFile(folder));
  const chosen = await choosePorts(folder, ports);
  progress('Starting the servers …');
  const started = await startAll([
    temporal === undefined
      ? undefined
      : {
          title: 'Temporal',
          start: startTemporal({ program: temporal, dataDir: folder, port: chosen.temporal, uiPort: chosen.temporalUi }),
        },
    mongod === undefined ? undefined : { title: 'MongoDB', start: startMongod({ program: mongod, dataDir: folder, port: chosen.mongodb }) },
  ]);
  return {
    ...addresses(chosen, environment),
    broken: whenBroken(started),
    stop: async () => void (await Promise.all(started.map(({ running }) => running.stop()))),
  };
}

interface Starting {
  readonly title: string;
  readonly start: Promise<RunningProcess>;
}

interface Started {
  readonly title: string;
  readonly running: RunningProcess;
}

/** All of them or none: when one does not start, the others are stopped again. */
async function startAll(servers: readonly (Starting | undefined)[]): Promise<readonly Started[]> {
  const wanted = servers.filter((server) => server !== undefined);
  const outcomes = await Promise.allSettled(wanted.map(async ({ title, start }) => ({ title, running: await start })));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return started;
  await Promise.all(started.map(({ running }) => running.stop()));
  throw failure.reason;
}

function addresses(ports: ServerPorts, environment: Readonly<Record<string, string | undefined>>): ServerAddresses {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_UI_URL: uiUrl, MONGODB_URI: uri } = environment;
  const temporal = isGiven(address)
    ? { temporalAddress: address, temporalUiUrl: isGiven(uiUrl) ? uiUrl : undefined }
    : { temporalAddress: temporalAddressOf(ports.temporal), temporalUiUrl: temporalUiUrlOf(ports.temporalUi) };
  return { ...temporal, mongodbUri: isGiven(uri) ? uri : mongodbUriOf(ports.mongodb) };
}

async function whenBroken(started: readonly Started[]): Promise<Error> {
  const title = await Promise.race(started.map(whenEndedUnasked));
  return new Error(`${title} has ended by itself; its log in the data folder says why.`);
}

/** Resolves to the server's title, and not at all when the server is stopped by us. */
const whenEndedUnasked = ({ title, running }: Started): Promise<string> =>
  new Promise((done) => {
    void running.ended.then((unasked) => unasked && done(title));
  });
