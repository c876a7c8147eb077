import { MongoClient, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { canBeShown, databaseIn, withoutCredentials } from './address';
import { createMongoStore } from './mongo-store';
import type { Store } from './store';

export interface ConnectStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  readonly uri: string;
  /** @default the one in the path of `uri`, else `orsync` */
  readonly databaseName?: string;
  /** How long history with personal data is kept, in days. @default 90 */
  readonly historyDays?: number;
  /** This program's name in MongoDB's logs. @default 'orsync' */
  readonly appName?: string;
  /** The time from which expiry is counted. @default the clock */
  readonly now?: () => Date;
}

/** `unavailable`: MongoDB does not answer. `unauthorized`: it refuses the credentials. `configuration`: the address is not valid. */
export type StoreTrouble = 'unavailable' | 'unauthorized' | 'configuration';

/** MongoDB can't be used. The message says where and why, without credentials. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(
    readonly kind: StoreTrouble,
    message: string,
  ) {
    super(message);
  }
}

/** Long enough to find a newly elected primary, short enough for a quick error. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;
const DEFAULT_HISTORY_DAYS = 90;

/** Connects to MongoDB. Call `prepare` before the first use. Throws a `StoreUnavailableError` when MongoDB can't be used. */
export async function connectStore(options: ConnectStoreOptions): Promise<Store> {
  const { uri, appName = 'orsync', historyDays = DEFAULT_HISTORY_DAYS, now = () => new Date() } = options;
  const client = await connect(uri, appName);
  return createMongoStore({ client, databaseName: options.databaseName ?? databaseIn(uri), historyDays, now });
}

async function connect(uri: string, appName: string): Promise<MongoClient> {
  try {
    const client = new MongoClient(uri, { appName, serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS });
    let isStandalone = false;
    client.on('topologyDescriptionChanged', ({ newDescription: { servers } }) => {
      isStandalone = [...servers.values()].some(({ type }) => type === 'Standalone');
    });
    return await client
      .connect()
      .then((connected) => {
        if (isStandalone) throw withoutReplicaSet(withoutCredentials(uri));
        return connected;
      })
      .catch(async (error: unknown) => {
        await client.close();
        throw error;
      });
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : refusalOf(error, uri);
  }
}

/** Transactions need a replica set. A single server would do without until the first of them, in the middle of a run. */
const withoutReplicaSet = (address: string): StoreUnavailableError =>
  new StoreUnavailableError(
    'configuration',
    `MongoDB at ${address} is a single server and not a replica set, which transactions need: start it with --replSet and run rs.initiate() once (one member is enough), or set MONGODB_URI to a replica set.`,
  );

/** Turns the driver's error into ours. Its message about an address may repeat secrets, its message about a server does not. */
function refusalOf(error: unknown, uri: string): StoreUnavailableError {
  const address = withoutCredentials(uri);
  if (isUnknownName(error)) {
    const hint = canBeShown(uri) ? ` (${String(error.message)})` : '';
    return new StoreUnavailableError(
      'unavailable',
      `MongoDB can't be found, because the name in MONGODB_URI can't be looked up${hint}: check the name and this machine's DNS, or name all servers in a mongodb:// address.`,
    );
  }
  if (error instanceof MongoServerError && REFUSES.has(error.code)) {
    return new StoreUnavailableError(
      'unauthorized',
      `MongoDB at ${address} refuses the user or the password in MONGODB_URI. Correct them.`,
    );
  }
  if (!ABOUT_SERVERS.some((kind) => error instanceof kind)) {
    return new StoreUnavailableError(
      'configuration',
      `MongoDB can't be used at ${address}: the address is not valid. Correct MONGODB_URI; characters such as @ : / ? in a user, a password or an option are written as %40 %3A %2F %3F.`,
    );
  }
  const why = error instanceof Error && canBeShown(uri) ? ` (${error.message})` : '';
  return new StoreUnavailableError(
    'unavailable',
    `MongoDB can't be used at ${address}${why}: start it there, or set MONGODB_URI to the right address.`,
  );
}

/** Errors that are about a server, and not about the address as a text. */
const ABOUT_SERVERS = [MongoServerSelectionError, MongoNetworkError, MongoServerError] as const;

/** Whether Node could not look up the name of an `mongodb+srv` address. Its message has that name and no more. */
const isUnknownName = (error: unknown): error is { readonly message: unknown } =>
  typeof error === 'object' && error !== null && 'message' in error && 'syscall' in error && String(error.syscall).startsWith('query');

/** MongoDB's codes for "unauthorized" and "authentication failed". */
const REFUSES: ReadonlySet<unknown> = new Set([13, 18]);
