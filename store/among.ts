import type { Collection, Document, Filter } from 'mongodb';
import { inOneAnswer } from './paging';

export interface IdQuery<Stored extends Document> {
  /** Finds the documents of the ids, at most one for each. */
  readonly filter: Filter<Stored>;
  /** The index that the query uses. */
  readonly hint: string;
  /** The field that holds the id in a document. */
  readonly field: string;
}

/**
 * Returns the ids that have a document. Mostly all of them have one, or none has: then MongoDB sends only a count, and no document must be
 * read.
 */
export async function among<Stored extends Document>(
  collection: Collection<Stored>,
  ids: readonly string[],
  { filter, hint, field }: IdQuery<Stored>,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(ids);
  if (wanted.size === 0) return wanted;
  const existing = await collection.countDocuments(filter, { hint });
  if (existing === wanted.size) return wanted;
  if (existing === 0) return new Set();
  const found = collection
    .find(filter, { hint, ...inOneAnswer(ids.length) })
    .project<Readonly<Record<string, string>>>({ _id: 0, [field]: 1 });
  return new Set((await found.toArray()).flatMap((document) => document[field] ?? []));
}
