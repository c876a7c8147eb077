import type { Collection, Filter } from 'mongodb';
import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { HubSpotId } from '../domain/ids';
import type { Observation } from '../domain/observation';
import { contentDigest, hashOfSums, observationHash } from './content-hash';
import { among } from './among';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import type { Observations, PageRequest } from './store';
import type { StoredEntry } from './stored-json';
import { fromEntries, toEntries } from './stored-json';
import { refusedBy, writeAll } from './writes';

interface ObservationDocument extends StoredDocument {
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

/** More records than a caller asks for at once; an answer that is too large for MongoDB comes in parts all the same. */
const MOST_AT_ONCE = 2_000;

/** Any text: partial indexes leave out the records without one, and queries for certain texts may use them. */
const SOME_TEXT = { $gt: '' };

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

/** The `observations` of one tenant. */
export function createObservations(scope: Scope): Observations {
  const collection = scope.collection<ObservationDocument>('observations');
  const { tenant } = scope;
  const find = async (filter: Filter<ObservationDocument>, hint: string): Promise<readonly Observation[]> =>
    (await collection.find(filter, { hint, ...inOneAnswer(MOST_AT_ONCE) }).toArray()).map(toObservation);
  const readPage = async (filter: Filter<ObservationDocument>, hint: string, request: PageRequest) =>
    collection
      .find(
        { ...filter, ...afterCursor('id', request) },
        { hint, sort: { id: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
      )
      .project<Pick<ObservationDocument, 'id' | 'linkId'>>({ _id: 0, id: 1, ...(hint === 'withLinkId' && { linkId: 1 }) })
      .toArray();
  const idsOf = (side: Side, entity: Entity, ids: readonly string[]) => ({
    $in: ids.map((id) => idIn(scope, nameOf({ side, entity, id }))),
  });
  return {
    record: (run, observations) => record({ scope, collection, run, observations }),
    pageIds: async (run, side, entity, request) => {
      const found = await readPage({ tenant, side, entity, seenRun: run }, 'live', request);
      return toPage(found, request, { cursorOf: ({ id }) => id, read: ({ id }) => id });
    },
    pageLinkIds: async (run, entity, request) => {
      const found = await readPage({ tenant, side: 'officernd', entity, seenRun: run, linkId: SOME_TEXT }, 'withLinkId', request);
      return toPage(found, request, { cursorOf: ({ id }) => id, read: ({ id, linkId }) => ({ id, linkId: linkId ?? '' }) });
    },
    liveAmong: (run, side, entity, ids) => {
      const live = { tenant, side, entity, seenRun: run, id: { $in: ids } };
      return among(ids, {
        count: () => collection.countDocuments(live, { hint: 'live' }),
        read: async () => {
          const found = collection.find(live, { hint: 'live', ...inOneAnswer(ids.length) });
          return (await found.project<Pick<ObservationDocument, 'id'>>({ _id: 0, id: 1 }).toArray()).map(({ id }) => id);
        },
      });
    },
    hashesByIds: async (run, side, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = collection
        .find({ _id: idsOf(side, entity, ids), seenRun: run }, { hint: '_id_', ...inOneAnswer(ids.length) })
        .project<Pick<ObservationDocument, 'id' | 'hash'>>({ _id: 0, id: 1, hash: 1 });
      return new Map((await found.toArray()).map(({ id, hash }) => [id, hash]));
    },
    byIds: async (run, side, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = await find({ _id: idsOf(side, entity, ids), seenRun: run }, '_id_');
      return new Map(found.map((observation) => [observation.id, observation]));
    },
    parentsByIds: async (run, side, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = collection
        .find({ _id: idsOf(side, entity, ids), seenRun: run }, { hint: '_id_', ...inOneAnswer(ids.length) })
        .project<Pick<ObservationDocument, 'id' | 'companies' | 'members'>>({ _id: 0, id: 1, companies: 1, members: 1 });
      return new Map((await found.toArray()).map(({ id, companies, members }) => [id, { parents: { companies, members } }]));
    },
    byMergedIds: async (run, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = await find({ tenant, entity, mergedIds: { $in: ids }, side: 'hubspot', seenRun: run }, 'mergedIds');
      const asked = new Set(ids);
      const answer = new Map<HubSpotId, Observation>();
      for (const observation of found) for (const id of observation.mergedIds) if (asked.has(id)) answer.set(id, observation);
      return answer;
    },
    byKeys: (run, side, entity, kind, keys) => {
      const live = { tenant, side, entity, seenRun: run };
      return kind === 'email' ? find({ ...live, emails: { $in: keys } }, 'emails') : find({ ...live, name: { $in: keys } }, 'names');
    },
    byLinkIds: async (run, entity, linkIds) => {
      if (linkIds.length === 0) return [];
      const found = collection
        .find(
          { tenant, entity, linkId: { $in: linkIds }, side: 'officernd', seenRun: run },
          { hint: 'linkIds', ...inOneAnswer(MOST_AT_ONCE) },
        )
        .project<Pick<ObservationDocument, 'id' | 'linkId'>>({ _id: 0, id: 1, linkId: 1 });
      return (await found.toArray()).map(({ id, linkId }) => ({ id, linkId: linkId ?? '' }));
    },
    countLive: (run, side, entity) => collection.countDocuments({ tenant, side, entity, seenRun: run }, { hint: 'live' }),
    contents: async (run, of) => {
      const part = (index: number) => ({ $sum: { $arrayElemAt: ['$digest', index] } });
      const found = collection.aggregate<ContentSums>(
        [
          { $match: { tenant, side: { $in: sides }, entity: { $in: of }, seenRun: run } },
          {
            $group: {
              _id: { side: '$side', entity: '$entity' },
              records: { $sum: 1 },
              part0: part(0),
              part1: part(1),
              part2: part(2),
              part3: part(3),
            },
          },
        ],
        { hint: 'live' },
      );
      const sums = await found.toArray();
      return of.flatMap((entity) =>
        sides.map((side) => {
          const sum = sums.find(({ _id }) => _id.side === side && _id.entity === entity);
          const parts = [sum?.part0 ?? 0, sum?.part1 ?? 0, sum?.part2 ?? 0, sum?.part3 ?? 0];
          return { side, entity, records: sum?.records ?? 0, hash: hashOfSums(parts) };
        }),
      );
    },
    forget: async (run, side, entity, ids) => {
      if (ids.length === 0) return;
      await collection.deleteMany({ _id: idsOf(side, entity, ids), seenRun: run });
    },
    forgetUnseen: async (run, side, entity) =>
      (await collection.deleteMany({ tenant, side, entity, seenRun: { $ne: run } }, { hint: 'live' })).deletedCount,
  };
}

interface ContentSums {
  readonly _id: { readonly side: Side; readonly entity: Entity };
  readonly records: number;
  readonly part0: number;
  readonly part1: number;
  readonly part2: number;
  readonly part3: number;
}

interface RecordInput {
  readonly scope: Scope;
  readonly collection: Collection<ObservationDocument>;
  readonly run: string;
  readonly observations: readonly Observation[];
}

/**
 * A hash covers the record's side, entity and id: whatever is stored with one of these hashes is unchanged, and need not be read to be known. Most
 * pages of most runs hold nothing else.
 */
async function record({ scope, collection, run, observations }: RecordInput) {
  if (observations.length === 0) return { changed: 0, unchanged: 0 };
  const read = new Map(
    observations.map((observation) => [idIn(scope, nameOf(observation)), { observation, hash: observationHash(observation) }]),
  );
  const hashes = [...read.values()].map(({ hash }) => hash);
  const { matchedCount: unchanged } = await collection.updateMany(
    { _id: { $in: [...read.keys()] }, hash: { $in: hashes } },
    { $set: { seenRun: run, expiresAt: scope.expiry() } },
  );
  if (unchanged === read.size) return { changed: 0, unchanged };
  const known = unchanged === 0 ? new Map<string, string>() : await storedHashes(collection, [...read.keys()]);
  const changed = [...read].flatMap(([_id, one]) => (known.get(_id) === one.hash ? [] : [toDocument(scope, run, one)]));
  // Inserting is much faster than upserting. What is there already, or was put there by another attempt at the same page, is replaced.
  const added = changed.filter(({ _id }) => !known.has(_id));
  const refused = await refusedBy(added, () => collection.insertMany(added, { ordered: false }));
  const replaced = [...refused, ...changed.filter(({ _id }) => known.has(_id))];
  await writeAll(
    collection,
    replaced.map((document) => ({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } })),
  );
  return { changed: changed.length, unchanged };
}

async function storedHashes(collection: Collection<ObservationDocument>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await collection.find({ _id: { $in: ids } }, { projection: { hash: 1 }, ...inOneAnswer(ids.length) }).toArray();
  return new Map(found.map(({ _id, hash }) => [_id, hash]));
}

const nameOf = ({ side, entity, id }: Pick<Observation, 'side' | 'entity' | 'id'>): string => `${side}/${entity}/${id}`;

interface HashedObservation {
  readonly observation: Observation;
  readonly hash: string;
}

function toDocument(scope: Scope, run: string, { observation, hash }: HashedObservation): ObservationDocument {
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

const toObservation = (document: ObservationDocument): Observation => ({
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
