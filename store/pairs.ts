import type { Db } from 'mongodb';
import { MongoServerError } from 'mongodb';
import type { BaseOwner } from '../domain/base-owner';
import { entities } from '../domain/entity';
import type { Pair } from '../domain/pair';
import { pairKey } from '../domain/pair';
import { moveDocuments } from './kept';
import { SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';

/** `pairs`: what everything that a tenant keeps belongs to (B1), and which fields its bases belong to (B3). */
export interface Pairs {
  readonly of: (tenant: string) => Promise<StoredPair | null>;
  /** All pairs of a tenant: its own, and those that are set aside for it. */
  readonly allOf: (tenant: string) => Promise<readonly NamedPair[]>;
  /** The tenant that has this pair, if any (B2). */
  readonly tenantOf: (pair: Pair) => Promise<string | null>;
  /** Binds a tenant to a pair. Returns the name of the other tenant that has it already, else null. */
  readonly bind: (tenant: string, pair: Pair, owners: readonly BaseOwner[] | null) => Promise<string | null>;
  /** The names under which data of other pairs of a tenant are set aside. */
  readonly aside: (tenant: string) => Promise<readonly string[]>;
  /** Notes which fields a run keeps in step, and by what their values are read. */
  readonly noteOwners: (tenant: string, owners: readonly BaseOwner[]) => Promise<void>;
  /**
   * Moves everything that a tenant keeps to another name, or back from it: nothing of it is used there, and nothing is lost. Safe to repeat
   * after an interruption.
   */
  readonly move: (from: string, to: string) => Promise<void>;
}

/** A pair, and the name under which its data are stored: the tenant's, or another one for data that are set aside. */
export interface NamedPair {
  readonly name: string;
  readonly pair: Pair;
}

/** The pair of a tenant. `owners` is null until a run has noted them. */
export interface StoredPair {
  readonly pair: Pair;
  readonly owners: readonly BaseOwner[] | null;
  /** The portals of the pairs that are set aside for the tenant (B1). */
  readonly formerPortals: readonly string[];
}

interface PairDocument extends StoredDocument, Pair {
  readonly key: string;
  readonly owners: readonly BaseOwner[] | null;
}

const owner = schema.object({ entity: schema.oneOf(entities), key: schema.text, meaning: schema.text, mark: schema.text });

export const pairsSpec: schema.CollectionSpec = {
  name: 'pairs',
  fields: {
    organization: schema.text,
    officerndUrl: schema.text,
    portalId: schema.text,
    hubspotUrl: schema.text,
    key: schema.text,
    owners: schema.orNull(schema.listOf(owner)),
  },
  // B2: what is set aside does not claim its pair.
  indexes: [
    { name: 'ofTenant', key: { tenant: 1 } },
    { name: 'onePairOneTenant', key: { key: 1 }, unique: true, partialFilterExpression: { key: { $gt: '' } } },
  ],
};

const DUPLICATE_KEY = 11_000;

/** The `pairs`. `dataCollections` names all collections that hold what a tenant keeps. */
export function createPairs(db: Db, dataCollections: readonly string[]): Pairs {
  const collection = db.collection<PairDocument>('pairs');
  // Its own, and those that are set aside for it. A tenant's name needs no escaping.
  const allOf = (tenant: string) => collection.find({ _id: { $regex: `^${tenant}(@|$)` } }).toArray();
  return {
    allOf: async (tenant) => (await allOf(tenant)).map((document) => ({ name: document._id, pair: toPair(document) })),
    of: async (tenant) => {
      const found = await allOf(tenant);
      const own = found.find(({ _id }) => _id === tenant);
      if (own === undefined) return null;
      const aside = found.filter((one) => one !== own).map(({ portalId }) => portalId);
      return { pair: toPair(own), owners: own.owners, formerPortals: [...new Set(aside)].sort() };
    },
    tenantOf: async (pair) => (await collection.findOne({ key: pairKey(pair) }))?.tenant ?? null,
    bind: async (tenant, pair, owners) => {
      const document = { schemaVersion: SCHEMA_VERSION, tenant, expiresAt: null, ...toPair(pair), key: pairKey(pair), owners };
      try {
        await collection.replaceOne({ _id: tenant }, document, { upsert: true });
        return null;
      } catch (error) {
        if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
        return (await collection.findOne({ key: pairKey(pair) }))?.tenant ?? null;
      }
    },
    aside: async (tenant) => (await allOf(tenant)).flatMap(({ _id }) => (_id === tenant ? [] : [_id])),
    noteOwners: async (tenant, owners) => {
      await collection.updateOne({ _id: tenant }, { $set: { owners } });
    },
    move: async (from, to) => {
      for (const name of dataCollections) await moveDocuments(db, name, { from, to });
      const bound = await collection.findOne({ _id: from });
      if (bound === null) return;
      const isAside = to.includes('@');
      await collection.deleteOne({ _id: from });
      const { _id: _from, ...rest } = bound;
      await collection.replaceOne({ _id: to }, { ...rest, tenant: to, key: isAside ? '' : pairKey(bound) }, { upsert: true });
    },
  };
}

const toPair = ({ organization, officerndUrl, portalId, hubspotUrl }: Pair): Pair => ({ organization, officerndUrl, portalId, hubspotUrl });
