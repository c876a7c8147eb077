import type { Filter } from 'mongodb';
import { entities } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { PastOperation } from '../domain/explain/facts';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import { phases } from '../domain/operation';
import type { Operation, OperationKind, OperationState, Phase } from '../domain/operation';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { fromChange, operationKinds, storedChange, toChange } from './stored-change';
import type { StoredChange } from './stored-change';
import { refusedBy, writeAll } from './writes';

export interface StoredOperation extends Operation {
  readonly run: string;
  readonly state: OperationState;
  /** Why it failed: an error class (`refused`, `unavailable`, …), never vendor text with personal data. */
  readonly error: string | null;
}

/** A creation whose outcome is unknown (L12). */
export interface UnfinishedCreate extends StoredOperation {
  /** When it was sent, or about to be. */
  readonly sentAt: Date;
}

/** `operations`: append-only history of all changes and their reasons, and the journal that makes writes repeatable. */
export interface Operations {
  /** Adds operations that do not exist yet (by run and id). Existing ones stay as they are. */
  readonly plan: (run: string, operations: readonly Operation[], state?: 'planned' | 'held' | 'failed', error?: string) => Promise<void>;
  /** Notes what a run was asked to take back and leaves, by the reason (X1). An earlier note is replaced. */
  readonly leave: (run: string, operations: readonly Operation[], error: string) => Promise<void>;
  /** Replaces the changes of operations, by their ids: a vendor has made another value of what it was sent (M7). */
  readonly restate: (run: string, changes: ReadonlyMap<string, Operation['fields']>) => Promise<void>;
  /** In id order, with the time at which each was planned. */
  readonly pageWithTimes: (
    run: string,
    filter: OperationFilter,
    request: PageRequest,
  ) => Promise<Page<StoredOperation & { readonly plannedAt: Date }>>;
  readonly setState: (run: string, ids: readonly string[], state: OperationState, error?: string) => Promise<void>;
  /** In id order. */
  readonly page: (run: string, filter: OperationFilter, request: PageRequest) => Promise<Page<StoredOperation>>;
  /** All operations of a run that name one of these records of one side, in any order. */
  readonly ofRecordsIn: (run: string, side: Side, ids: readonly string[], filter: OperationFilter) => Promise<readonly StoredOperation[]>;
  readonly count: (run: string, filter: OperationFilter) => Promise<number>;
  /** Counts a phase's operations for an entity by kind, reason and state. */
  readonly countByState: (run: string, phase: Phase, entity: Entity) => Promise<readonly StateCount[]>;
  /** Creations of these HubSpot records that any run has begun and whose outcome is unknown (L12). */
  readonly unfinishedCreates: (entity: Entity, ids: readonly HubSpotId[]) => Promise<readonly UnfinishedCreate[]>;
  /** Operations of any run on any of these records, in no order. */
  readonly ofRecords: (
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly PastOperation[]>;
  /** Counts applied operations by phase, entity, kind and reason. Each pair of records counts once. */
  readonly tally: (run: string) => Promise<readonly OperationTally[]>;
  /** The number of different pairs of records in the operations of a filter. */
  readonly countPairs: (run: string, filter: OperationFilter) => Promise<number>;
  /** The run is over: from now on its operations are history and expire. Until then nothing of its journal does. */
  readonly expire: (run: string) => Promise<void>;
  /** Moves all operations of a filter from one state to another: so a brake holds and releases them. */
  readonly move: (run: string, filter: OperationFilter & { readonly state: OperationState }, to: OperationState) => Promise<number>;
}

export interface OperationFilter {
  readonly phase?: Phase;
  readonly entity?: Entity;
  readonly kinds?: readonly OperationKind[];
  /** `U1`, `U7`, … */
  readonly reasons?: readonly string[];
  readonly state?: OperationState;
  readonly states?: readonly OperationState[];
  /** Why they failed. */
  readonly error?: string;
  readonly officerndIds?: readonly OfficerndId[];
  readonly hubspotIds?: readonly HubSpotId[];
}

export interface OperationTally {
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: OperationKind;
  readonly reason: string;
  readonly count: number;
}

export interface StateCount extends Pick<StoredOperation, 'kind' | 'reason' | 'state'> {
  readonly count: number;
}

/** An operation as it is stored. */
export interface OperationDocument extends StoredDocument, Omit<Operation, 'fields' | 'officerndId' | 'hubspotId'> {
  readonly run: string;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly fields: readonly StoredChange[];
  readonly state: OperationState;
  readonly error: string | null;
  readonly plannedAt: Date;
  readonly changedAt: Date;
}

const states: readonly OperationState[] = ['planned', 'held', 'calling', 'applied', 'failed'];
const calling: Pick<OperationDocument, 'state'> = { state: 'calling' };

export const operationsSpec: schema.CollectionSpec = {
  name: 'operations',
  fields: {
    run: schema.text,
    id: schema.text,
    phase: schema.oneOf(phases),
    entity: schema.oneOf(entities),
    kind: schema.oneOf(operationKinds),
    officerndId: schema.textOrNull,
    hubspotId: schema.textOrNull,
    fields: schema.listOf(storedChange),
    reason: schema.text,
    state: schema.oneOf(states),
    error: schema.textOrNull,
    plannedAt: schema.date,
    changedAt: schema.date,
  },
  optional: { place: schema.text, linkIdBefore: schema.textOrNull },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, run: 1, id: 1 } },
    { name: 'byPhase', key: { tenant: 1, run: 1, phase: 1, entity: 1, state: 1, id: 1 } },
    // The record comes before the run: so they serve one run's queries by record, and those over all runs.
    { name: 'ofHubSpotRecord', key: { tenant: 1, hubspotId: 1, run: 1 } },
    { name: 'ofOfficerndRecord', key: { tenant: 1, officerndId: 1, run: 1 } },
    { name: 'unfinished', key: { tenant: 1, entity: 1, kind: 1, hubspotId: 1 }, partialFilterExpression: calling },
  ],
};

/** The `operations` of one tenant. When their run is over, they are history and expire. */
export function createOperations(scope: Scope): Operations {
  const collection = scope.collection<OperationDocument>('operations');
  const { tenant } = scope;
  const idsOf = (run: string, ids: readonly string[]) => ({ _id: { $in: ids.map((id) => idIn(scope, `${run}/${id}`)) } });
  const find = (run: string, filter: OperationFilter, request: PageRequest): Promise<readonly OperationDocument[]> =>
    collection
      .find(
        { ...matching({ tenant, run }, filter), ...afterCursor('id', request) },
        { sort: { id: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
      )
      .toArray();
  return {
    plan: async (run, operations, state = 'planned', error) => {
      const documents = operations.map((operation) => toDocument(scope, { ...operation, run, state, error: error ?? null }));
      // Refused operations exist already and stay as they are.
      await refusedBy(documents, () => collection.insertMany(documents, { ordered: false }));
    },
    setState: async (run, ids, state, error) => {
      if (ids.length === 0) return;
      await collection.updateMany(idsOf(run, ids), { $set: { state, error: error ?? null, changedAt: scope.now() } });
    },
    leave: (run, operations, error) => {
      const documents = operations.map((operation) => toDocument(scope, { ...operation, run, state: 'failed', error }));
      return writeAll(
        collection,
        documents.map((document) => ({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } })),
      );
    },
    ofRecordsIn: async (run, side, ids, filter) => {
      if (ids.length === 0) return [];
      const [field, hint] =
        side === 'hubspot' ? (['hubspotId', 'ofHubSpotRecord'] as const) : (['officerndId', 'ofOfficerndRecord'] as const);
      const found = await collection.find({ ...matching({ tenant, run }, filter), [field]: { $in: ids } }, { hint }).toArray();
      return found.map(toOperation);
    },
    restate: (run, changes) =>
      writeAll(
        collection,
        [...changes].map(([id, fields]) => ({
          updateOne: { filter: { _id: idIn(scope, `${run}/${id}`) }, update: { $set: { fields: fields.map(toChange) } } },
        })),
      ),
    page: async (run, filter, request) =>
      toPage(await find(run, filter, request), request, { cursorOf: ({ id }) => id, read: toOperation }),
    pageWithTimes: async (run, filter, request) =>
      toPage(await find(run, filter, request), request, {
        cursorOf: ({ id }) => id,
        read: (document) => ({ ...toOperation(document), plannedAt: document.plannedAt }),
      }),
    count: (run, filter) => collection.countDocuments(matching({ tenant, run }, filter)),
    countByState: async (run, phase, entity) => {
      const group = { kind: '$kind', reason: '$reason', state: '$state' };
      const found = collection.aggregate<{ readonly _id: Omit<StateCount, 'count'>; readonly count: number }>([
        { $match: { tenant, run, phase, entity } },
        { $group: { _id: group, count: { $sum: 1 } } },
      ]);
      return (await found.toArray()).map(({ _id, count }) => ({ ..._id, count }));
    },
    unfinishedCreates: async (entity, ids) => {
      if (ids.length === 0) return [];
      const filter = { tenant, entity, kind: 'create', state: 'calling', hubspotId: { $in: ids } } satisfies Filter<OperationDocument>;
      const found = await collection.find(filter, { hint: 'unfinished' }).toArray();
      return found.map((document) => ({ ...toOperation(document), sentAt: document.changedAt }));
    },
    ofRecords: async (entity, { officerndIds, hubspotIds }) => {
      const queries = [
        { filter: { tenant, entity, hubspotId: { $in: hubspotIds } }, hint: 'ofHubSpotRecord' },
        { filter: { tenant, entity, officerndId: { $in: officerndIds } }, hint: 'ofOfficerndRecord' },
      ];
      const found = await Promise.all(queries.map(({ filter, hint }) => collection.find(filter, { hint }).toArray()));
      const each = new Map(found.flat().map((document) => [document._id, document]));
      return [...each.values()].map((document) => ({ ...toOperation(document), at: document.changedAt }));
    },
    tally: async (run) => {
      const kind = { phase: '$phase', entity: '$entity', kind: '$kind', reason: '$reason' };
      const once = { _id: { ...kind, officerndId: '$officerndId', hubspotId: '$hubspotId' } };
      const fromOnce = { phase: '$_id.phase', entity: '$_id.entity', kind: '$_id.kind', reason: '$_id.reason' };
      const found = collection.aggregate<{ readonly _id: Omit<OperationTally, 'count'>; readonly count: number }>([
        { $match: { tenant, run, state: 'applied' } },
        { $group: once },
        { $group: { _id: fromOnce, count: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ]);
      return (await found.toArray()).map(({ _id, count }) => ({ ..._id, count }));
    },
    countPairs: async (run, filter) => {
      const pair = { entity: '$entity', officerndId: '$officerndId', hubspotId: '$hubspotId' };
      const [found] = await collection
        .aggregate<{ readonly count: number }>([
          { $match: matching({ tenant, run }, filter) },
          { $group: { _id: pair } },
          { $count: 'count' },
        ])
        .toArray();
      return found?.count ?? 0;
    },
    expire: async (run) => {
      await collection.updateMany({ tenant, run }, { $set: { expiresAt: scope.historyExpiry() } }, { hint: 'inOrder' });
    },
    move: async (run, filter, to) => {
      const { modifiedCount } = await collection.updateMany(matching({ tenant, run }, filter), {
        $set: { state: to, changedAt: scope.now() },
      });
      return modifiedCount;
    },
  };
}

/** A filter's conditions must all hold. */
function matching(of: { readonly tenant: string; readonly run: string }, filter: OperationFilter): Filter<OperationDocument> {
  const { phase, entity, kinds: wanted, reasons, state, states: anyOf, error, officerndIds, hubspotIds } = filter;
  return {
    ...of,
    ...(phase === undefined ? {} : { phase }),
    ...(entity === undefined ? {} : { entity }),
    ...(state === undefined ? {} : { state }),
    ...(anyOf === undefined ? {} : { state: { $in: anyOf } }),
    ...(error === undefined ? {} : { error }),
    ...(reasons === undefined ? {} : { reason: { $in: reasons } }),
    ...(wanted === undefined ? {} : { kind: { $in: wanted } }),
    ...(officerndIds === undefined ? {} : { officerndId: { $in: officerndIds } }),
    ...(hubspotIds === undefined ? {} : { hubspotId: { $in: hubspotIds } }),
  };
}

function toDocument(scope: Scope, { fields, ...operation }: StoredOperation): OperationDocument {
  const header = headerOf(scope, `${operation.run}/${operation.id}`, scope.journalExpiry());
  const at = scope.now();
  return { ...header, ...operation, fields: fields.map(toChange), plannedAt: at, changedAt: at };
}

/** The operation without the store's own fields. */
export const toOperation = (document: OperationDocument): StoredOperation => ({
  id: document.id,
  phase: document.phase,
  entity: document.entity,
  kind: document.kind,
  officerndId: document.officerndId,
  hubspotId: document.hubspotId,
  fields: document.fields.map(fromChange),
  reason: document.reason,
  ...(document.place !== undefined && { place: document.place }),
  run: document.run,
  state: document.state,
  error: document.error,
  ...(document.linkIdBefore !== undefined && { linkIdBefore: document.linkIdBefore }),
});
