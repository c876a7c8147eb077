import { rmSync } from 'node:fs';
import './jest-global-setup';

/** Stops what set-up started, and removes its data. */
export default async function globalTeardown(): Promise<void> {
  const started = globalThis.orsyncTestServers;
  if (started === undefined) return;
  started.cliHost.stop();
  await started.worker.kill();
  await started.servers.stop();
  rmSync(started.dataDir, { recursive: true, force: true });
  // In watch mode, the next run would take these for the addresses of running servers.
  for (const name of started.variables) delete process.env[name];
}
