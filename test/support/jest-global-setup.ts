import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServers, type RunningServers } from '../../servers/start-servers';

declare global {
  /** Jest has no other way to pass objects from set-up to tear-down. */
  var orsyncTestServers: { readonly servers: RunningServers; readonly dataDir: string; readonly variables: readonly string[] } | undefined;
}

/** Builds, and starts one pair of servers for all tests. Each test file has its own database and task queue. */
export default async function globalSetup(): Promise<void> {
  build();
  const dataDir = mkdtempSync(join(tmpdir(), 'orsync-test-'));
  const servers = await startServers({ dataDir, progress: (line) => console.error(line) });
  const exported = {
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_UI_URL: servers.temporalUiUrl ?? '',
    MONGODB_URI: servers.mongodbUri,
  };
  const variables = Object.keys(exported).filter((name) => (process.env[name] ?? '') === '');
  Object.assign(process.env, exported, { ORSYNC_SKIP_CHECK: '1' });
  globalThis.orsyncTestServers = { servers, dataDir, variables };
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
