import type { Collection, Db, Document } from 'mongodb';
import { literal, SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';

/**
 * `limits`: the calls that all processes together may still send to one account. One document for each tenant, vendor and class holds a
 * rolling window. At the time of a request ("now"):
 *
 *     now − perMs                          now   end of part
 *     |                                     |         |
 *     |  leases that count: {at, count} …   |         |
 *     |                                     |         the leased calls count from here, or from `heldMs` later
 *     |                                     the request comes: count = free calls = limit − sum of the leases
 *     older leases are forgotten
 *
 * A part is a hundredth of the window. Calls of one part are one entry, so the list has about a hundred entries.
 *
 * | what is free | when |
 * |---|---|
 * | nothing | in a silence, after a 429 |
 * | the limit, less our own leases | usually |
 * | the account's maximum, less others' calls, a reserve and our own leases | for one window after `noteUsed` |
 */
export interface Limits {
  /**
   * Takes up to `wanted` of the free calls in the rolling window. The name is vendor and class: `hubspot/general`.
   */
  readonly lease: (tenant: string, name: string, request: LeaseRequest) => Promise<Lease>;
  /** Gives out no call of this class for this time. A shorter silence never shortens a longer one. */
  readonly silence: (tenant: string, name: string, forMs: number) => Promise<void>;
  /** Notes how many calls of the account's window are used, with ours. For one window, only the calls that others leave are given out. */
  readonly noteUsed: (tenant: string, name: string, used: UsedWindow) => Promise<void>;
}

export interface UsedWindow {
  /** The calls that the vendor allows all callers of the account together in `perMs`. */
  readonly max: number;
  /** How many of these are used. */
  readonly used: number;
  readonly perMs: number;
}

export interface LeaseRequest {
  readonly wanted: number;
  /** How long the wanted calls may be held before they are sent. They count from the end of this time. @default 0 */
  readonly heldMs?: number;
  /** At most `count` calls in any `perMs`. Null: every call passes, except in a silence. */
  readonly limit: { readonly count: number; readonly perMs: number } | null;
  /** A note as for `noteUsed`, which is noted first; null for none. */
  readonly used: UsedWindow | null;
}

export interface Lease {
  readonly given: number;
  /** If nothing was given, the time until calls may be free again. */
  readonly waitMs: number;
}

/** The window of one class, for all processes. */
interface LimitDocument extends StoredDocument {
  /** The calls that were given out within the window. `at` is the time from which they count, in milliseconds since 1970. */
  readonly leases: readonly { readonly at: number; readonly count: number }[];
  /** The end of the silence, in milliseconds since 1970. */
  readonly silentUntil: number;
  /** Calls that others had sent in the account's window at `othersAt`. The window allows `accountMax` calls. */
  readonly others: number;
  readonly accountMax: number;
  readonly othersAt: number;
  /** How many calls the newest lease got; the process that asked reads this back. */
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

/** A document without a request for this time is removed. This is longer than any window. */
const IDLE_MS = 3_600_000;

/** The server's clock: an aggregation expression for milliseconds since 1970. */
const serverMs = (): Document => ({ $toLong: '$$NOW' });

/**
 * `limits`. A request is one atomic update. Its time is the server's, so processes on machines with different clocks keep one limit
 * together.
 */
export function createLimits(db: Db, nowMs: () => Document = serverMs): Limits {
  const begin = (tenant: string): Document => ({ $set: { ...header(tenant), ...defaultsAt(setBackMs(nowMs())), givenAt: nowMs() } });
  const collection: Collection<LimitDocument> = db.collection<LimitDocument>(limitsSpec.name);
  return {
    lease: async (tenant, name, request) => {
      const after = await collection.findOneAndUpdate({ _id: `${tenant}/${name}` }, [begin(tenant), ...takeLease(request)], {
        upsert: true,
        returnDocument: 'after',
      });
      if (after === null) throw new Error(`MongoDB did not return the limit ${name}: try again.`);
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

/** The time of the request, which its first stage has stored. */
const NOW_MS = '$givenAt';

/** The parts of a window. Leases within one part are one entry, so the list stays short with any limit. */
const PARTS = 100;

const partOf = ({ perMs }: { readonly perMs: number }): number => Math.max(1, perMs / PARTS);

/** A lease counts from the end of its part. So it counts up to a part too long, never too short. */
const endOfPart = (partMs: number) => ({ $multiply: [{ $ceil: { $divide: [NOW_MS, literal(partMs)] } }, literal(partMs)] });

const header = (tenant: string) => ({
  schemaVersion: literal(SCHEMA_VERSION),
  tenant: literal(tenant),
  expiresAt: { $add: ['$$NOW', literal(IDLE_MS)] },
});

/** Requests are noted in the order in which they come, but for some seconds on a busy server. */
const OUT_OF_ORDER_MS = 5_000;

/**
 * How far the server's clock has gone back since the newest request: it was set, or another server has become the primary. Without this, calls of a
 * later time would fill the window until that time comes.
 */
function setBackMs(nowMs: Document): Document {
  const backMs = { $subtract: [{ $ifNull: ['$givenAt', nowMs] }, nowMs] };
  return { $cond: [{ $gt: [backMs, OUT_OF_ORDER_MS] }, backMs, 0] };
}

/** The document as the request finds it, with its moments on the present clock. */
const defaultsAt = (backMs: Document): Document => ({
  leases: movedBack({ $ifNull: ['$leases', []] }, backMs),
  silentUntil: earlier({ $ifNull: ['$silentUntil', 0] }, backMs),
  others: { $ifNull: ['$others', 0] },
  accountMax: { $ifNull: ['$accountMax', 0] },
  othersAt: earlier({ $ifNull: ['$othersAt', 0] }, backMs),
  given: { $ifNull: ['$given', 0] },
});

const earlier = (atMs: Document | string, backMs: Document): Document => ({ $max: [0, { $subtract: [atMs, backMs] }] });

function movedBack(leases: Document, backMs: Document): Document {
  const moved = { at: earlier('$$lease.at', backMs), count: '$$lease.count' };
  return { $cond: [{ $eq: [backMs, 0] }, leases, { $map: { input: leases, as: 'lease', in: moved } }] };
}

/** The leases that are still in the window. */
const leasesSince = (perMs: number) => ({
  $filter: { input: '$leases', as: 'lease', cond: { $gt: ['$$lease.at', { $subtract: [NOW_MS, literal(perMs)] }] } },
});

/** Stores how many calls others have sent: the used calls, less our own leases. */
const setOthers = ({ max, used }: UsedWindow) => ({
  $set: {
    others: { $max: [0, { $subtract: [literal(used), { $sum: '$leases.count' }] }] },
    accountMax: literal(max),
    othersAt: NOW_MS,
  },
});

/**
 * This part of an account's window is the reserve for calls of others that are on their way. We may also always try this many calls,
 * however many others send.
 */
const RESERVE = 0.05;

/** The calls that may count in the window: the limit, or less if others recently used more of the account's window. */
function roomOf({ count, perMs }: { readonly count: number; readonly perMs: number }) {
  const least = { $max: [1, { $ceil: { $multiply: ['$accountMax', RESERVE] } }] };
  // Without calls of others there is no reserve.
  const reserve = { $min: [least, '$others'] };
  const left = { $max: [least, { $subtract: ['$accountMax', { $add: ['$others', reserve] }] }] };
  const isKnown = { $gt: ['$othersAt', { $subtract: [NOW_MS, literal(perMs)] }] };
  return { $cond: [isKnown, { $min: [literal(count), left] }, literal(count)] };
}

/** Forgets the leases that left the window, takes what is free of the requested calls, and adds it to the leases. */
function takeLease({ wanted, heldMs = 0, limit, used }: LeaseRequest): readonly Document[] {
  const free = limit === null ? literal(wanted) : { $max: [0, { $subtract: [roomOf(limit), { $sum: '$leases.count' }] }] };
  const given = { $cond: [{ $gt: ['$silentUntil', NOW_MS] }, 0, { $min: [free, literal(wanted)] }] };
  const at = limit === null ? NOW_MS : endOfPart(partOf(limit));
  return [
    { $set: { leases: limit === null ? [] : leasesSince(limit.perMs) } },
    ...(used === null ? [] : [setOthers(used)]),
    { $set: { given } },
    noteLease(heldMs === 0 ? at : { $add: [at, literal(heldMs)] }),
  ];
}

/** Adds the given calls to the list. Calls with the same `at` become one entry. */
function noteLease(at: Document | string): Document {
  const ofMoment = (comparison: '$eq' | '$ne') => ({
    $filter: { input: '$leases', as: 'lease', cond: { [comparison]: ['$$lease.at', at] } },
  });
  const sum = { $add: ['$given', { $sum: { $map: { input: ofMoment('$eq'), as: 'lease', in: '$$lease.count' } } }] };
  return { $set: { leases: { $cond: [{ $gt: ['$given', 0] }, { $concatArrays: [ofMoment('$ne'), [{ at, count: sum }]] }, '$leases'] } } };
}

function leaseOf({ given, givenAt, leases, silentUntil }: LimitDocument, { limit }: LeaseRequest): Lease {
  if (given > 0) return { given, waitMs: 0 };
  const oldest = leases.reduce((least, { at }) => Math.min(least, at), leases[0]?.at ?? givenAt);
  const windowFreeAt = limit === null ? givenAt : oldest + limit.perMs;
  return { given: 0, waitMs: Math.max(1, silentUntil - givenAt, silentUntil > givenAt ? 0 : windowFreeAt - givenAt) };
}
