import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unpackPinnedArchive } from '../../servers/pinned-archive';
import { mongodbArchive, mongodbWheel, temporalArchive, temporalWheel } from '../../servers/pins';

/** A download is used only if it is the pinned one, and every package that the program brings with it is known. */

const root = resolve(__dirname, '../..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orsync-pins-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';
const ubuntu = 'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n';

test.each([
  ['linux', 'x64', debian, 'temporal_cli_1.9.1_linux_amd64.tar.gz', 'mongodb-linux-x86_64-debian12-8.0.32.tgz'],
  ['linux', 'arm64', ubuntu, 'temporal_cli_1.9.1_linux_arm64.tar.gz', 'mongodb-linux-aarch64-ubuntu2404-8.0.32.tgz'],
  ['darwin', 'arm64', '', 'temporal_cli_1.9.1_darwin_arm64.tar.gz', 'mongodb-macos-arm64-8.0.32.tgz'],
  ['linux', 'arm64', debian, 'temporal_cli_1.9.1_linux_arm64.tar.gz', undefined],
  ['linux', 'x64', '', 'temporal_cli_1.9.1_linux_amd64.tar.gz', undefined],
  ['win32', 'x64', '', undefined, undefined],
])('%s %s has its own archives, or none', (platform, arch, osRelease, temporal, mongodb) => {
  const machine = { platform, arch, osRelease };
  const archives = [temporalArchive(machine), mongodbArchive(machine)];
  expect(archives.map((archive) => archive?.url.split('/').at(-1))).toEqual([temporal, mongodb]);
  for (const archive of archives) if (archive !== undefined) expect(archive.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('wheels are of an exact version and have sums', () => {
  for (const { requirement, sha256 } of [temporalWheel, mongodbWheel]) {
    expect(requirement).toMatch(/^[\w-]+==[\d.]+$/);
    expect(sha256.length).toBeGreaterThan(0);
    expect(sha256.filter((sum) => !/^[0-9a-f]{64}$/.test(sum))).toEqual([]);
  }
});

test('an archive with the pinned sum is unpacked, one with another is not', async () => {
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho 1\n');
  execFileSync('tar', ['-czf', join(folder, 'packed.tgz'), '-C', folder, 'tool']);
  const packed = readFileSync(join(folder, 'packed.tgz'));
  rmSync(join(folder, 'tool'));
  rmSync(join(folder, 'packed.tgz'));
  await serving(packed, 200, async (url) => {
    await expect(unpackPinnedArchive({ url, sha256: '0'.repeat(64) }, 'tool', folder)).rejects.toThrow(
      'which is pinned: the download is not used',
    );
    expect(() => readFileSync(join(folder, 'tool'))).toThrow('no such file');
    const sha256 = createHash('sha256').update(packed).digest('hex');
    expect(await unpackPinnedArchive({ url, sha256 }, 'tool', folder)).toBe(join(folder, 'tool'));
    await expect(unpackPinnedArchive({ url, sha256 }, 'another', folder)).rejects.toThrow('it holds no another');
  });
  await serving(packed, 404, async (url) => {
    await expect(unpackPinnedArchive({ url, sha256: '' }, 'tool', folder)).rejects.toThrow(`${new URL(url).host} answered 404`);
  });
  await expect(unpackPinnedArchive({ url: 'http://127.0.0.1:1/', sha256: '' }, 'tool', folder)).rejects.toThrow(/bad port|ECONNREFUSED/);
});

test('docs/licences.md lists the licence of each package, and all are allowed (else run npm run licences)', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'licences.mjs'), '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('the program brings no package of the tests with it', () => {
  const { packages } = z
    .object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().default(false), optional: z.boolean().default(false) })) })
    .parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const brought = Object.entries(packages).flatMap(([path, { dev }]) => (dev ? [] : [path.slice('node_modules/'.length)]));
  expect(brought).toContain('mongodb');
  expect(
    brought.filter((name) => /^@temporalio\/testing$|^jest$|^@jest\/|playwright|memory-server|oxlint|typescript$|fast-check/.test(name)),
  ).toEqual([]);
});

/** Serves one answer at an address of this machine while `work` runs. */
async function serving(body: Buffer, status: number, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/packed.tgz`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
