import type { Collection, Db, Document } from 'mongodb';
import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import { hintSources, isRecordId, onePerRecord } from '../domain/hints/hint';
import type { Hint, HintSource } from '../domain/hints/hint';
import { LONGEST_SETTLE_MS } from '../domain/hints/settle';
import type { WaitingHint } from '../domain/hints/settle';
import { createGaps } from './gaps';
import { SOME_TEXT } from './observation-document';
import { headerOf, idIn, literal, literals } from './scope';
import type { Scope, StoredDocument } from './scope';
import * as schema from './schema';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import { writeAll } from './writes';

/** `inbox`: records that may have changed, until a run has read them (T1). Hints of one record are one while they wait. */
export interface Inbox {
  /**
   * Stores hints. Returns how many records are new in the inbox. Above `INBOX_LIMIT` waiting records nothing is stored, and a gap is noted:
   * the next run is a full one (T5). An id that no record can have is left out.
   */
  readonly put: (source: HintSource, hints: readonly Hint[], now: Date) => Promise<number>;
  /** The number of records that wait. */
  readonly countWaiting: () => Promise<number>;
  /** The times of the records that have waited longest, at most `limit` of them. */
  readonly waiting: (limit: number) => Promise<readonly WaitingHint[]>;
  /**
   * Gives a run the records that have settled (T2), and those that an earlier run has left. May be repeated. Hints that come later are not
   * the run's, also of the same records.
   */
  readonly claim: (run: string, settled: { readonly now: Date; readonly settleMs: number }) => Promise<Claimed>;
  /** Adds records to those of a run, such as partners. They are forgotten with the run's end. */
  readonly join: (run: string, side: Side, entity: Entity, ids: readonly string[], now: Date) => Promise<void>;
  /** The ids of a run's records, in the order of strings. */
  readonly pageClaimed: (run: string, side: Side, entity: Entity, request: PageRequest) => Promise<Page<string>>;
  /** Notes that a run has read these records. */
  readonly noteRead: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<void>;
  /** The run is done with what it has read. Records that were hinted at meanwhile wait, and so do those that it has not read. */
  readonly settle: (run: string) => Promise<void>;
  /** The run has come to no good end: what it claimed waits again, with the times that it had. */
  readonly release: (run: string) => Promise<void>;
  /** Forgets hints of other entities than these: nobody keeps them in step. */
  readonly forgetOthers: (entities: readonly Entity[]) => Promise<void>;
  /** Forgets hints of these entities whose last word is older than this time: a full run that began then has read everything. */
  readonly forgetBefore: (time: Date, entities: readonly Entity[]) => Promise<void>;
}

/** The records that a run has claimed. */
export interface Claimed {
  /** Without those that the run itself has added. */
  readonly records: number;
  readonly entities: readonly Entity[];
  /** Runs that were broken off and had claimed some of them. */
  readonly leftBy: readonly string[];
}

/** At most this many records of a tenant wait. Reading everything costs less than more of them. */
export const INBOX_LIMIT = 50_000;
/** Nobody needs a hint that is older: scheduled runs read everything more often. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
/** The name under which the inbox notes that it was full. */
const INBOX_FULL = 'inbox';

interface HintDocument extends StoredDocument {
  readonly side: Side;
  readonly entity: Entity;
  readonly recordId: string;
  readonly sources: readonly HintSource[];
  /** Whether a hint of it has said that the record is gone. */
  readonly isGone: boolean;
  /** When the first hint came that still waits; null where none does. */
  readonly waitsSince: Date | null;
  readonly lastAt: Date;
  /** The run that has the record; null where none does. */
  readonly claimedBy: string | null;
  /** `waitsSince` before it was claimed; null of a record that the run itself has added. */
  readonly claimedSince: Date | null;
  /** Whether that run has read it. */
  readonly isRead: boolean;
}

export const inboxSpec: schema.CollectionSpec = {
  name: 'inbox',
  fields: {
    side: schema.oneOf(sides),
    entity: schema.oneOf(entities),
    recordId: schema.text,
    sources: schema.listOf(schema.oneOf(hintSources)),
    isGone: schema.flag,
    waitsSince: schema.dateOrNull,
    lastAt: schema.date,
    claimedBy: schema.textOrNull,
    claimedSince: schema.dateOrNull,
    isRead: schema.flag,
  },
  indexes: [
    { name: 'waiting', key: { tenant: 1, waitsSince: 1, lastAt: 1 }, partialFilterExpression: { waitsSince: { $type: 'date' } } },
    { name: 'ofRun', key: { tenant: 1, claimedBy: 1, side: 1, entity: 1, recordId: 1 }, partialFilterExpression: { claimedBy: SOME_TEXT } },
    { name: 'lastWord', key: { tenant: 1, entity: 1, lastAt: 1 } },
    { name: 'longestWaiting', key: { waitsSince: 1, tenant: 1 }, partialFilterExpression: { waitsSince: { $type: 'date' } } },
  ],
};

/** The `inbox` of one tenant. */
export function createInbox(scope: Scope): Inbox {
  const collection = scope.collection<HintDocument>('inbox');
  const { tenant } = scope;
  const gaps = createGaps(scope);
  const waits = { tenant, waitsSince: { $type: 'date' } } as const;
  const countWaiting = () => collection.countDocuments(waits, { hint: 'waiting', limit: INBOX_LIMIT + 1 });
  const ofRun = (run: string) => ({ tenant, claimedBy: run });
  const nameOf = (side: Side, entity: Entity, id: string) => `${side}/${entity}/${id}`;
  const header = (side: Side, entity: Entity, id: string, now: Date) =>
    headerOf(scope, nameOf(side, entity, id), new Date(now.getTime() + KEPT_MS));
  const endOf = async (run: string, waitsAgain: Document): Promise<void> => {
    await collection.updateMany(ofRun(run), [{ $set: { waitsSince: waitsAgain, claimedBy: null, claimedSince: null, isRead: false } }], {
      hint: 'ofRun',
    });
  };
  const earliest = { $ifNull: ['$claimedSince', '$waitsSince'] };
  return {
    put: async (source, hints, now) => {
      const distinct = onePerRecord(hints.filter(({ recordId }) => isRecordId(recordId)));
      if (distinct.length === 0) return 0;
      if ((await countWaiting()) + distinct.length > INBOX_LIMIT) {
        await gaps.note(INBOX_FULL, now);
        return 0;
      }
      const updates = distinct.map((hint) => {
        const { _id, ...others } = header(hint.side, hint.entity, hint.recordId, now);
        return { updateOne: { filter: { _id }, update: [putting(others, source, hint, now)], upsert: true } };
      });
      return (await collection.bulkWrite(updates, { ordered: false })).upsertedCount;
    },
    countWaiting,
    waiting: async (limit) => {
      const found = collection
        .find(waits, { hint: 'waiting', sort: { waitsSince: 1 }, limit, ...inOneAnswer(limit) })
        .project<{ readonly waitsSince: Date; readonly lastAt: Date }>({ _id: 0, waitsSince: 1, lastAt: 1 });
      return (await found.toArray()).map(({ waitsSince, lastAt }) => ({ firstAtMs: waitsSince.getTime(), lastAtMs: lastAt.getTime() }));
    },
    claim: async (run, { now, settleMs }) => {
      const claiming = [{ $set: { claimedBy: literal(run), claimedSince: earliest, waitsSince: null, isRead: false } }];
      // One run of a tenant is under way at a time (A5), so what another has claimed was left behind.
      const left = { tenant, claimedBy: { ...SOME_TEXT, $ne: run } };
      const leftBy = await namesIn(collection, left, 'claimedBy', 'ofRun');
      if (leftBy.length > 0) {
        await collection.deleteMany({ ...left, claimedSince: null, waitsSince: null }, { hint: 'ofRun' });
        await collection.updateMany(left, claiming, { hint: 'ofRun' });
      }
      const settled = {
        $or: [
          { lastAt: { $lte: new Date(now.getTime() - settleMs) } },
          { waitsSince: { $lte: new Date(now.getTime() - LONGEST_SETTLE_MS) } },
        ],
      };
      await collection.updateMany({ ...waits, ...settled }, claiming, { hint: 'waiting' });
      const counts = collection.aggregate<{ readonly _id: Entity; readonly count: number }>(
        [{ $match: { ...ofRun(run), claimedSince: { $type: 'date' } } }, { $group: { _id: '$entity', count: { $sum: 1 } } }],
        { hint: 'ofRun' },
      );
      const byEntity = await counts.toArray();
      return {
        records: byEntity.reduce((sum, { count }) => sum + count, 0),
        entities: entities.filter((entity) => byEntity.some(({ _id }) => _id === entity)),
        leftBy,
      };
    },
    join: async (run, side, entity, ids, now) => {
      const updates = ids.map((id) => {
        const { _id, ...others } = header(side, entity, id, now);
        const added = {
          ...others,
          side,
          entity,
          recordId: id,
          sources: [],
          isGone: false,
          waitsSince: null,
          lastAt: now,
          claimedSince: null,
          isRead: false,
        };
        return { updateOne: { filter: { _id }, update: { $setOnInsert: added, $set: { claimedBy: run } }, upsert: true } };
      });
      await writeAll(collection, updates);
    },
    pageClaimed: async (run, side, entity, request) => {
      const found = collection
        .find(
          { ...ofRun(run), side, entity, ...afterCursor('recordId', request) },
          { hint: 'ofRun', sort: { recordId: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
        )
        .project<Pick<HintDocument, 'recordId'>>({ _id: 0, recordId: 1 });
      const idOf = ({ recordId }: Pick<HintDocument, 'recordId'>) => recordId;
      return toPage(await found.toArray(), request, { cursorOf: idOf, read: idOf });
    },
    noteRead: async (run, side, entity, ids) => {
      const named = { $in: ids.map((id) => idIn(scope, nameOf(side, entity, id))) };
      if (ids.length > 0) await collection.updateMany({ _id: named, claimedBy: run }, { $set: { isRead: true } });
    },
    settle: async (run) => {
      await collection.deleteMany({ ...ofRun(run), waitsSince: null, $or: [{ isRead: true }, { claimedSince: null }] }, { hint: 'ofRun' });
      await endOf(run, { $cond: ['$isRead', '$waitsSince', earliest] });
    },
    release: async (run) => {
      await collection.deleteMany({ ...ofRun(run), waitsSince: null, claimedSince: null }, { hint: 'ofRun' });
      await endOf(run, earliest);
    },
    forgetOthers: async (of) => {
      const others = entities.filter((entity) => !of.includes(entity));
      if (others.length > 0) await collection.deleteMany({ tenant, entity: { $in: others } }, { hint: 'lastWord' });
    },
    forgetBefore: async (time, of) => {
      await collection.deleteMany({ tenant, entity: { $in: [...of] }, lastAt: { $lt: time } }, { hint: 'lastWord' });
    },
  };
}

/** The tenants of which some record has waited since before a moment, and not longer than since `after`. */
export async function tenantsWaiting(
  db: Db,
  { after, before }: { readonly after: Date; readonly before: Date },
): Promise<readonly string[]> {
  const waited = { waitsSince: { $type: 'date', $gt: after, $lt: before } };
  return namesIn(db.collection<HintDocument>('inbox'), waited, 'tenant', 'longestWaiting');
}

/** The different values of a field, read from an index only. */
async function namesIn(collection: Collection<HintDocument>, filter: object, field: string, hint: string): Promise<readonly string[]> {
  const found = collection.aggregate<{ readonly _id: string }>([{ $match: filter }, { $group: { _id: `$${field}` } }], { hint });
  return (await found.toArray()).map(({ _id }) => _id);
}

/** The change that a hint makes to its document, which may be there already. */
const putting = (header: object, source: HintSource, hint: Hint, now: Date): Document => ({
  $set: {
    ...literals(header),
    ...literals({ side: hint.side, entity: hint.entity, recordId: hint.recordId, lastAt: now }),
    sources: { $setUnion: [{ $ifNull: ['$sources', []] }, literal([source])] },
    isGone: { $or: [{ $ifNull: ['$isGone', false] }, literal(hint.isGone)] },
    waitsSince: { $ifNull: ['$waitsSince', literal(now)] },
    claimedBy: { $ifNull: ['$claimedBy', null] },
    claimedSince: { $ifNull: ['$claimedSince', null] },
    isRead: { $ifNull: ['$isRead', false] },
  },
});
