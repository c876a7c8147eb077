import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { createHintReceiver } from '../client/hints/receive';
import { dataConverterFor } from '../client/payload-codec';
import { requireTemporal } from '../config/environment';
import type { Environment } from '../config/environment';
import type { SecretSources } from '../config/secrets';
import type { ServeSettings } from '../config/serve-settings';
import type { Store } from '../store/store';
import { startServer } from './start-server';
import type { RunningServer } from './start-server';
import { within } from './within';

export interface ServeOptions {
  readonly environment: Environment;
  readonly settings: ServeSettings;
  /** A prepared store, which the caller closes. */
  readonly store: Store;
  readonly secrets: SecretSources;
  readonly port: number;
  readonly host: string;
}

/** Keepers that were not told by then look for themselves. */
const LONGEST_FLUSH_MS = 3_000;

/**
 * The composition root of `orsync serve`. A Temporal that can't be reached is no error: hints are stored all the same, and are found in the
 * inbox later.
 */
export async function serve({ environment, settings, store, secrets, port, host }: ServeOptions): Promise<RunningServer> {
  const log = pino({ name: 'orsync', level: environment.logLevel }, pino.destination({ dest: 2, sync: true }));
  const { namespace, connectionOptions } = requireTemporal(environment);
  const connection = Connection.lazy(connectionOptions());
  const temporal = new Client({ connection, namespace, dataConverter: dataConverterFor(environment.payloadKeys) });
  const hints = createHintReceiver({ store, temporal, prefix: environment.queuePrefix });
  const server = await startServer({ store, receive: hints.receive, secrets, settings, log, port, host });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await within(
        hints.flush().then(() => true),
        LONGEST_FLUSH_MS,
      );
    },
  };
}
