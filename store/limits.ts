import type { Collection, Db, Document } from 'mongodb';
import { literal, SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';

/** `limits`: what all processes together may still send to one account (architecture.md §4). */
export interface Limits {
  /**
   * Takes up to `wanted` calls of what is free in the rolling window, and up to `ahead` more while a quarter of the window is left. `name`
   * is vendor and class: `hubspot/general`.
   */
  readonly lease: (tenant: string, name: string, request: LeaseRequest) => Promise<Lease>;
  /** No call of this class for so long; a shorter silence never shortens a longer one. */
  readonly silence: (tenant: string, name: string, forMs: number) => Promise<void>;
  /** So many calls of the account's window are used up, ours among them: for a window's length, only what others leave is given. */
  readonly noteUsed: (tenant: string, name: string, used: UsedWindow) => Promise<void>;
}

export interface UsedWindow {
  /** What the vendor allows all callers of the account together in `perMs`, and how much of that is used. */
  readonly max: number;
  readonly used: number;
  readonly perMs: number;
}

export interface LeaseRequest {
  readonly wanted: number;
  /** Calls that are expected soon. They have to be sent while they are good, since the window forgets them as if they had been. */
  readonly ahead: number;
  /** At most `count` calls in any `perMs`; null lets everything through but in a silence. */
  readonly limit: { readonly count: number; readonly perMs: number } | null;
  /** What `noteUsed` notes, noted first; null for nothing. */
  readonly used: UsedWindow | null;
}

export interface Lease {
  readonly given: number;
  /** When nothing was given: how long until something may be. */
  readonly waitMs: number;
  /** Those beyond `wanted` may be sent for so long, counted from when the lease was asked for; 0 where none was given. */
  readonly goodForMs: number;
}

/** The calls of one class that all processes have been allowed within the window, oldest first. */
interface LimitDocument extends StoredDocument {
  readonly leases: readonly { readonly at: number; readonly count: number }[];
  /** Milliseconds since 1970, as `at`. */
  readonly silentUntil: number;
  /** Calls in the account's window that others have sent, of `accountMax`, as it was at `othersAt`. */
  readonly others: number;
  readonly accountMax: number;
  readonly othersAt: number;
  /** What the newest lease was given: read back by the process that asked. */
  readonly given: number;
  /** When the newest request came. */
  readonly givenAt: number;
}

export const limitsSpec: schema.CollectionSpec = {
  name: 'limits',
  fields: {
    leases: schema.listOf(schema.object({ at: schema.count, count: schema.count })),
    silentUntil: schema.count,
    others: schema.count,
    accountMax: schema.count,
    othersAt: schema.count,
    given: schema.count,
    givenAt: schema.count,
  },
  indexes: [{ name: 'ofTenant', key: { tenant: 1 } }],
};

/** Longer than any window; an account that is not called for so long starts afresh. */
const IDLE_MS = 3_600_000;

/** The server's clock: an aggregation expression for milliseconds since 1970. */
const serverMs = (): Document => ({ $toLong: '$$NOW' });

/**
 * `limits`: one document for each tenant, vendor and class. A request is one atomic update, and the time is the server's, so that processes
 * on machines with different clocks keep one limit together.
 */
export function createLimits(db: Db, nowMs: () => Document = serverMs): Limits {
  const begin = (tenant: string): Document => ({ $set: { ...header(tenant), ...defaults, givenAt: nowMs() } });
  const collection: Collection<LimitDocument> = db.collection<LimitDocument>(limitsSpec.name);
  return {
    lease: async (tenant, name, request) => {
      const after = await collection.findOneAndUpdate({ _id: `${tenant}/${name}` }, [begin(tenant), ...takeLease(request)], {
        upsert: true,
        returnDocument: 'after',
      });
      if (after === null) throw new Error(`MongoDB gave no answer about the limit ${name}: try again.`);
      return leaseOf(after, request);
    },
    noteUsed: async (tenant, name, used) => {
      await collection.updateOne(
        { _id: `${tenant}/${name}` },
        [begin(tenant), { $set: { leases: leasesSince(used.perMs) } }, setOthers(used)],
        { upsert: true },
      );
    },
    silence: async (tenant, name, forMs) => {
      const until = { $add: [NOW_MS, literal(forMs)] };
      await collection.updateOne(
        { _id: `${tenant}/${name}` },
        [begin(tenant), { $set: { silentUntil: { $max: ['$silentUntil', until] } } }],
        { upsert: true },
      );
    },
  };
}

/** When the request came, as its first step has noted it. */
const NOW_MS = '$givenAt';

/** Leases within so small a part of the window count as one, so that a generous limit makes no endless list. */
const PARTS = 100;

const partOf = ({ perMs }: { readonly perMs: number }): number => Math.max(1, perMs / PARTS);

/** Until the part's end: a call counts a part of the window too long rather than too short. */
const endOfPart = (partMs: number) => ({ $multiply: [{ $ceil: { $divide: [NOW_MS, literal(partMs)] } }, literal(partMs)] });

const header = (tenant: string) => ({
  schemaVersion: literal(SCHEMA_VERSION),
  tenant: literal(tenant),
  expiresAt: { $add: ['$$NOW', literal(IDLE_MS)] },
});

const defaults = {
  leases: { $ifNull: ['$leases', []] },
  silentUntil: { $ifNull: ['$silentUntil', 0] },
  others: { $ifNull: ['$others', 0] },
  accountMax: { $ifNull: ['$accountMax', 0] },
  othersAt: { $ifNull: ['$othersAt', 0] },
  given: { $ifNull: ['$given', 0] },
};

/** Those that are still in the window. */
const leasesSince = (perMs: number) => ({
  $filter: { input: '$leases', as: 'lease', cond: { $gt: ['$$lease.at', { $subtract: [NOW_MS, literal(perMs)] }] } },
});

/** What the window holds beyond our own calls is of others. */
const setOthers = ({ max, used }: UsedWindow) => ({
  $set: {
    others: { $max: [0, { $subtract: [literal(used), { $sum: '$leases.count' }] }] },
    accountMax: literal(max),
    othersAt: NOW_MS,
  },
});

/** This part of an account's window is left to calls of others that are under way, and is tried for whatever others use. */
const RESERVE = 0.05;

/** The limit, or what others have left of the account's window a short while ago. */
function roomOf({ count, perMs }: { readonly count: number; readonly perMs: number }) {
  const least = { $max: [1, { $ceil: { $multiply: ['$accountMax', RESERVE] } }] };
  // Nothing is kept back for others where there are none.
  const reserve = { $min: [least, '$others'] };
  const left = { $max: [least, { $subtract: ['$accountMax', { $add: ['$others', reserve] }] }] };
  const isKnown = { $gt: ['$othersAt', { $subtract: [NOW_MS, literal(perMs)] }] };
  return { $cond: [isKnown, { $min: [literal(count), left] }, literal(count)] };
}

/** Of the last part of a window, nothing is given ahead: what is not sent then would be missed. */
const NOT_AHEAD = 0.25;

/**
 * Calls ahead may be sent for so long, and count from the end of that: a part of the window that is hardly missed, and long enough for a
 * call of the usual length.
 */
const aheadMs = (perMs: number): number => Math.min(500, perMs / 20);

/** Forgets what has left the window, gives what is free of what is wanted, and notes it. */
function takeLease({ wanted, ahead, limit, used }: LeaseRequest) {
  const free = limit === null ? literal(wanted) : { $max: [0, { $subtract: [roomOf(limit), { $sum: '$leases.count' }] }] };
  const withAhead = limit === null ? 0 : { $subtract: [free, literal(Math.ceil(limit.count * NOT_AHEAD))] };
  const asked = { $max: [literal(wanted), { $min: [literal(wanted + ahead), withAhead] }] };
  const given = { $cond: [{ $gt: ['$silentUntil', NOW_MS] }, 0, { $min: [free, asked] }] };
  const at = limit === null ? NOW_MS : endOfPart(partOf(limit));
  const atOnce = { $min: ['$given', literal(wanted)] };
  const noted = [
    { at, count: atOnce },
    ...(limit === null ? [] : [{ at: { $add: [at, literal(aheadMs(limit.perMs))] }, count: { $subtract: ['$given', atOnce] } }]),
  ];
  return [
    { $set: { leases: limit === null ? [] : leasesSince(limit.perMs) } },
    ...(used === null ? [] : [setOthers(used)]),
    { $set: { given } },
    ...noted.map(noteLease),
  ];
}

/** Adds to the leases of the same moment, where there are any. */
function noteLease({ at, count }: { readonly at: Document | string; readonly count: Document }): Document {
  const ofMoment = (comparison: '$eq' | '$ne') => ({
    $filter: { input: '$leases', as: 'lease', cond: { [comparison]: ['$$lease.at', at] } },
  });
  const sum = { $add: [count, { $sum: { $map: { input: ofMoment('$eq'), as: 'lease', in: '$$lease.count' } } }] };
  return { $set: { leases: { $cond: [{ $gt: [count, 0] }, { $concatArrays: [ofMoment('$ne'), [{ at, count: sum }]] }, '$leases'] } } };
}

function leaseOf({ given, givenAt, leases, silentUntil }: LimitDocument, { wanted, limit }: LeaseRequest): Lease {
  // A lease counts from the end of its part on at the earliest.
  if (given > 0) return { given, waitMs: 0, goodForMs: given > wanted && limit !== null ? aheadMs(limit.perMs) : 0 };
  const oldest = leases.reduce((least, { at }) => Math.min(least, at), leases[0]?.at ?? givenAt);
  const windowFreeAt = limit === null ? givenAt : oldest + limit.perMs;
  return { given: 0, waitMs: Math.max(1, silentUntil - givenAt, silentUntil > givenAt ? 0 : windowFreeAt - givenAt), goodForMs: 0 };
}
