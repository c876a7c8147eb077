import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeReadyFile } from './ready-file';
import type { ShowLine } from './show-line';
import { startServers } from './start-servers';

export interface RunServersOptions {
  readonly dataDir: string;
  /** Written in one step when both servers are ready, and removed when they stop. */
  readonly readyFile: string;
  /** @default lines on standard error */
  readonly progress?: ShowLine;
}

/**
 * `orsync servers`: runs both servers in the foreground until SIGTERM or SIGINT, then stops them cleanly. Rejects when a server does not
 * start or ends by itself.
 */
export async function runServers({ dataDir, readyFile, progress = toStandardError }: RunServersOptions): Promise<void> {
  const ready = resolve(readyFile);
  // A file of an earlier run would name servers that are gone.
  rmSync(ready, { force: true });
  const askedToStop = whenAskedToStop();
  const servers = await startServers({ dataDir, progress });
  try {
    const { temporalAddress, temporalUiUrl, mongodbUri } = servers;
    writeReadyFile(ready, { temporalAddress, temporalUiUrl, mongodbUri });
    progress(`Temporal ${temporalAddress}, its UI ${temporalUiUrl ?? 'unknown'}, MongoDB ready; stop with Ctrl-C.`);
    const broken = await Promise.race([servers.broken, askedToStop]);
    if (broken instanceof Error) throw broken;
    progress('Stopping the servers …');
  } finally {
    rmSync(ready, { force: true });
    await servers.stop();
  }
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Resolves at the first signal. Later signals are ignored, because the stop is under way. */
const whenAskedToStop = (): Promise<NodeJS.Signals> =>
  new Promise((done) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => done(name));
  });
