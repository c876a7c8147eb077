import type { Db } from 'mongodb';
import { SCHEMA_VERSION } from './scope';

/** A step from the previous version to `version`. */
export interface Migration {
  readonly version: number;
  /**
   * The lowest `SCHEMA_VERSION` of programs that can go on with the documents afterwards. Workers of the release before still run at that
   * time, so it is theirs. Only a step that no release before can bear has its own version here.
   */
  readonly bearableFrom: number;
  /**
   * Rewrites the documents whose `schemaVersion` is lower, without the validators (`bypassDocumentValidation`). It must be safe to repeat
   * and to run in two processes at once: nothing is locked. Workers of the release before go on writing documents of the lower version, so
   * code that reads must take both. A step that narrows a validator sets it itself.
   */
  readonly up: (db: Db) => Promise<void>;
}

/** The steps up to `SCHEMA_VERSION`, in order. Version 1 is the first. */
export const migrations: readonly Migration[] = [
  {
    version: 2,
    bearableFrom: 2,
    // Links now know which contents were compared last. All links are compared once more.
    up: async (db) => {
      const compared = { settled: null, officerndHash: null, hubspotHash: null, reopened: 0, schemaVersion: 2 };
      for (const name of ['links', 'preview_links'])
        await db.collection(name).updateMany({ schemaVersion: 1 }, { $set: compared }, { bypassDocumentValidation: true });
    },
  },
];

interface VersionDocument {
  readonly _id: string;
  /** Programs of a lower version can't work with the documents. */
  readonly version: number;
  /** The newest step that was done; absent where it is `version`. A field of its own: release 0.1.0 refuses by `version` alone. */
  readonly steps?: number;
}

/** The place of the database's version: collection `schema`, document `version`. */
const COLLECTION = 'schema';
const RECORD = 'version';

/** Whether a program that knows these steps has prepared the database, or a newer one whose documents this one can bear. */
export type PreparedBy = 'this' | 'newer';

/**
 * The version of a database's documents, as this program sees it: higher than its own where it can't work with them. Null for a database
 * that was never prepared.
 */
export async function versionOf(db: Db, newest = SCHEMA_VERSION): Promise<number | null> {
  const found = await db.collection<VersionDocument>(COLLECTION).findOne({ _id: RECORD });
  if (found === null) return null;
  return found.version > newest ? found.version : Math.min(newest, Math.max(found.version, found.steps ?? 0));
}

/**
 * Brings the database's documents to the newest version, step by step, and records each step. A new database has the newest version from
 * the start. Throws when a newer program has prepared the database and its documents are none for this one.
 */
export async function migrate(db: Db, steps = migrations, newest = SCHEMA_VERSION): Promise<PreparedBy> {
  const collection = db.collection<VersionDocument>(COLLECTION);
  const fresh = recordOf(steps.at(-1)?.bearableFrom ?? newest, newest);
  await collection.updateOne({ _id: RECORD }, { $setOnInsert: fresh }, { upsert: true });
  const found = (await collection.findOne({ _id: RECORD })) ?? fresh;
  if (found.version > newest) {
    throw new Error(
      `The database ${db.databaseName} has documents of version ${found.version}, but this program only knows version ${newest}. Update orsync, or use another database.`,
    );
  }
  const done = Math.max(found.version, found.steps ?? 0);
  for (const step of steps.filter(({ version }) => version > done)) {
    await step.up(db);
    // $max: another process may be a step ahead.
    await collection.updateOne({ _id: RECORD }, { $max: recordOf(step.bearableFrom, step.version) });
  }
  return done > newest ? 'newer' : 'this';
}

const recordOf = (bearableFrom: number, version: number): Pick<VersionDocument, 'version' | 'steps'> => ({
  version: bearableFrom,
  ...(version > bearableFrom && { steps: version }),
});
