import { MongoClient, MongoError, MongoParseError, MongoServerError } from 'mongodb';
import { createMongoStore } from './mongo-store';
import type { Store } from './store';

export interface ConnectStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  readonly uri: string;
  /** @default the one in the path of `uri`, else `orsync` */
  readonly databaseName?: string;
  /** How long history with personal data is kept, in days. @default 90 */
  readonly historyDays?: number;
  /** What the server's logs call this program. @default 'orsync' */
  readonly appName?: string;
  /** Where expiry counts from. @default the clock */
  readonly now?: () => Date;
}

/** `unavailable`: it does not answer. `unauthorized`: it refuses the credentials. `configuration`: the address is none. */
export type StoreTrouble = 'unavailable' | 'unauthorized' | 'configuration';

/** MongoDB does not answer, or not this program. The message says where and why, without credentials. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(
    readonly kind: StoreTrouble,
    message: string,
  ) {
    super(message);
  }
}

/** Long enough for an election of a new primary to be noticed, short enough to be one clear error. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;
const DEFAULT_DATABASE = 'orsync';
const DEFAULT_HISTORY_DAYS = 90;

/** Connects to MongoDB; `prepare` the store before its first use. Throws a `StoreUnavailableError` when there is no way in. */
export async function connectStore(options: ConnectStoreOptions): Promise<Store> {
  const { uri, appName = 'orsync', historyDays = DEFAULT_HISTORY_DAYS, now = () => new Date() } = options;
  const client = await connect(uri, appName);
  return createMongoStore({ client, databaseName: options.databaseName ?? databaseIn(uri), historyDays, now });
}

/** The database in the path of an address, else `orsync`. */
export const databaseIn = (uri: string): string => {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];
  return path === undefined ? DEFAULT_DATABASE : decodeURIComponent(path);
};

/** An address without what may be secret in it: user, password and options. */
export const withoutCredentials = (uri: string): string => {
  const scheme = /^mongodb(?:\+srv)?:\/\//.exec(uri)?.[0] ?? '';
  const host = uri.slice(Math.max(scheme.length, uri.lastIndexOf('@') + 1)).replace(/\?.*$/s, '');
  return `${scheme}${host}`;
};

async function connect(uri: string, appName: string): Promise<MongoClient> {
  try {
    const client = new MongoClient(uri, { appName, serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS });
    return await client.connect().catch(async (error: unknown) => {
      await client.close();
      throw error;
    });
  } catch (error) {
    throw refusalOf(error, withoutCredentials(uri));
  }
}

/** The driver's words about an address may repeat its secrets, those about a server don't. */
function refusalOf(error: unknown, address: string): StoreUnavailableError {
  if (!(error instanceof MongoError) || error instanceof MongoParseError) {
    return new StoreUnavailableError(
      'configuration',
      `MongoDB can't be used at ${address}: the address is not valid. Correct MONGODB_URI.`,
    );
  }
  if (error instanceof MongoServerError && REFUSES.has(error.code)) {
    return new StoreUnavailableError(
      'unauthorized',
      `MongoDB at ${address} refuses the user or the password in MONGODB_URI. Correct them.`,
    );
  }
  return new StoreUnavailableError(
    'unavailable',
    `MongoDB can't be used at ${address} (${error.message}): start it there, or set MONGODB_URI to the right address.`,
  );
}

/** Unauthorized, and failed authentication. */
const REFUSES: ReadonlySet<unknown> = new Set([13, 18]);
