import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import { MongoBulkWriteError, MongoServerError } from 'mongodb';

/** Sends independent writes in one call; without writes it does nothing. */
export async function writeAll<Stored extends Document>(
  collection: Collection<Stored>,
  writes: readonly AnyBulkWriteOperation<Stored>[],
): Promise<void> {
  if (writes.length > 0) await collection.bulkWrite(writes, { ordered: false });
}

/** Makes unordered writes, one for each item, and returns the items that a unique index refused. Throws after any other failure. */
export async function refusedBy<Item>(items: readonly Item[], write: () => Promise<unknown>): Promise<readonly Item[]> {
  if (items.length === 0) return [];
  try {
    await write();
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    const failed = [error.writeErrors].flat();
    if (failed.length === 0 || failed.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return failed.flatMap(({ index }) => items[index] ?? []);
  }
}

/** MongoDB's code for a document that a unique index refuses. */
const DUPLICATE_KEY = 11_000;

/** Whether a unique index refused a single write. */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/** The result of a single write, or null where a unique index refuses it. Throws after any other failure. */
export const unlessDuplicate = <T>(write: Promise<T>): Promise<T | null> =>
  write.catch((error: unknown) => {
    if (isDuplicateKey(error)) return null;
    throw error;
  });

/** MongoDB's code for a document that its collection's validator refuses. */
const REFUSED_BY_VALIDATOR = 121;

/** Whether a validator refused a write, or one of several writes. */
export function isRefusedByValidator(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError) return [error.writeErrors].flat().some(({ code }) => code === REFUSED_BY_VALIDATOR);
  return error instanceof MongoServerError && error.code === REFUSED_BY_VALIDATOR;
}
