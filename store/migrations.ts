import type { Db } from 'mongodb';
import { SCHEMA_VERSION } from './scope';

/** A step from the version before to `version`. */
export interface Migration {
  readonly version: number;
  /**
   * Rewrites the documents whose `schemaVersion` is lower, past the validators (`bypassDocumentValidation`). Must bear being repeated, and
   * being run by two processes at once: nothing is locked.
   */
  readonly up: (db: Db) => Promise<void>;
}

/** The steps up to `SCHEMA_VERSION`, in order. Version 1 is the first. */
export const migrations: readonly Migration[] = [
  {
    version: 2,
    // A link knows which contents were compared last: all are compared once more.
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

/** Where the database's version is recorded: collection `schema`, document `version`. */
const COLLECTION = 'schema';
const RECORD = 'version';

/**
 * Takes the database's documents to the newest version, one recorded step after the other; a new database is at the newest at once. Throws
 * when a newer program has prepared the database.
 */
export async function migrate(db: Db, steps = migrations, newest = SCHEMA_VERSION): Promise<void> {
  const collection = db.collection<VersionDocument>(COLLECTION);
  await collection.updateOne({ _id: RECORD }, { $setOnInsert: { version: newest } }, { upsert: true });
  const current = (await collection.findOne({ _id: RECORD }))?.version ?? newest;
  if (current > newest) {
    throw new Error(
      `The database ${db.databaseName} has documents of version ${current}, this program knows version ${newest}: update orsync, or give it another database.`,
    );
  }
  for (const { version, up } of steps.filter((step) => step.version > current)) {
    await up(db);
    // Never backwards: another process may be a step ahead.
    await collection.updateOne({ _id: RECORD }, { $max: { version } });
  }
}
