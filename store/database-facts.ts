import { MongoServerError } from 'mongodb';
import type { Db, Document } from 'mongodb';
import { z } from 'zod';
import { allCollections } from './collections';
import { versionOf } from './migrations';
import { SCHEMA_VERSION } from './scope';
import { expiryIndex } from './schema';

/** A database, and the server that has it, as they describe themselves. */
export interface DatabaseFacts {
  readonly database: string;
  /** `8.0.17`. */
  readonly serverVersion: string;
  /** Whether the server that answers is the one that takes writes. */
  readonly isPrimary: boolean;
  /** Whether the majority of the replica set has confirmed, in time, that this server is the primary. Null where the server can't be asked. */
  readonly hasMajority: boolean | null;
  /** How far its clock is ahead of this machine's; negative when it is behind. */
  readonly clockAheadMs: number;
  /** The answer took this long, so that the difference of the clocks is only known up to half of it. */
  readonly roundTripMs: number;
  /** Actions on the database that its user is not allowed and that runs need. */
  readonly lackingRights: readonly string[];
  /** Those that only an upgrade needs. */
  readonly lackingForUpgrade: readonly string[];
  /** The version of its documents; null before the first start of a worker. */
  readonly documentsVersion: number | null;
  /** The version that this program writes. */
  readonly newestVersion: number;
  /** Collections and indexes that are missing, as `links` or `links.activeHubSpotId`. Empty before the first start of a worker. */
  readonly missingParts: readonly string[];
}

/** Actions that runs need, as MongoDB names them. */
const NEEDED = ['find', 'insert', 'update', 'remove', 'createCollection', 'createIndex', 'listCollections', 'listIndexes'] as const;
const NEEDED_FOR_UPGRADE = ['collMod', 'bypassDocumentValidation'] as const;

/** Asks the server about itself, and reads what `prepare` has made. It writes nothing. */
export async function readDatabaseFacts(db: Db): Promise<DatabaseFacts> {
  const askedAtMs = Date.now();
  const hello = helloSchema.parse(await db.command({ hello: 1 }));
  const roundTripMs = Date.now() - askedAtMs;
  const { version: serverVersion } = buildSchema.parse(await db.command({ buildInfo: 1 }));
  const allowed = allowedIn(db.databaseName, await authInfoOf(db));
  const lacking = (actions: readonly string[]): readonly string[] => actions.filter((action) => !allowed(action));
  // Without these rights nothing more can be asked.
  const canLook = lacking(['find', 'listCollections', 'listIndexes']).length === 0;
  const documentsVersion = canLook ? await versionOf(db) : null;
  const hasMajority = canLook && hello.isWritablePrimary ? await majorityAnswers(db) : null;
  return {
    database: db.databaseName,
    serverVersion,
    isPrimary: hello.isWritablePrimary,
    hasMajority,
    clockAheadMs: hello.localTime.getTime() - (askedAtMs + roundTripMs / 2),
    roundTripMs,
    lackingRights: lacking(NEEDED),
    lackingForUpgrade: lacking(NEEDED_FOR_UPGRADE),
    documentsVersion,
    newestVersion: SCHEMA_VERSION,
    missingParts: documentsVersion === null ? [] : await missingPartsOf(db),
  };
}

const helloSchema = z.object({ isWritablePrimary: z.boolean(), localTime: z.date() });
const buildSchema = z.object({ version: z.string() });
const resourceSchema = z.object({ db: z.string().optional(), collection: z.string().optional(), anyResource: z.boolean().optional() });
const statusSchema = z.object({
  authInfo: z.object({
    authenticatedUsers: z.array(z.unknown()),
    authenticatedUserPrivileges: z.array(z.object({ resource: resourceSchema, actions: z.array(z.string()) })),
  }),
});

export type AuthInfo = z.output<typeof statusSchema>['authInfo'];

/** The user and its rights; null where a server that only resembles MongoDB does not say. */
async function authInfoOf(db: Db): Promise<AuthInfo | null> {
  const answer: unknown = await db.command({ connectionStatus: 1, showPrivileges: true }).catch(() => null);
  return statusSchema.safeParse(answer).data?.authInfo ?? null;
}

/** Which actions the user may do on all collections of a database. A server without access control allows all. */
export function allowedIn(database: string, info: AuthInfo | null): (action: string) => boolean {
  if (info === null || info.authenticatedUsers.length === 0) return () => true;
  const { authenticatedUserPrivileges } = info;
  const covering = authenticatedUserPrivileges.filter(
    ({ resource: { db, collection, anyResource } }) => anyResource === true || (collection === '' && (db === database || db === '')),
  );
  const actions = new Set(covering.flatMap((privilege) => privilege.actions));
  return (action) => actions.has(action) || actions.has('anyAction');
}

/** Well-connected members confirm within milliseconds. */
const MAJORITY_WITHIN_MS = 5_000;
/** A linearizable read is only answered when the majority has confirmed the primary. Writes need the same, and wait for it for ever. */
async function majorityAnswers(db: Db): Promise<boolean | null> {
  const read = { find: 'schema', limit: 1, singleBatch: true, readConcern: { level: 'linearizable' }, maxTimeMS: MAJORITY_WITHIN_MS };
  try {
    await db.command(read);
    return true;
  } catch (error) {
    return error instanceof MongoServerError && error.codeName === 'MaxTimeMSExpired' ? false : null;
  }
}

async function missingPartsOf(db: Db): Promise<readonly string[]> {
  const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  const parts = await Promise.all(
    allCollections.map(async ({ name, indexes }) => {
      if (!there.has(name)) return [name];
      const known = new Set((await db.collection(name).listIndexes().toArray()).map((index: Document) => String(index['name'])));
      return [...indexes, expiryIndex].flatMap((index) =>
        index.name === undefined || known.has(index.name) ? [] : [`${name}.${index.name}`],
      );
    }),
  );
  return parts.flat();
}
