import { entities, sides } from '../domain/entity';
import type { Observation } from '../domain/observation';
import { contentDigest } from './content-hash';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import type { StoredEntry } from './stored-json';
import { fromEntries, toEntries } from './stored-json';

/** One record of one side, as it is stored. */
export interface ObservationDocument extends StoredDocument, Omit<Observation, 'values' | 'keys' | 'parents'> {
  /** The last run that saw the record. */
  readonly seenRun: string;
  /** The fence of the slice that read it (`Fences`). Absent in documents of an earlier release. */
  readonly readAt?: number;
  /** See `observationHash`. It shows that a record has not changed, without its values. */
  readonly hash: string;
  /** See `contentDigest`. */
  readonly digest: readonly number[];
  readonly values: readonly StoredEntry[];
  readonly emails: readonly string[];
  readonly name: string | null;
  readonly companies: readonly string[];
  readonly members: readonly string[];
}

/** Matches any text. Partial indexes with it leave out records without a text, and queries for certain texts can use them. */
export const SOME_TEXT = { $gt: '' };

/**
 * Only the indexes for pages contain `seenRun`: it changes with every run, and each index with it costs a write. Queries name their index,
 * because the query planner would otherwise also try to read the whole run.
 */
export const observationsSpec: schema.CollectionSpec = {
  name: 'observations',
  fields: {
    side: schema.oneOf(sides),
    entity: schema.oneOf(entities),
    id: schema.text,
    seenRun: schema.text,
    hash: schema.text,
    digest: schema.listOf(schema.count),
    values: schema.entries,
    emails: schema.texts,
    name: schema.textOrNull,
    companies: schema.texts,
    members: schema.texts,
    linkId: schema.textOrNull,
    locationId: schema.textOrNull,
    mergedIds: schema.texts,
    createdAt: schema.text,
    modifiedAt: schema.text,
  },
  optional: { unread: schema.texts, readAt: schema.count },
  indexes: [
    { name: 'live', key: { tenant: 1, side: 1, entity: 1, seenRun: 1, id: 1 } },
    {
      name: 'withLinkId',
      key: { tenant: 1, side: 1, entity: 1, seenRun: 1, id: 1, linkId: 1 },
      partialFilterExpression: { linkId: SOME_TEXT },
    },
    { name: 'linkIds', key: { tenant: 1, entity: 1, linkId: 1 }, partialFilterExpression: { linkId: SOME_TEXT } },
    { name: 'mergedIds', key: { tenant: 1, entity: 1, mergedIds: 1 }, partialFilterExpression: { mergedIds: SOME_TEXT } },
    { name: 'emails', key: { tenant: 1, side: 1, entity: 1, emails: 1 }, partialFilterExpression: { emails: SOME_TEXT } },
    { name: 'names', key: { tenant: 1, side: 1, entity: 1, name: 1 }, partialFilterExpression: { name: SOME_TEXT } },
  ],
};

/** A record's name within its tenant. */
export const nameOf = ({ side, entity, id }: Pick<Observation, 'side' | 'entity' | 'id'>): string => `${side}/${entity}/${id}`;

/** The document of a record that a run has read; `hash` is its `observationHash`. */
export function toDocument(
  scope: Scope,
  run: string,
  { observation, hash, readAt }: { readonly observation: Observation; readonly hash: string; readonly readAt: number | null },
): ObservationDocument {
  const { side, entity, id, values, keys, parents, linkId, locationId, mergedIds, createdAt, modifiedAt, unread } = observation;
  return {
    ...headerOf(scope, nameOf(observation), scope.expiry()),
    side,
    entity,
    id,
    seenRun: run,
    ...(readAt !== null && { readAt }),
    hash,
    digest: contentDigest(observation),
    values: toEntries(values),
    emails: keys.emails,
    name: keys.name,
    companies: parents.companies,
    members: parents.members,
    linkId,
    locationId,
    mergedIds,
    createdAt,
    modifiedAt,
    ...(unread !== undefined && { unread }),
  };
}

/** The record without the store's own fields. */
export const toObservation = (document: ObservationDocument): Observation => ({
  side: document.side,
  entity: document.entity,
  id: document.id,
  values: fromEntries(document.values),
  keys: { emails: document.emails, name: document.name },
  parents: { companies: document.companies, members: document.members },
  linkId: document.linkId,
  locationId: document.locationId,
  mergedIds: document.mergedIds,
  createdAt: document.createdAt,
  modifiedAt: document.modifiedAt,
  ...(document.unread !== undefined && { unread: document.unread }),
});
