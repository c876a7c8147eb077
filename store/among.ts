import type { Collection, Document, Filter } from 'mongodb';
import { inOneAnswer } from './paging';

export interface Asked<Stored extends Document> {
  /** Finds the documents that answer to the ids, one for each at the most. */
  readonly filter: Filter<Stored>;
  /** The index that the filter is answered from. */
  readonly hint: string;
  /** Holds the id in a document. */
  readonly field: string;
}

/**
 * Those of the ids that something answers to. Mostly it is all of them or none: then a number is all that MongoDB sends, and nothing is
 * unpacked.
 */
export async function among<Stored extends Document>(
  collection: Collection<Stored>,
  ids: readonly string[],
  { filter, hint, field }: Asked<Stored>,
): Promise<ReadonlySet<string>> {
  const asked = new Set(ids);
  if (asked.size === 0) return asked;
  const answering = await collection.countDocuments(filter, { hint });
  if (answering === asked.size) return asked;
  if (answering === 0) return new Set();
  const found = collection
    .find(filter, { hint, ...inOneAnswer(ids.length) })
    .project<Readonly<Record<string, string>>>({ _id: 0, [field]: 1 });
  return new Set((await found.toArray()).flatMap((document) => document[field] ?? []));
}
