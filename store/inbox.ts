import type { Document, Filter } from 'mongodb';
import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import { hintSources } from '../domain/hints/hint';
import type { Hint, HintSource } from '../domain/hints/hint';
import { LONGEST_SETTLE_MS } from '../domain/hints/settle';
import type { WaitingHint } from '../domain/hints/settle';
import { createGaps } from './gaps';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, literal, literals } from './scope';

/** `inbox`: records that may have changed, until a run has read them (T1). Those of one record are one. */
export interface Inbox {
  /**
   * Stores hints; those of one record are one while they wait. Returns how many records are new in the inbox. Above `INBOX_LIMIT` waiting
   * records nothing is stored, and a gap is noted: the next run is a full one (T5).
   */
  readonly put: (source: HintSource, hints: readonly Hint[], now: Date) => Promise<number>;
  /** The number of records that wait. */
  readonly countWaiting: () => Promise<number>;
  /** The times of the records that have waited longest, at most `limit` of them. */
  readonly waiting: (limit: number) => Promise<readonly WaitingHint[]>;
  /**
   * Gives a run the records that have settled (T2), and those that an earlier run has left. May be repeated. Hints that come later are not
   * the run's, also of the same records. Returns how many the run has.
   */
  readonly claim: (run: string, settled: { readonly now: Date; readonly settleMs: number }) => Promise<number>;
  /** The ids of records that a run has claimed, in the order of strings. */
  readonly pageClaimed: (run: string, side: Side, entity: Entity, request: PageRequest) => Promise<Page<string>>;
  /** How many records a run has claimed. */
  readonly countClaimed: (run: string) => Promise<number>;
  /** The run has dealt with what it claimed. Records that were hinted at again meanwhile wait. */
  readonly settle: (run: string) => Promise<void>;
  /** The run has come to no good end: what it claimed waits again, with the times that it had. */
  readonly release: (run: string) => Promise<void>;
  /** Forgets hints of these entities whose last word is older than this time: a full run that began then has read everything. */
  readonly forgetBefore: (time: Date, entities: readonly Entity[]) => Promise<void>;
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
  /** The run that reads the record; null where none does. */
  readonly claimedBy: string | null;
  /** `waitsSince` before it was claimed. */
  readonly claimedSince: Date | null;
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
  },
  indexes: [
    {
      name: 'waiting',
      key: { tenant: 1, waitsSince: 1, lastAt: 1 },
      partialFilterExpression: { waitsSince: { $type: 'date' } },
    },
    {
      name: 'claimed',
      key: { tenant: 1, claimedBy: 1, side: 1, entity: 1, recordId: 1 },
      partialFilterExpression: { claimedBy: { $gt: '' } },
    },
    { name: 'lastWord', key: { tenant: 1, entity: 1, lastAt: 1 } },
  ],
};

/** The `inbox` of one tenant. */
export function createInbox(scope: Scope): Inbox {
  const collection = scope.collection<HintDocument>('inbox');
  const { tenant } = scope;
  const gaps = createGaps(scope);
  const waits: Filter<HintDocument> = { tenant, waitsSince: { $type: 'date' } };
  const countWaiting = () => collection.countDocuments(waits, { hint: 'waiting', limit: INBOX_LIMIT + 1 });
  const claimedBy = (run: string): Filter<HintDocument> => ({ tenant, claimedBy: run });
  return {
    put: async (source, hints, now) => {
      const distinct = coalesced(hints);
      if (distinct.length === 0) return 0;
      if ((await countWaiting()) + distinct.length > INBOX_LIMIT) {
        await gaps.note(INBOX_FULL, now);
        return 0;
      }
      const expiresAt = new Date(now.getTime() + KEPT_MS);
      const updates = distinct.map((hint) => {
        const { _id, ...header } = headerOf(scope, `${hint.side}/${hint.entity}/${hint.recordId}`, expiresAt);
        return { updateOne: { filter: { _id }, update: [putting(header, source, hint, now)], upsert: true } };
      });
      const { upsertedCount } = await collection.bulkWrite(updates, { ordered: false });
      return upsertedCount;
    },
    countWaiting,
    waiting: async (limit) => {
      const found = collection
        .find(waits, { hint: 'waiting', sort: { waitsSince: 1 }, limit, ...inOneAnswer(limit) })
        .project<{ readonly waitsSince: Date; readonly lastAt: Date }>({ _id: 0, waitsSince: 1, lastAt: 1 });
      return (await found.toArray()).map(({ waitsSince, lastAt }) => ({ firstAtMs: waitsSince.getTime(), lastAtMs: lastAt.getTime() }));
    },
    claim: async (run, { now, settleMs }) => {
      const quietSince = new Date(now.getTime() - settleMs);
      const longestSince = new Date(now.getTime() - LONGEST_SETTLE_MS);
      const claim = {
        $set: {
          claimedBy: literal(run),
          claimedSince: { $ifNull: ['$waitsSince', '$claimedSince'] },
          waitsSince: null,
        },
      };
      // One run of a tenant is under way at a time (A5), so what another has claimed was left behind.
      await collection.updateMany({ tenant, claimedBy: { $gt: '', $ne: run } }, [claim], { hint: 'claimed' });
      const settled = { $or: [{ lastAt: { $lte: quietSince } }, { waitsSince: { $lte: longestSince } }] };
      await collection.updateMany({ ...waits, ...settled }, [claim], { hint: 'waiting' });
      return collection.countDocuments(claimedBy(run), { hint: 'claimed' });
    },
    pageClaimed: async (run, side, entity, request) => {
      const found = collection
        .find(
          { ...claimedBy(run), side, entity, ...afterCursor('recordId', request) },
          { hint: 'claimed', sort: { recordId: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
        )
        .project<Pick<HintDocument, 'recordId'>>({ _id: 0, recordId: 1 });
      const idOf = ({ recordId }: Pick<HintDocument, 'recordId'>) => recordId;
      return toPage(await found.toArray(), request, { cursorOf: idOf, read: idOf });
    },
    countClaimed: (run) => collection.countDocuments(claimedBy(run), { hint: 'claimed' }),
    settle: async (run) => {
      await collection.deleteMany({ ...claimedBy(run), waitsSince: null });
      await collection.updateMany(claimedBy(run), { $set: { claimedBy: null, claimedSince: null } });
    },
    release: async (run) => {
      const released = { waitsSince: { $ifNull: ['$claimedSince', '$waitsSince'] }, claimedBy: null, claimedSince: null };
      await collection.updateMany(claimedBy(run), [{ $set: released }]);
    },
    forgetBefore: async (time, of) => {
      await collection.deleteMany({ tenant, entity: { $in: [...of] }, lastAt: { $lt: time } });
    },
  };
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
  },
});

/** One hint for each record. */
function coalesced(hints: readonly Hint[]): readonly Hint[] {
  const byRecord = new Map<string, Hint>();
  for (const hint of hints) {
    const name = `${hint.side}/${hint.entity}/${hint.recordId}`;
    byRecord.set(name, { ...hint, isGone: hint.isGone || byRecord.get(name)?.isGone === true });
  }
  return [...byRecord.values()];
}
