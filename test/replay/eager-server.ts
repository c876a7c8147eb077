import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ensureServerBinaries } from '../../servers/binaries';
import { choosePorts } from '../../servers/free-ports';
import { startServerProcess } from '../../servers/server-process';
import { searchAttributeArguments, temporalAddressOf } from '../../servers/temporal-server';
import { searchAttributes } from '../../workflows/api';

export interface EagerServer {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** A Temporal server that suggests continuing as new early. Every child with a second slice then does. */
export async function startEagerServer(suggestAfterEvents: number): Promise<EagerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-eager-'));
  const { TEMPORAL_ADDRESS: _given, ...environment } = process.env;
  const { temporal } = await ensureServerBinaries({ progress: (line) => console.error(line), environment });
  if (temporal === undefined) throw new Error('There is no Temporal server to start.');
  const { temporal: port } = await choosePorts(folder);
  const address = temporalAddressOf(port);
  const database = join(folder, 'temporal.db');
  const server = await startServerProcess({
    title: 'Temporal',
    program: temporal,
    args: [
      'server',
      'start-dev',
      '--headless',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--db-filename=${database}`,
      '--log-level=error',
      '--dynamic-config-value=system.forceSearchAttributesCacheRefreshOnRead=true',
      `--dynamic-config-value=limit.historyCount.suggestContinueAsNew=${suggestAfterEvents}`,
      ...searchAttributeArguments(),
    ],
    dataPath: database,
    logFile: join(folder, 'temporal.log'),
    pidFile: join(folder, 'temporal.pid'),
    isReady: () => answers(address),
  });
  return {
    address,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    return Object.keys(searchAttributes).every((name) => name in (customAttributes ?? {}));
  } finally {
    await connection.close();
  }
}
