import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { Observation } from '../domain/observation';
import { contentDigest } from './content-hash';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import type { StoredEntry } from './stored-json';
import { fromEntries, toEntries } from './stored-json';

/** One record of one side, as it is stored. */
export interface ObservationDocument extends StoredDocument {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  /** The last run that saw the record. */
  readonly seenRun: string;
  /** Of everything that was read, so that a record that has not changed is recognised without its values. */
  readonly hash: string;
  /** See `contentDigest`. */
  readonly digest: readonly number[];
  readonly values: readonly StoredEntry[];
  readonly emails: readonly string[];
  readonly name: string | null;
  readonly companies: readonly string[];
  readonly members: readonly string[];
  readonly linkId: string | null;
  readonly locationId: string | null;
  readonly mergedIds: readonly string[];
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** Any text: partial indexes leave out the records without one, and queries for certain texts may use them. */
export const SOME_TEXT = { $gt: '' };

/**
 * Only the indexes that pages are read from carry `seenRun`: it moves with every run and each index of it costs a write. The queries name
 * their index, since the planner would otherwise weigh them against reading the whole run.
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

/** What a record is called within its tenant. */
export const nameOf = ({ side, entity, id }: Pick<Observation, 'side' | 'entity' | 'id'>): string => `${side}/${entity}/${id}`;

/** What was read of a record by a run; `hash` is its `observationHash`. */
export function toDocument(
  scope: Scope,
  run: string,
  { observation, hash }: { readonly observation: Observation; readonly hash: string },
): ObservationDocument {
  const { side, entity, id, values, keys, parents, linkId, locationId, mergedIds, createdAt, modifiedAt } = observation;
  return {
    ...headerOf(scope, nameOf(observation), scope.expiry()),
    side,
    entity,
    id,
    seenRun: run,
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
  };
}

/** The record alone. */
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
});
