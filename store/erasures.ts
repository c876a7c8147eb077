import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { Link } from '../domain/link';
import { eraseRecords } from './erase-records';
import type { ErasedCounts, RecordsOfOne } from './erase-records';
import { toLink } from './link-document';
import type { LinkDocument } from './link-document';
import * as schema from './schema';
import { headerOf } from './scope';
import type { Scope, StoredDocument } from './scope';

/** `erasures`: what was erased of single records on request, by whom and when. It holds hashes of ids, and no id. */
export interface Erasures {
  /** All links of these records, active and retired. */
  readonly linksOf: (entity: Entity, ids: Pick<RecordsOfOne, 'officerndIds' | 'hubspotIds'>) => Promise<readonly Link[]>;
  /**
   * Removes every value of these records that is kept, and their ids. Repeating is harmless, also after an interruption. Active links stay,
   * with their ids and without their bases. Call it when no run is under way.
   */
  readonly erase: (records: RecordsOfOne) => Promise<ErasedCounts>;
  readonly note: (erasure: Erasure) => Promise<void>;
  /** The newest erasure of any of these records, by the hashes of their ids. */
  readonly latestOf: (hashes: readonly string[]) => Promise<Erasure | null>;
}

/** The record of one erasure. */
export interface Erasure {
  readonly entity: Entity;
  /** See `erasedId`. */
  readonly officerndHashes: readonly string[];
  readonly hubspotHashes: readonly string[];
  readonly by: string;
  readonly at: Date;
  /** The documents that were removed or emptied, in all collections. */
  readonly documents: number;
}

interface ErasureDocument extends StoredDocument, Erasure {
  readonly hashes: readonly string[];
}

export const erasuresSpec: schema.CollectionSpec = {
  name: 'erasures',
  fields: {
    entity: schema.oneOf(entities),
    officerndHashes: schema.texts,
    hubspotHashes: schema.texts,
    hashes: schema.texts,
    by: schema.text,
    at: schema.date,
    documents: schema.count,
  },
  indexes: [{ name: 'byHash', key: { tenant: 1, hashes: 1, at: -1 } }],
};

/** The `erasures` of one tenant. They never expire: they show that a request was met. */
export function createErasures(scope: Scope): Erasures {
  const collection = scope.collection<ErasureDocument>('erasures');
  const links = scope.collection<LinkDocument>('links');
  const { tenant } = scope;
  return {
    linksOf: async (entity, { officerndIds, hubspotIds }) => {
      const either = [{ officerndId: { $in: officerndIds } }, { hubspotId: { $in: hubspotIds } }];
      const found = await Promise.all(
        (['active', 'retired'] as const).flatMap((state) => either.map((ids) => links.find({ tenant, entity, state, ...ids }).toArray())),
      );
      return [...new Map(found.flat().map((link) => [link.id, toLink(link)])).values()];
    },
    erase: (records) => eraseRecords(scope, records),
    note: async ({ entity, officerndHashes, hubspotHashes, by, at, documents }) => {
      const hashes = [...officerndHashes, ...hubspotHashes];
      const header = headerOf(scope, [at.toISOString(), entity, ...hashes].join('/'), scope.expiry());
      const document = { ...header, entity, officerndHashes, hubspotHashes, hashes, by, at, documents };
      await collection.replaceOne({ _id: header._id }, document, { upsert: true });
    },
    latestOf: async (hashes) => {
      const found = await collection.find({ tenant, hashes: { $in: hashes } }, { hint: 'byHash' }).toArray();
      const [latest] = found.toSorted((one, other) => other.at.getTime() - one.at.getTime());
      if (latest === undefined) return null;
      const { entity, officerndHashes, hubspotHashes, by, at, documents } = latest;
      return { entity, officerndHashes, hubspotHashes, by, at, documents };
    },
  };
}
