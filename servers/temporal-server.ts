import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../workflows/api';
import type { StartServerOptions } from './mongod';
import { startServerProcess, type RunningProcess } from './server-process';

export interface StartTemporalOptions extends StartServerOptions {
  readonly uiPort: number;
}

/** The types of search attributes, by the names that Temporal's command line has for them. */
const attributeTypes = { KEYWORD: 'Keyword', INT: 'Int' } as const;

/** Arguments that give the server the search attributes of the sync's workflows from its start. */
export const searchAttributeArguments = (): readonly string[] =>
  Object.entries(searchAttributes).map(([name, type]) => `--search-attribute=${name}=${attributeTypes[type]}`);

const DYNAMIC_CONFIG = {
  // Without it, search attributes are known only after the server's cache has expired.
  'system.forceSearchAttributesCacheRefreshOnRead': true,
  // The default is 20 a second for each history shard. This server has one shard, so the steps of a run would wait for one another.
  'history.transferProcessorMaxPollRPS': 1_000,
};

const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];
const ANSWER_WITHIN_MS = 2_000;

/** In the form that the Temporal SDK expects. */
export const temporalAddressOf = (port: number): string => `127.0.0.1:${port}`;
/** The web pages of the embedded server. */
export const temporalUiUrlOf = (uiPort: number): string => `http://127.0.0.1:${uiPort}`;

/** The file that names the process which serves the data folder. */
export const temporalPidFile = (dataDir: string): string => join(dataDir, 'temporal.pid');

/**
 * Starts Temporal's development server with its UI on loopback and its state in `dataDir`; resolves when it serves the namespace `default`.
 */
export function startTemporal({ program, dataDir, port, uiPort }: StartTemporalOptions): Promise<RunningProcess> {
  const database = join(dataDir, 'temporal.db');
  return startServerProcess({
    title: 'Temporal',
    program,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--ui-port=${uiPort}`,
      `--db-filename=${database}`,
      '--log-level=error',
      '--ui-disable-news-fetch',
      ...SQLITE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
      ...searchAttributeArguments(),
      ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`]),
    ],
    dataPath: database,
    logFile: join(dataDir, 'temporal.log'),
    pidFile: temporalPidFile(dataDir),
    isReady: () => knowsSearchAttributes(temporalAddressOf(port)),
  });
}

async function knowsSearchAttributes(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: ANSWER_WITHIN_MS });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    return Object.keys(searchAttributes).every((name) => name in (customAttributes ?? {}));
  } finally {
    await connection.close();
  }
}
