import type { Entity, Side } from '../domain/entity';
import type { Link } from '../domain/link';
import { nameParts, recordName } from '../domain/record-name';
import type { Review } from '../domain/review';
import { toConflict } from './conflicts';
import type { ConflictDocument, ConflictRecord } from './conflicts';
import { toStoredFailure } from './failures';
import type { FailureDocument, StoredFailure } from './failures';
import { toLink } from './link-document';
import type { LinkDocument } from './link-document';
import { nameOf } from './observation-document';
import type { ObservationDocument } from './observation-document';
import { toOperation } from './operations';
import type { OperationDocument, StoredOperation } from './operations';
import { toReview } from './reviews';
import type { ReviewDocument } from './reviews';
import { idIn } from './scope';
import type { Scope, StoredDocument } from './scope';
import { fromEntries } from './stored-json';

/**
 * Everything of one kind that a tenant keeps, for files. It comes page by page, so it needs the memory of one page, however many there are.
 * Each page is a query of its own: a reader may take hours, and a cursor would be gone by then.
 */
export interface Exports {
  /** Active and retired ones; of a run, those that it has made or ended. */
  readonly links: (run: string | null) => AsyncIterable<readonly ExportedLink[]>;
  /** The oldest run's first. */
  readonly operations: (run: string | null) => AsyncIterable<readonly ExportedOperation[]>;
  /** The oldest run's first. */
  readonly conflicts: (run: string | null) => AsyncIterable<readonly ExportedConflict[]>;
  /** Open ones; of a run, those that no later run has looked for again. */
  readonly reviews: (run: string | null) => AsyncIterable<readonly ExportedReview[]>;
  /** Those that are not over; of a run, those that it was the last to meet. */
  readonly failures: (run: string | null) => AsyncIterable<readonly ExportedFailure[]>;
  /** Those of these records that have been read, with their names as they were read last; without a name, an empty text. */
  readonly names: (records: readonly RecordRef[]) => Promise<ReadonlyMap<string, string>>;
}

/** A record of one side. */
export interface RecordRef {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
}

/** The key of a record in `Exports.names`. */
export const refKey = (record: RecordRef): string => nameOf(record);

export interface ExportedLink extends Link {
  readonly linkedRun: string;
  readonly retiredRun: string | null;
}
export interface ExportedOperation extends StoredOperation {
  readonly plannedAt: Date;
  /** When it got its state. */
  readonly changedAt: Date;
}
export interface ExportedConflict extends ConflictRecord {
  readonly id: string;
}
export interface ExportedReview extends Review {
  readonly openedAt: Date;
  readonly seenRun: string;
}
export interface ExportedFailure extends StoredFailure {
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** Documents of a page. An operation may hold long texts, and a page of them is in memory. */
const PAGE = 200;

/** Marks queries that go through everything of a tenant: they show as such in MongoDB's log. */
export const WHOLE_TENANT = { comment: 'orsync: the whole tenant' } as const;

/** The exports of one tenant. Every document's name begins with the tenant, so the index of the names serves all. */
export function createExports(scope: Scope): Exports {
  return {
    links: (run) => {
      const collection = scope.collection<LinkDocument>('links');
      const ofRun = run === null ? {} : { $or: [{ linkedRun: run }, { retiredRun: run }] };
      return pages(
        idIn(scope, ''),
        (_id) => collection.find({ _id, ...ofRun }, IN_ORDER).toArray(),
        (link) => ({ ...toLink(link), linkedRun: link.linkedRun, retiredRun: link.retiredRun }),
      );
    },
    operations: (run) => {
      const collection = scope.collection<OperationDocument>('operations');
      return ofRuns(scope, 'operations', run, (prefix) =>
        pages(
          prefix,
          (_id) => collection.find({ _id }, IN_ORDER).toArray(),
          (one) => ({ ...toOperation(one), plannedAt: one.plannedAt, changedAt: one.changedAt }),
        ),
      );
    },
    conflicts: (run) => {
      const collection = scope.collection<ConflictDocument>('conflicts');
      return ofRuns(scope, 'conflicts', run, (prefix) => pages(prefix, (_id) => collection.find({ _id }, IN_ORDER).toArray(), toConflict));
    },
    reviews: (run) => {
      const collection = scope.collection<ReviewDocument>('reviews');
      const ofRun = run === null ? {} : { seenRun: run };
      return pages(
        idIn(scope, ''),
        (_id) => collection.find({ _id, state: 'open', ...ofRun }, IN_ORDER).toArray(),
        (review) => ({ ...toReview(review), openedAt: review.openedAt, seenRun: review.seenRun }),
      );
    },
    failures: (run) => {
      const collection = scope.collection<FailureDocument>('failures');
      const ofRun = run === null ? {} : { lastRun: run };
      return pages(
        idIn(scope, ''),
        (_id) => collection.find({ _id, ...ofRun }, IN_ORDER).toArray(),
        (failure) => ({ ...toStoredFailure(failure), firstAt: failure.firstAt, lastAt: failure.lastAt }),
      );
    },
    names: async (records) => {
      if (records.length === 0) return new Map();
      const _id = { $in: [...new Set(records.map((record) => idIn(scope, nameOf(record))))] };
      const parts = [...new Set(records.flatMap(({ side, entity }) => nameParts(side, entity)))];
      const values = { $filter: { input: '$values', cond: { $in: ['$$this.k', parts] } } };
      const found = scope
        .collection<ObservationDocument>('observations')
        .find({ _id }, { hint: '_id_' })
        .project<Pick<ObservationDocument, 'side' | 'entity' | 'id' | 'values'>>({ side: 1, entity: 1, id: 1, values });
      return new Map(
        (await found.toArray()).map((record) => [nameOf(record), recordName({ ...record, values: fromEntries(record.values) }) ?? '']),
      );
    },
  };
}

const IN_ORDER = { hint: '_id_', sort: { _id: 1 }, limit: PAGE, batchSize: PAGE + 1, ...WHOLE_TENANT } as const;

/** A range of names: those that begin with the prefix, from one of them on. */
interface NameRange {
  readonly $gt: string;
  readonly $lt: string;
}

/** All documents whose name begins with `prefix`, which ends with a slash, in the order of their names. */
async function* pages<Stored extends StoredDocument, Item>(
  prefix: string,
  find: (range: NameRange) => Promise<readonly Stored[]>,
  toItem: (stored: Stored) => Item,
): AsyncGenerator<readonly Item[]> {
  // The character that follows the slash: no name with this prefix comes after it.
  const end = `${prefix.slice(0, -1)}0`;
  let after = prefix;
  for (;;) {
    const found = await find({ $gt: after, $lt: end });
    if (found.length > 0) yield found.map(toItem);
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE) return;
    after = last._id;
  }
}

/** The pages of a run, or of all runs that have some. */
async function* ofRuns<Item>(
  scope: Scope,
  collection: 'operations' | 'conflicts',
  run: string | null,
  pagesOf: (prefix: string) => AsyncIterable<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  const runs = run === null ? await runsIn(scope, collection) : [run];
  for (const one of runs) yield* pagesOf(idIn(scope, `${one}/`));
}

interface BegunRun extends StoredDocument {
  readonly id: string;
  readonly startedAt: Date;
}

/** The runs that a collection has documents of, the oldest first. Runs themselves never expire, their documents do. */
async function runsIn(scope: Scope, name: string): Promise<readonly string[]> {
  const { tenant } = scope;
  const runs = await scope.collection<StoredDocument & { readonly run: string }>(name).distinct('run', { tenant }, WHOLE_TENANT);
  const begun = await scope
    .collection<BegunRun>('runs')
    .find({ _id: { $in: runs.map((run) => idIn(scope, run)) } }, { projection: { id: 1, startedAt: 1 }, hint: '_id_' })
    .toArray();
  const startOf = new Map(begun.map(({ id, startedAt }) => [id, startedAt.getTime()]));
  return runs.toSorted((one, other) => (startOf.get(one) ?? 0) - (startOf.get(other) ?? 0));
}
