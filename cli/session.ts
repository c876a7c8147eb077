import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { readEnvironment, requireMongodb, requireTemporal } from '../config/environment';
import type { Environment } from '../config/environment';
import { connectStore } from '../store/connect';
import type { Store } from '../store/store';
import { temporalUnreachable } from './cli-error';
import { dataConverterFor } from '../client/payload-codec';
import { createSyncClient } from '../client/sync-client';
import type { SyncClient } from '../client/sync-client';
import { syncWorkflowId } from '../workflows/api';

/** A client with its connection, for calls that the client does not have. */
export type TemporalClient = Client & { readonly connection: Connection };

/** The connections of one command. Each is opened when it is first needed. */
export interface Session {
  readonly store: () => Promise<Store>;
  readonly sync: () => Promise<SyncClient>;
  /** Temporal's own client. */
  readonly temporal: () => Promise<TemporalClient>;
  /** The workflow id of a tenant's runs in this installation (B4). */
  readonly workflowId: (tenant: string) => string;
  /** Whether the environment gives an address of Temporal. */
  readonly knowsTemporal: () => boolean;
  readonly close: () => Promise<void>;
}

/** Short, so that a person soon sees a clear error. */
const CONNECT_TIMEOUT_MS = 5_000;

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Connections as the environment describes them. Nothing is read or connected before it is needed. */
export function createSession(env: ProcessEnvironment): Session {
  const environment = once(() => readEnvironment(env));
  const store = once(() => openStore(environment()));
  const connection = once(() => connectTemporal(environment()));
  const temporal = once(async (): Promise<TemporalClient> => {
    const connected = await connection();
    const { namespace } = requireTemporal(environment());
    const client = new Client({ connection: connected, namespace, dataConverter: dataConverterFor(environment().payloadKeys) });
    return Object.assign(client, { connection: connected });
  });
  const sync = once(async () => {
    const [client, kept] = await Promise.all([temporal(), store()]);
    return createSyncClient({ temporal: client, store: kept, queuePrefix: environment().queuePrefix });
  });
  const closeQuietly = async (made: Promise<{ readonly close: () => Promise<void> }> | undefined): Promise<void> => {
    // A connection that could not be opened needs no closing, and its error has been reported.
    await made?.then((opened) => opened.close()).catch(() => undefined);
  };
  return {
    store,
    sync,
    temporal,
    workflowId: (tenant) => syncWorkflowId(tenant, environment().queuePrefix),
    knowsTemporal: () => environment().temporal.address !== null,
    // Temporal's connection is not closed here; it ends with the process. Calls that were given up may wait for the SDK's own retry, which
    // throws out of a timer when the channel is closed.
    close: () => closeQuietly(store.made()),
  };
}

function openStore(environment: Environment): Promise<Store> {
  const { uri, database } = requireMongodb(environment);
  return connectStore({ uri: uri.reveal(), databaseName: database });
}

async function connectTemporal(environment: Environment): Promise<Connection> {
  const options: ConnectionOptions = { ...requireTemporal(environment).connectionOptions(), connectTimeout: CONNECT_TIMEOUT_MS };
  const connection = Connection.lazy(options);
  try {
    await connection.ensureConnected();
    return connection;
  } catch (error) {
    await connection.close().catch(() => undefined);
    if (isRefusal(error)) throw error;
    throw temporalUnreachable(error);
  }
}

/** The server answered, but it refused the credentials (gRPC codes 7 and 16). */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause && (error.cause.code === 7 || error.cause.code === 16);

interface Once<T> {
  (): T;
  /** The value, if it has been made. */
  readonly made: () => T | undefined;
}

function once<T>(make: () => T): Once<T> {
  let kept: { readonly value: T } | undefined;
  return Object.assign(
    () => {
      kept ??= { value: make() };
      return kept.value;
    },
    { made: () => kept?.value },
  );
}
