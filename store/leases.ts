import * as schema from './schema';
import { idIn, literal, SCHEMA_VERSION } from './scope';
import type { Scope, StoredDocument } from './scope';

/** Lets one process of several do a work that must not be done twice at once. A process that dies loses its lease by itself. */
export interface Leases {
  /**
   * Takes a lease that is free, or prolongs one that this owner has, for `ttlMs` from now by MongoDB's clock. Returns the lease's term, a
   * number that grows whenever the lease changes hands or has run out. Null while another owner has it.
   */
  readonly takeLease: (name: string, ownerId: string, ttlMs: number) => Promise<number | null>;
  /** Ends this owner's lease, so that another takes it at once. Does nothing to the lease of another owner. */
  readonly giveUp: (name: string, ownerId: string) => Promise<void>;
}

interface LeaseDocument extends StoredDocument {
  readonly owner: string;
  readonly until: Date;
  readonly term: number;
}

export const leasesSpec: schema.CollectionSpec = {
  name: 'leases',
  fields: { owner: schema.text, until: schema.date, term: schema.count },
  indexes: [{ name: 'ofTenant', key: { tenant: 1 } }],
};

/** A lease that nobody took for this time is removed. Terms go on from the clock, so that nothing is forgotten with it. */
const IDLE_MS = 86_400_000;

/** The `leases` of one tenant. Each request is one atomic update. */
export function createLeases(scope: Scope): Leases {
  const collection = scope.collection<LeaseDocument>('leases');
  const isFree = { $lte: [{ $ifNull: ['$until', literal(new Date(0))] }, '$$NOW'] };
  return {
    takeLease: async (name, ownerId, ttlMs) => {
      const isOurs = { $eq: ['$owner', literal(ownerId)] };
      const after = await collection.findOneAndUpdate(
        { _id: idIn(scope, name) },
        [
          {
            $set: {
              schemaVersion: literal(SCHEMA_VERSION),
              tenant: literal(scope.tenant),
              owner: { $cond: [isFree, literal(ownerId), '$owner'] },
              term: { $cond: [isFree, nextTerm, '$term'] },
            },
          },
          { $set: { until: { $cond: [isOurs, { $add: ['$$NOW', literal(ttlMs)] }, '$until'] } } },
          { $set: { expiresAt: { $add: ['$until', literal(IDLE_MS)] } } },
        ],
        { upsert: true, returnDocument: 'after' },
      );
      return after?.owner === ownerId ? after.term : null;
    },
    giveUp: async (name, ownerId) => {
      await collection.updateOne({ _id: idIn(scope, name), owner: ownerId }, [{ $set: { until: '$$NOW' } }]);
    },
  };
}

/** Greater than the last one, and than that of a lease that was removed. */
const nextTerm = { $max: [{ $add: [{ $ifNull: ['$term', 0] }, 1] }, { $toLong: '$$NOW' }] };
