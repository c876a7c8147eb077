import type { AnyBulkWriteOperation } from 'mongodb';
import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { HalvesSearch } from '../domain/halves';
import { phases } from '../domain/operation';
import type { Phase } from '../domain/operation';
import { afterCursor, fetchLimit, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn, literal, literals } from './scope';
import { writeAll } from './writes';

export interface Failure {
  readonly entity: Entity;
  /** The record: HubSpot's id for a creation, the link id for an update, OfficeRnD's id for an unlink. */
  readonly subject: string;
  readonly phase: Phase;
  /** The field that was refused, or null when the whole record was (M10). */
  readonly field: string | null;
  /** Error class and cleaned reason: `location-unresolved`, `no-name`, `INVALID_OPTION`, `unavailable`. */
  readonly reason: string;
  /** Hash of the data and configuration that failed: while it is the same, nothing is sent again where the rule says so (L6, M10). */
  readonly dataHash: string;
  /** The side that refused a write; absent for other failures. */
  readonly side?: Side;
  /** The vendor's own words, for people who ask for them (A6). */
  readonly said?: string;
  /** The refusing record and the definition as they were: when they change, the value is tried again (M10). Absent: for as long as it is the same. */
  readonly against?: string;
  /** Set where another record holds a value that the vendor takes only once (M10). */
  readonly heldElsewhere?: HeldElsewhere;
  /** Set while the refused field of a record is looked for. Another attempt goes on from here. */
  readonly search?: HalvesSearch;
}

/** The records that hold a value: by their ids where they were found, else all of that side and entity. */
export interface HeldElsewhere {
  readonly ids: readonly string[];
  /** Their data. Null until the run has tried once more at its end. */
  readonly hash: string | null;
}

export interface StoredFailure extends Failure {
  /** Different runs in which it failed. */
  readonly runs: number;
  readonly lastRun: string;
  readonly parked: boolean;
  /** A person asked for another try (`orsync retry`), or the record was never sent: send it. */
  readonly retryRequested: boolean;
}

/** `failures`: one document for each subject, phase and field, removed after success. Failures in ten different runs park it. */
export interface Failures {
  readonly record: (run: string, failures: readonly Failure[], now: Date) => Promise<void>;
  readonly bySubjects: (entity: Entity, phase: Phase, subjects: readonly string[]) => Promise<readonly StoredFailure[]>;
  readonly clear: (entity: Entity, phase: Phase, subjects: readonly string[], fields?: readonly (string | null)[]) => Promise<void>;
  /** Failures because another record holds the value, in the order of their ids. */
  readonly pageHeldElsewhere: (entity: Entity, phase: Phase, request: PageRequest) => Promise<Page<StoredFailure>>;
  /** Notes what failures depend on now, where they are still there. Neither counts them again nor makes them this run's. */
  readonly restate: (failures: readonly Failure[]) => Promise<void>;
  /** Asks for another try of all failures, or of an entity's, of these subjects', or of one kind. Returns how many there are. */
  readonly requestRetry: (filter: RetryFilter) => Promise<number>;
  /** The number of failures that this run recorded. */
  readonly countOfRun: (run: string) => Promise<number>;
  readonly countParked: () => Promise<number>;
  readonly list: (request: PageRequest) => Promise<Page<StoredFailure>>;
  /** The same with their times. */
  readonly standing: (request: PageRequest) => Promise<Page<StandingFailure>>;
}

/** A failure, and when it was recorded first and last. */
export interface StandingFailure extends StoredFailure {
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** The failures that are tried again: those for which everything that is given holds. */
export interface RetryFilter extends Partial<Pick<Failure, 'entity' | 'phase' | 'reason' | 'field'>> {
  readonly subjects?: readonly string[];
}

/** A failure as it is stored. */
export interface FailureDocument extends StoredDocument, StoredFailure {
  /** The document's name within the tenant. */
  readonly id: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** A record that failed in this number of different runs is parked: it is tried again only after a request or with other data. */
const RUNS_UNTIL_PARKED = 10;

export const failuresSpec: schema.CollectionSpec = {
  name: 'failures',
  fields: {
    id: schema.text,
    entity: schema.oneOf(entities),
    subject: schema.text,
    phase: schema.oneOf(phases),
    field: schema.textOrNull,
    reason: schema.text,
    dataHash: schema.text,
    runs: schema.count,
    lastRun: schema.text,
    parked: schema.flag,
    retryRequested: schema.flag,
    firstAt: schema.date,
    lastAt: schema.date,
  },
  optional: {
    side: schema.oneOf(sides),
    said: schema.text,
    against: schema.text,
    heldElsewhere: schema.object({ ids: schema.texts, hash: schema.textOrNull }),
    search: schema.object({
      trying: schema.texts,
      suspects: schema.texts,
      rest: schema.texts,
      found: schema.texts,
      hasAccepted: schema.flag,
      callsLeft: schema.count,
    }),
  },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, id: 1 } },
    { name: 'bySubject', key: { tenant: 1, entity: 1, phase: 1, subject: 1 } },
    { name: 'byRun', key: { tenant: 1, lastRun: 1 } },
    { name: 'parked', key: { tenant: 1, parked: 1 } },
    {
      name: 'heldElsewhere',
      key: { tenant: 1, entity: 1, phase: 1, id: 1 },
      partialFilterExpression: { heldElsewhere: { $type: 'object' } },
    },
  ],
};

/** The `failures` of one tenant. */
export function createFailures(scope: Scope): Failures {
  const collection = scope.collection<FailureDocument>('failures');
  const { tenant } = scope;
  const inOrder = (request: PageRequest): Promise<FailureDocument[]> =>
    collection.find({ tenant, ...afterCursor('id', request) }, { sort: { id: 1 }, limit: fetchLimit(request) }).toArray();
  return {
    record: (run, failures, now) =>
      writeAll(
        collection,
        failures.map((failure) => recording(scope, { run, failure, now })),
      ),
    bySubjects: async (entity, phase, subjects) =>
      (await collection.find({ tenant, entity, phase, subject: { $in: subjects } }, { hint: 'bySubject' }).toArray()).map(toStoredFailure),
    clear: async (entity, phase, subjects, fields) => {
      if (subjects.length === 0) return;
      const ofFields = fields === undefined ? {} : { field: { $in: fields } };
      await collection.deleteMany({ tenant, entity, phase, subject: { $in: subjects }, ...ofFields }, { hint: 'bySubject' });
    },
    pageHeldElsewhere: async (entity, phase, request) => {
      const found = await collection
        .find(
          { tenant, entity, phase, heldElsewhere: { $type: 'object' }, ...afterCursor('id', request) },
          { hint: 'heldElsewhere', sort: { id: 1 }, limit: fetchLimit(request) },
        )
        .toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toStoredFailure });
    },
    restate: (failures) =>
      writeAll(
        collection,
        failures.map((failure) => ({
          updateOne: {
            filter: { _id: idIn(scope, nameOf(failure)) },
            update: {
              $set: {
                dataHash: failure.dataHash,
                ...(failure.against !== undefined && { against: failure.against }),
                ...(failure.heldElsewhere !== undefined && { heldElsewhere: failure.heldElsewhere }),
              },
            },
          },
        })),
      ),
    requestRetry: async ({ entity, phase, reason, field, subjects }) => {
      const filter = {
        tenant,
        ...(entity === undefined ? {} : { entity }),
        ...(phase === undefined ? {} : { phase }),
        ...(reason === undefined ? {} : { reason }),
        ...(field === undefined ? {} : { field }),
        ...(subjects === undefined ? {} : { subject: { $in: subjects } }),
      };
      return (await collection.updateMany(filter, { $set: { retryRequested: true, parked: false } })).matchedCount;
    },
    countOfRun: (run) => collection.countDocuments({ tenant, lastRun: run }),
    countParked: () => collection.countDocuments({ tenant, parked: true }),
    list: async (request) => toPage(await inOrder(request), request, { cursorOf: ({ id }) => id, read: toStoredFailure }),
    standing: async (request) =>
      toPage(await inOrder(request), request, {
        cursorOf: ({ id }) => id,
        read: (document) => ({ ...toStoredFailure(document), firstAt: document.firstAt, lastAt: document.lastAt }),
      }),
  };
}

interface RecordingInput {
  readonly run: string;
  readonly failure: Failure;
  readonly now: Date;
}

/** Counts runs inside the database, so a slice that is repeated in its run is counted once. */
function recording(scope: Scope, { run, failure, now }: RecordingInput): AnyBulkWriteOperation<FailureDocument> {
  const { entity, phase, subject, field, reason, dataHash } = failure;
  const id = nameOf(failure);
  const { _id, ...header } = headerOf(scope, id, scope.expiry());
  const known = { ...header, id, entity, phase, subject, field, reason, dataHash, lastRun: run, lastAt: now, retryRequested: false };
  const set = {
    ...literals(known),
    ...Object.fromEntries(optionalFields.map((name) => [name, failure[name] === undefined ? '$$REMOVE' : literal(failure[name])])),
    firstAt: { $ifNull: ['$firstAt', literal(now)] },
    runs: { $cond: [{ $eq: ['$lastRun', literal(run)] }, '$runs', { $add: [{ $ifNull: ['$runs', 0] }, 1] }] },
  };
  const update = [{ $set: set }, { $set: { parked: { $gte: ['$runs', RUNS_UNTIL_PARKED] } } }];
  return { updateOne: { filter: { _id }, update, upsert: true } };
}

/** Fields that only some failures have. A failure that lacks one takes it from the stored form. */
const optionalFields = ['side', 'said', 'against', 'heldElsewhere', 'search'] as const;

/** A failure's name within its tenant. */
const nameOf = ({ entity, phase, subject, field }: Pick<Failure, 'entity' | 'phase' | 'subject' | 'field'>): string =>
  `${entity}/${phase}/${subject}/${field ?? ''}`;

/** The failure without the store's own fields. */
export const toStoredFailure = (document: FailureDocument): StoredFailure => ({
  entity: document.entity,
  subject: document.subject,
  phase: document.phase,
  field: document.field,
  reason: document.reason,
  dataHash: document.dataHash,
  runs: document.runs,
  lastRun: document.lastRun,
  parked: document.parked,
  retryRequested: document.retryRequested,
  ...(document.side !== undefined && { side: document.side }),
  ...(document.said !== undefined && { said: document.said }),
  ...(document.against !== undefined && { against: document.against }),
  ...(document.heldElsewhere !== undefined && { heldElsewhere: document.heldElsewhere }),
  ...(document.search !== undefined && { search: document.search }),
});
