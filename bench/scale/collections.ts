import type { Db } from 'mongodb';
import { z } from 'zod';

const statsSchema = z.object({
  storageStats: z.looseObject({
    count: z.number(),
    size: z.number(),
    storageSize: z.number(),
    totalIndexSize: z.number(),
  }),
});

/** The size of a collection, in bytes. */
export interface CollectionSize {
  readonly documents: number;
  /** Size of all documents in memory. */
  readonly dataBytes: number;
  /** Size of all documents on disk, compressed. */
  readonly storageBytes: number;
  /** Size of all indexes on disk. In memory they need nearly the same. */
  readonly indexBytes: number;
}

/** The sizes of all collections that are not empty. Everything is written to disk first. */
export async function readCollectionSizes(db: Db): Promise<Readonly<Record<string, CollectionSize>>> {
  await db.admin().command({ fsync: 1 });
  const names = (await db.listCollections({}, { nameOnly: true }).toArray())
    .map(({ name }) => name)
    .filter((name) => !/^(system|preview_)/.test(name));
  const sizes: Record<string, CollectionSize> = {};
  for (const name of names.toSorted()) {
    const [answer] = await db
      .collection(name)
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray();
    const { count, size, storageSize, totalIndexSize } = statsSchema.parse(answer).storageStats;
    if (count > 0) sizes[name] = { documents: count, dataBytes: size, storageBytes: storageSize, indexBytes: totalIndexSize };
  }
  return sizes;
}
