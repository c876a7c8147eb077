import { rmSync } from 'node:fs';
import './jest-global-setup';

/** Stops the servers of the set-up and removes their data. */
export default async function globalTeardown(): Promise<void> {
  const started = globalThis.orsyncTestServers;
  if (started === undefined) return;
  await started.servers.stop();
  rmSync(started.dataDir, { recursive: true, force: true });
  // In watch mode, the next run would take these for the addresses of running servers.
  for (const name of started.variables) delete process.env[name];
}
