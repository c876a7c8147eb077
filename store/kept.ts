import type { Db } from 'mongodb';
import { pairKey } from '../domain/pair';
import type { Pair } from '../domain/pair';
import type { StoredDocument } from './scope';

/** Decisions about records outlive the tenant for a while, with the pair that they are about (D3). */
export interface Kept {
  /** Moves a tenant's decisions to the pair. MongoDB removes them at `until`. Returns how many there are. */
  readonly keep: (tenant: string, pair: Pair, until: Date) => Promise<number>;
  /** Gives what is kept for a pair to the tenant that has the pair now. Safe to repeat. */
  readonly giveBack: (pair: Pair, tenant: string) => Promise<void>;
}

/** Days for which decisions are kept after their tenant was removed. */
export const KEPT_DAYS = 90;

/** `collections` names those that hold decisions about records. */
export function createKept(db: Db, collections: readonly string[]): Kept {
  return {
    keep: async (tenant, pair, until) => {
      let count = 0;
      for (const name of collections) {
        const to = nameFor(pair);
        // A withdrawn decision is history, and goes with the tenant.
        await moveDocuments(db, name, { from: tenant, to, expiresAt: until, lastingOnly: true });
        count += await db.collection<StoredDocument>(name).countDocuments({ tenant: to });
      }
      return count;
    },
    giveBack: async (pair, tenant) => {
      for (const name of collections) await moveDocuments(db, name, { from: nameFor(pair), to: tenant, expiresAt: null });
    },
  };
}

/** No tenant's name holds an `@`, and no data that are set aside have a name that begins with it. */
const nameFor = (pair: Pair): string => `@${pairKey(pair)}`;

interface Move {
  readonly from: string;
  readonly to: string;
  /** Left as it is where nothing is given. */
  readonly expiresAt?: Date | null;
  /** Leaves documents where they are that expire. */
  readonly lastingOnly?: boolean;
}

/** Moves the documents of one name to another, within MongoDB. Safe to repeat after an interruption. */
export async function moveDocuments(db: Db, collection: string, { from, to, expiresAt, lastingOnly = false }: Move): Promise<void> {
  const data = db.collection<StoredDocument>(collection);
  const renamed = { $concat: [to, { $substrCP: ['$_id', from.length, { $strLenCP: '$_id' }] }] };
  const moved = { tenant: from, ...(lastingOnly && { expiresAt: null }) };
  await data
    .aggregate([
      { $match: moved },
      { $set: { _id: renamed, tenant: to, ...(expiresAt !== undefined && { expiresAt }) } },
      { $merge: { into: collection, on: '_id', whenMatched: 'replace' } },
    ])
    .toArray();
  await data.deleteMany(moved);
}
