import type { Db } from 'mongodb';
import { MongoServerError } from 'mongodb';

/** Indexes of earlier releases that others have replaced. Each costs a write with every document, and no query of any release names one. */
const REPLACED = ['byHubSpotId', 'byOfficerndId'] as const;
const COLLECTIONS = ['operations', 'preview_operations'] as const;

/** MongoDB's code for what the user may not do. */
const UNAUTHORIZED = 13;
/** MongoDB's code for an index that is not there: another process was faster. */
const INDEX_NOT_FOUND = 27;

/**
 * Drops indexes that earlier releases have made in `operations` and that others have replaced. Call it when the others are there. A user
 * without the right to drop an index leaves them. Safe to repeat, and to run in several processes at once: a worker of an earlier release
 * may make them again.
 */
export async function dropReplacedIndexes(db: Db): Promise<void> {
  for (const collection of COLLECTIONS) {
    const present = new Set((await db.collection(collection).listIndexes().toArray()).map(({ name }: { readonly name?: unknown }) => name));
    for (const name of REPLACED.filter((one) => present.has(one))) await dropUnlessGone(db, collection, name);
  }
}

async function dropUnlessGone(db: Db, collection: string, name: string): Promise<void> {
  try {
    await db.collection(collection).dropIndex(name);
  } catch (error) {
    if (!(error instanceof MongoServerError && (error.code === UNAUTHORIZED || error.code === INDEX_NOT_FOUND))) throw error;
  }
}
