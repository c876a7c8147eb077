import type { Filter } from 'mongodb';
import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { JsonValue } from '../domain/json';
import { hashOf } from './content-hash';
import { afterCursor, beginningWith, fetchLimit, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import type { StoredJson } from './stored-json';
import { fromStoredJson, toStoredJson } from './stored-json';
import { writeAll } from './writes';

/** A value that was overwritten (M2 `first-link`, M4 `conflict`), or a difference that stays (M5, M12 `drift`). */
export interface ConflictRecord {
  readonly kind: 'conflict' | 'first-link' | 'drift';
  readonly run: string;
  readonly entity: Entity;
  readonly linkId: string;
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly field: string;
  readonly rule: string;
  readonly base: JsonValue;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
  readonly at: Date;
  /** D2: the run that took the value back. */
  readonly takenBackBy?: string;
}

/** A conflict with the name by which a person takes it back. */
export interface NamedConflict extends ConflictRecord {
  /** Short, and the same for the same conflict. */
  readonly id: string;
}

/** `conflicts`: one document for each kind, run, link and field, recorded before the write that overwrites the value (A3). */
export interface Conflicts {
  /** Records conflicts. If one is recorded twice in a run, it holds the later values: the last plan is the one that is carried out (M8). */
  readonly record: (conflicts: readonly ConflictRecord[]) => Promise<void>;
  /** The run is over: from now on its conflicts are history and expire. */
  readonly expire: (run: string) => Promise<void>;
  readonly countByKind: (run: string) => Promise<Readonly<Record<ConflictRecord['kind'], number>>>;
  readonly page: (run: string, request: PageRequest) => Promise<Page<NamedConflict>>;
  /** Those of one kind. */
  readonly pageOfKind: (run: string, kind: ConflictRecord['kind'], request: PageRequest) => Promise<Page<NamedConflict>>;
  /** The newest conflicts of one kind that any run has recorded for a link, newest first. */
  readonly newestOfLink: (linkId: string, kind: ConflictRecord['kind'], limit: number) => Promise<readonly NamedConflict[]>;
  /** By their short names. Those of an earlier release have none. */
  readonly byIds: (ids: readonly string[]) => Promise<readonly NamedConflict[]>;
  /** The short names that begin so, in order. */
  readonly idsFrom: (beginning: string, limit: number) => Promise<readonly string[]>;
  /** D2: notes which run has taken values back, or with null that their taking back was undone. */
  readonly noteTakenBack: (ids: readonly string[], run: string | null) => Promise<void>;
}

/** A conflict as it is stored. */
export interface ConflictDocument
  extends StoredDocument, Omit<ConflictRecord, 'officerndId' | 'hubspotId' | 'base' | 'officernd' | 'hubspot'> {
  /** The document's name within the tenant. */
  readonly id: string;
  /** The name by which people take it back. Absent in documents of an earlier release. */
  readonly short?: string;
  readonly officerndId: string;
  readonly hubspotId: string;
  readonly base: StoredJson;
  readonly officernd: StoredJson;
  readonly hubspot: StoredJson;
}

type ConflictKind = ConflictRecord['kind'];
const kinds: readonly ConflictKind[] = ['conflict', 'first-link', 'drift'];
const SHORT_INDEX = 'byShortName';

export const conflictsSpec: schema.CollectionSpec = {
  name: 'conflicts',
  fields: {
    id: schema.text,
    kind: schema.oneOf(kinds),
    run: schema.text,
    entity: schema.oneOf(entities),
    linkId: schema.text,
    officerndId: schema.text,
    hubspotId: schema.text,
    field: schema.text,
    rule: schema.text,
    base: schema.json,
    officernd: schema.json,
    hubspot: schema.json,
    at: schema.date,
  },
  optional: { short: schema.text, takenBackBy: schema.text },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, run: 1, id: 1, kind: 1 } },
    { name: 'ofLink', key: { tenant: 1, linkId: 1, kind: 1, at: -1 } },
    { name: SHORT_INDEX, key: { tenant: 1, short: 1 } },
  ],
};

/** The `conflicts` of one tenant. When their run is over, they are history and expire. */
export function createConflicts(scope: Scope): Conflicts {
  const collection = scope.collection<ConflictDocument>('conflicts');
  const { tenant } = scope;
  const named = (short: NonNullable<Filter<ConflictDocument>['short']>): Filter<ConflictDocument> => ({ tenant, short });
  return {
    record: (conflicts) => {
      const documents = new Map(conflicts.map((conflict) => [nameOf(conflict), toDocument(scope, conflict)]));
      return writeAll(
        collection,
        [...documents.values()].map((document) => ({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } })),
      );
    },
    expire: async (run) => {
      await collection.updateMany({ tenant, run }, { $set: { expiresAt: scope.historyExpiry() } }, { hint: 'inOrder' });
    },
    countByKind: async (run) => {
      const counts: Record<ConflictKind, number> = { conflict: 0, 'first-link': 0, drift: 0 };
      const found = collection.aggregate<{ readonly _id: ConflictKind; readonly count: number }>([
        { $match: { tenant, run } },
        { $group: { _id: '$kind', count: { $sum: 1 } } },
      ]);
      for (const { _id, count } of await found.toArray()) counts[_id] = count;
      return counts;
    },
    page: async (run, request) => {
      const found = await collection
        .find({ tenant, run, ...afterCursor('id', request) }, { sort: { id: 1 }, limit: fetchLimit(request) })
        .toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toConflict });
    },
    pageOfKind: async (run, kind, request) => {
      const { $gte, $lt } = beginningWith(`${run}/${kind}/`);
      const found = await collection
        .find(
          { tenant, run, id: { ...(request.after === null ? { $gte } : { $gt: request.after }), $lt } },
          { hint: 'inOrder', sort: { id: 1 }, limit: fetchLimit(request) },
        )
        .toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toConflict });
    },
    newestOfLink: async (linkId, kind, limit) =>
      (await collection.find({ tenant, linkId, kind }, { hint: 'ofLink', sort: { at: -1 }, limit }).toArray()).map(toConflict),
    byIds: async (ids) =>
      ids.length === 0 ? [] : (await collection.find(named({ $in: [...ids] }), { hint: SHORT_INDEX }).toArray()).map(toConflict),
    idsFrom: async (beginning, limit) =>
      (
        await collection
          .find(named(beginningWith(beginning)), { hint: SHORT_INDEX, sort: { short: 1 }, limit })
          .project<Pick<ConflictDocument, 'short'>>({ short: 1 })
          .toArray()
      ).flatMap(({ short }) => short ?? []),
    noteTakenBack: async (ids, run) => {
      if (ids.length === 0) return;
      const change = run === null ? { $unset: { takenBackBy: true as const } } : { $set: { takenBackBy: run } };
      await collection.updateMany(named({ $in: [...ids] }), change, { hint: SHORT_INDEX });
    },
  };
}

type Named = Pick<ConflictRecord, 'kind' | 'run' | 'linkId' | 'field'>;

const nameOf = ({ kind, run, linkId, field }: Named): string => `${run}/${kind}/${linkId}/${field}`;

/** Digits of a short name: as long as a proposal's. */
const SHORT = 12;
const shortNameOf = (conflict: Named): string => hashOf(nameOf(conflict)).slice(0, SHORT);

const toDocument = (scope: Scope, conflict: ConflictRecord): ConflictDocument => ({
  ...headerOf(scope, nameOf(conflict), scope.journalExpiry()),
  id: nameOf(conflict),
  short: shortNameOf(conflict),
  kind: conflict.kind,
  run: conflict.run,
  entity: conflict.entity,
  linkId: conflict.linkId,
  officerndId: conflict.officerndId,
  hubspotId: conflict.hubspotId,
  field: conflict.field,
  rule: conflict.rule,
  base: toStoredJson(conflict.base),
  officernd: toStoredJson(conflict.officernd),
  hubspot: toStoredJson(conflict.hubspot),
  at: conflict.at,
});

/** The conflict without the store's own fields. */
export const toConflict = (document: ConflictDocument): NamedConflict => ({
  id: shortNameOf(document),
  kind: document.kind,
  run: document.run,
  entity: document.entity,
  linkId: document.linkId,
  officerndId: document.officerndId,
  hubspotId: document.hubspotId,
  field: document.field,
  rule: document.rule,
  base: fromStoredJson(document.base),
  officernd: fromStoredJson(document.officernd),
  hubspot: fromStoredJson(document.hubspot),
  at: document.at,
  ...(document.takenBackBy !== undefined && { takenBackBy: document.takenBackBy }),
});
