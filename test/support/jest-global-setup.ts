import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServers, type RunningServers } from '../../servers/start-servers';
import { CLI_HOST_PORT, startCliHost } from './cli-host';
import type { CliHost } from './cli-host';
import type { CliProcess } from './run-cli';
import { SHARED_WORKER, startSharedWorker } from './shared-worker';

declare global {
  /** Jest hands what set-up made to tear-down in no other way. */
  var orsyncTestServers: TestServers | undefined;
}

interface TestServers {
  readonly servers: RunningServers;
  readonly worker: CliProcess;
  readonly cliHost: CliHost;
  readonly dataDir: string;
  /** The variables that were added to the environment. */
  readonly variables: readonly string[];
}

/** Builds, and starts what all test files share: a pair of servers, a worker, and a process that runs commands. */
export default async function globalSetup(): Promise<void> {
  build();
  const { dataDir, servers } = await startOnFreePorts();
  const addresses = {
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_UI_URL: servers.temporalUiUrl ?? '',
    MONGODB_URI: servers.mongodbUri,
  };
  const variables = Object.keys(addresses).filter((name) => (process.env[name] ?? '') === '');
  // Stages keep their files, secrets among them, in the system's folder for temporary ones.
  Object.assign(process.env, addresses, { ORSYNC_SKIP_CHECK: '1', ORSYNC_SECRETS_DIR: tmpdir() });
  const [worker, cliHost] = await Promise.all([startSharedWorker(servers.mongodbUri, join(dataDir, 'worker.log')), startCliHost()]);
  const { env, logFile } = worker;
  const shared = { [CLI_HOST_PORT]: `${cliHost.port}`, [SHARED_WORKER]: JSON.stringify({ env, logFile }) };
  Object.assign(process.env, shared);
  globalThis.orsyncTestServers = { servers, worker, cliHost, dataDir, variables: [...variables, ...Object.keys(shared)] };
}

/** Another program on a busy machine may take a port between the choice and the start. Then other ports are tried. */
async function startOnFreePorts(triesLeft = 3): Promise<Pick<TestServers, 'dataDir' | 'servers'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orsync-test-'));
  try {
    return { dataDir, servers: await startServers({ dataDir, progress: (line) => console.error(line) }) };
  } catch (error) {
    if (triesLeft === 0 || !/address already in use/i.test(String(error))) throw error;
    rmSync(dataDir, { recursive: true, force: true });
    return startOnFreePorts(triesLeft - 1);
  }
}

/** Outside CI, tests also run with a type error somewhere. `npm test` and `npm run typecheck` refuse it. */
function build(): void {
  try {
    execFileSync(process.execPath, [resolve(__dirname, '../../scripts/build.mjs')], { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    console.error('The build reported errors; the tests run with what was compiled.');
  }
}
