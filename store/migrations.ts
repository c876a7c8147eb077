import type { Db } from 'mongodb';
import { SCHEMA_VERSION } from './scope';

/** A step from the previous version to `version`. */
export interface Migration {
  readonly version: number;
  /**
   * Rewrites the documents whose `schemaVersion` is lower, without the validators (`bypassDocumentValidation`). It must be safe to repeat
   * and to run in two processes at once: nothing is locked.
   */
  readonly up: (db: Db) => Promise<void>;
}

/** The steps up to `SCHEMA_VERSION`, in order. Version 1 is the first. */
export const migrations: readonly Migration[] = [
  {
    version: 2,
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
  readonly version: number;
}

/** The place of the database's version: collection `schema`, document `version`. */
const COLLECTION = 'schema';
const RECORD = 'version';

/** The version of a database's documents; null for a database that was never prepared. */
export const versionOf = async (db: Db): Promise<number | null> =>
  (await db.collection<VersionDocument>(COLLECTION).findOne({ _id: RECORD }))?.version ?? null;

/**
 * Brings the database's documents to the newest version, step by step, and records each step. A new database has the newest version from
 * the start. Throws when a newer program has prepared the database.
 */
export async function migrate(db: Db, steps = migrations, newest = SCHEMA_VERSION): Promise<void> {
  const collection = db.collection<VersionDocument>(COLLECTION);
  await collection.updateOne({ _id: RECORD }, { $setOnInsert: { version: newest } }, { upsert: true });
  const current = (await collection.findOne({ _id: RECORD }))?.version ?? newest;
  if (current > newest) {
    throw new Error(
      `The database ${db.databaseName} has documents of version ${current}, but this program only knows version ${newest}. Update orsync, or use another database.`,
    );
  }
  for (const { version, up } of steps.filter((step) => step.version > current)) {
    await up(db);
    // $max: another process may be a step ahead.
    await collection.updateOne({ _id: RECORD }, { $max: { version } });
  }
}
