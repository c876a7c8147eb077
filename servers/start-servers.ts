import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureServerBinaries } from './binaries';
import { isGiven } from './executables';
import { choosePorts, type ServerPorts } from './free-ports';
import { mongodbUriOf, mongodPidFile, startMongod } from './mongod';
import { clearPidFile } from './pid-file';
import type { ShowLine } from './show-line';
import type { RunningProcess } from './server-process';
import { startTemporal, temporalAddressOf, temporalPidFile, temporalUiUrlOf } from './temporal-server';

/** The addresses of the two servers. */
export interface ServerAddresses {
  /** host:port, as the Temporal SDK wants it. */
  readonly temporalAddress: string;
  /** Undefined for a Temporal server that was given by its address without `TEMPORAL_UI_URL`. */
  readonly temporalUiUrl: string | undefined;
  /** With the database in its path. */
  readonly mongodbUri: string;
}

export interface RunningServers extends ServerAddresses {
  /** Resolves when a server ends by itself, to an error that names it. */
  readonly broken: Promise<Error>;
  /** Stops the servers that were started here, and no others. May be called twice. */
  readonly stop: () => Promise<void>;
}

export interface StartServersOptions {
  /** Both servers keep their data here; the same folder resumes. Created when missing. */
  readonly dataDir: string;
  /** @default the ports that this folder used last, or free ones */
  readonly ports?: Partial<ServerPorts>;
  readonly progress: ShowLine;
  /** `TEMPORAL_ADDRESS` and `MONGODB_URI` name servers that run already. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Temporal and MongoDB, ready to use. A server whose address is in the environment is used as it is; the others are started on loopback.
 * They end with `stop`, and at the latest with this process, even if it is killed.
 */
export async function startServers({ dataDir, ports, progress, environment = process.env }: StartServersOptions): Promise<RunningServers> {
  const folder = resolve(dataDir);
  // The servers' data hold personal data, and the databases have no password.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { temporal, mongod } = await ensureServerBinaries({ progress, environment });
  // This comes before ports are chosen, because a server that a crash left running still uses the old ones.
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

/** Starts all or none: when one does not start, the others are stopped again. */
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
  return new Error(`${title} ended by itself; its log in the data folder says why.`);
}

/** Resolves to the server's title when it ends by itself; never when we stop it. */
const whenEndedUnasked = ({ title, running }: Started): Promise<string> =>
  new Promise((done) => {
    void running.ended.then((unasked) => unasked && done(title));
  });
