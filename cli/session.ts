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

/** The connections of one command: each is made when it is first asked for. */
export interface Session {
  readonly store: () => Promise<Store>;
  readonly sync: () => Promise<SyncClient>;
  /** Whether the environment gives an address of Temporal. */
  readonly knowsTemporal: () => boolean;
  readonly close: () => Promise<void>;
}

/** One clear error is better than a long wait. */
const CONNECT_TIMEOUT_MS = 5_000;

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Connections as the environment describes them. Nothing is read or connected before it is needed. */
export function createSession(env: ProcessEnvironment): Session {
  const environment = once(() => readEnvironment(env));
  const store = once(() => openStore(environment()));
  const connection = once(() => connectTemporal(environment()));
  const sync = once(async () => {
    const [temporal, kept] = await Promise.all([connection(), store()]);
    const { namespace } = requireTemporal(environment());
    const client = new Client({ connection: temporal, namespace, dataConverter: dataConverterFor(environment().payloadKeys) });
    const queuePrefix = env['ORSYNC_QUEUE_PREFIX'];
    return createSyncClient({ temporal: client, store: kept, ...(queuePrefix !== undefined && queuePrefix !== '' && { queuePrefix }) });
  });
  const closeQuietly = async (made: Promise<{ readonly close: () => Promise<void> }> | undefined): Promise<void> => {
    // What could not be opened needs no closing, and has been told about.
    await made?.then((opened) => opened.close()).catch(() => undefined);
  };
  return {
    store,
    sync,
    knowsTemporal: () => environment().temporal.address !== null,
    // Temporal's connection ends with the process: calls that were given up may be waiting for the SDK's own retry, and that throws out of
    // a timer when it finds the channel closed.
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

/** A server that answers with a refusal is not one that does not answer. */
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
