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

/** What a collection takes, in bytes. */
export interface CollectionSize {
  readonly documents: number;
  /** Of all documents as they are in memory. */
  readonly dataBytes: number;
  /** Of the same on disk, compressed. */
  readonly storageBytes: number;
  /** Of all indexes, on disk and, nearly the same, in memory. */
  readonly indexBytes: number;
}

/** The sizes of all collections that are not empty, after everything in memory has been written down. */
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
