import type { Collection, Filter } from 'mongodb';
import type { Entity, Side } from '../domain/entity';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { Observation } from '../domain/observation';
import { observationHash } from './content-hash';
import { contentsOf } from './observation-contents';
import type { SideContent } from './observation-contents';
import { nameOf, SOME_TEXT, toDocument, toObservation } from './observation-document';
import type { ObservationDocument } from './observation-document';
import { among } from './among';
import { reopenChanged } from './comparisons';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import type { Scope } from './scope';
import { idIn } from './scope';
import { refusedBy } from './writes';

/**
 * `observations`: each record as it was last read. A record is live in a generation when a run of that generation has seen it. In these
 * functions, `run` is the generation (`Run.generation`).
 */
export interface Observations {
  /**
   * Stores the records that a run has read. The values of an unchanged record are not written again. The link of a changed record is
   * reopened (see `Comparisons`). Repeating is harmless.
   */
  readonly record: (run: string, observations: readonly Observation[]) => Promise<Recorded>;
  /**
   * The same, for readings of a slice with this fence (`Fences`). Records that a later slice has stored are left as they are: not replaced,
   * marked or forgotten. For the reading of an attempt that was frozen is older.
   */
  readonly asReadAt: (fence: number) => Observations;
  /** Ids of live records, in the order of strings. Read from an index only, because a run goes over all records several times. */
  readonly pageIds: (run: string, side: Side, entity: Entity, request: PageRequest) => Promise<Page<string>>;
  /** Live OfficeRnD records with a link id, in id order (L2, U7). Read from an index only. */
  readonly pageLinkIds: (run: string, entity: Entity, request: PageRequest) => Promise<Page<LinkIdCarrier>>;
  /** The given ids that are live and have a link id. Read from an index only. */
  readonly carriersAmong: (run: string, entity: Entity, ids: readonly OfficerndId[]) => Promise<ReadonlySet<OfficerndId>>;
  /** The number of live OfficeRnD records with a link id. */
  readonly countCarriers: (run: string, entity: Entity) => Promise<number>;
  /** The given ids that are live. Read from an index only. */
  readonly liveAmong: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Hashes of live records, by id. They show which records are live and which have changed, without values. See `observationHash`. */
  readonly hashesByIds: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The parents of live records, by id, without any other data. */
  readonly parentsByIds: (
    run: string,
    side: Side,
    entity: Entity,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, Pick<Observation, 'parents'>>>;
  /** Live records by id. In this verb and the next three, no run means: whatever run has read them last. */
  readonly byIds: (run: string | null, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlyMap<string, Observation>>;
  /** Live HubSpot records that these ids were merged into, by the requested id (U3). */
  readonly byMergedIds: (run: string | null, entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlyMap<HubSpotId, Observation>>;
  /** Live records with one of these keys in `observation.keys` (L3), each once. */
  readonly byKeys: (
    run: string | null,
    side: Side,
    entity: Entity,
    kind: 'email' | 'name',
    keys: readonly string[],
  ) => Promise<readonly Observation[]>;
  /** Live OfficeRnD records whose link id is one of these. */
  readonly byLinkIds: (run: string | null, entity: Entity, linkIds: readonly string[]) => Promise<readonly LinkIdCarrier[]>;
  readonly countLive: (run: string, side: Side, entity: Entity) => Promise<number>;
  /** The number of live records and a hash of their data, for each side of these entities. */
  readonly contents: (run: string, entities: readonly Entity[]) => Promise<readonly SideContent[]>;
  /** Forgets these records: they are known to be gone or merged into another record. */
  readonly forget: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<void>;
  /** Forgets records that the given run has not seen. */
  readonly forgetUnseen: (run: string, side: Side, entity: Entity) => Promise<number>;
}

/** The result of storing records. */
export interface Recorded {
  readonly changed: number;
  readonly unchanged: number;
  /** The ids of those that changed or were not known. */
  readonly changedIds: readonly string[];
}

/** An OfficeRnD record and its link id. */
export interface LinkIdCarrier {
  readonly id: OfficerndId;
  readonly linkId: string;
}

/** More records than any caller requests at once. MongoDB still divides an answer that is too large. */
const MOST_AT_ONCE = 2_000;

const seenIn = (run: string | null): { readonly seenRun?: string } => (run === null ? {} : { seenRun: run });

/** The `observations` of one tenant. */
export function createObservations(scope: Scope, readAt: number | null = null): Observations {
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
  const carriers = (run: string, entity: Entity) => ({ tenant, side: 'officernd', entity, seenRun: run, linkId: SOME_TEXT }) as const;
  const idsOf = (side: Side, entity: Entity, ids: readonly string[]) => ({
    $in: ids.map((id) => idIn(scope, nameOf({ side, entity, id }))),
  });
  return {
    record: (run, observations) => record({ scope, collection, run, observations, readAt }),
    asReadAt: (fence) => createObservations(scope, fence),
    pageIds: async (run, side, entity, request) => {
      const found = await readPage({ tenant, side, entity, seenRun: run }, 'live', request);
      return toPage(found, request, { cursorOf: ({ id }) => id, read: ({ id }) => id });
    },
    pageLinkIds: async (run, entity, request) => {
      const found = await readPage(carriers(run, entity), 'withLinkId', request);
      return toPage(found, request, { cursorOf: ({ id }) => id, read: ({ id, linkId }) => ({ id, linkId: linkId ?? '' }) });
    },
    liveAmong: (run, side, entity, ids) =>
      among(collection, ids, { filter: { tenant, side, entity, seenRun: run, id: { $in: ids } }, hint: 'live', field: 'id' }),
    carriersAmong: (run, entity, ids) =>
      among(collection, ids, { filter: { ...carriers(run, entity), id: { $in: ids } }, hint: 'withLinkId', field: 'id' }),
    countCarriers: (run, entity) => collection.countDocuments(carriers(run, entity), { hint: 'withLinkId' }),
    hashesByIds: async (run, side, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = collection
        .find({ _id: idsOf(side, entity, ids), seenRun: run }, { hint: '_id_', ...inOneAnswer(ids.length) })
        .project<Pick<ObservationDocument, 'id' | 'hash'>>({ _id: 0, id: 1, hash: 1 });
      return new Map((await found.toArray()).map(({ id, hash }) => [id, hash]));
    },
    byIds: async (run, side, entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = await find({ _id: idsOf(side, entity, ids), ...seenIn(run) }, '_id_');
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
      const found = await find({ tenant, entity, mergedIds: { $in: ids }, side: 'hubspot', ...seenIn(run) }, 'mergedIds');
      const asked = new Set(ids);
      const answer = new Map<HubSpotId, Observation>();
      for (const observation of found) for (const id of observation.mergedIds) if (asked.has(id)) answer.set(id, observation);
      return answer;
    },
    byKeys: (run, side, entity, kind, keys) => {
      const live = { tenant, side, entity, ...seenIn(run) };
      return kind === 'email' ? find({ ...live, emails: { $in: keys } }, 'emails') : find({ ...live, name: { $in: keys } }, 'names');
    },
    byLinkIds: async (run, entity, linkIds) => {
      if (linkIds.length === 0) return [];
      const found = collection
        .find(
          { tenant, entity, linkId: { $in: linkIds }, side: 'officernd', ...seenIn(run) },
          { hint: 'linkIds', ...inOneAnswer(MOST_AT_ONCE) },
        )
        .project<Pick<ObservationDocument, 'id' | 'linkId'>>({ _id: 0, id: 1, linkId: 1 });
      return (await found.toArray()).map(({ id, linkId }) => ({ id, linkId: linkId ?? '' }));
    },
    countLive: (run, side, entity) => collection.countDocuments({ tenant, side, entity, seenRun: run }, { hint: 'live' }),
    contents: (run, of) => contentsOf({ collection, tenant, run, of }),
    forget: async (run, side, entity, ids) => {
      if (ids.length === 0) return;
      await collection.deleteMany({ _id: idsOf(side, entity, ids), seenRun: run, ...notNewer(readAt) });
    },
    forgetUnseen: async (run, side, entity) =>
      (await collection.deleteMany({ tenant, side, entity, seenRun: { $ne: run }, ...notNewer(readAt) }, { hint: 'live' })).deletedCount,
  };
}

interface RecordInput {
  readonly scope: Scope;
  readonly collection: Collection<ObservationDocument>;
  readonly run: string;
  readonly observations: readonly Observation[];
  /** The fence of the slice that has read them; null where that does not matter. */
  readonly readAt: number | null;
}

/** Leaves out what a later slice has read. */
const notNewer = (readAt: number | null): Filter<ObservationDocument> => (readAt === null ? {} : { readAt: { $not: { $gt: readAt } } });

async function record(input: RecordInput): Promise<Recorded> {
  const { scope, collection, run, observations, readAt } = input;
  if (observations.length === 0) return { changed: 0, unchanged: 0, changedIds: [] };
  const read = new Map(
    observations.map((observation) => [idIn(scope, nameOf(observation)), { observation, hash: observationHash(observation), readAt }]),
  );
  const known = await markUnchanged(input, new Map([...read].map(([_id, { hash }]) => [_id, hash])));
  const changed = [...read].flatMap(([_id, one]) => (known.get(_id) === one.hash ? [] : [toDocument(scope, run, one)]));
  await reopenChanged(scope, changed);
  // Inserting is much faster than upserting. A document that exists, or that another attempt at the same page has inserted, is replaced.
  const added = changed.filter(({ _id }) => !known.has(_id));
  const refused = await refusedBy(added, () => collection.insertMany(added, { ordered: false }));
  const replaced = [...refused, ...changed.filter(({ _id }) => known.has(_id))];
  const replace = (document: ObservationDocument) => ({
    replaceOne: { filter: { _id: document._id, ...notNewer(readAt) }, replacement: document, upsert: true },
  });
  // A document that a later slice has stored meanwhile does not match, and its index refuses the insertion.
  await refusedBy(replaced, () => collection.bulkWrite(replaced.map(replace), { ordered: false }));
  return { changed: changed.length, unchanged: read.size - changed.length, changedIds: changed.map(({ id }) => id) };
}

/** The largest group of records that a run writes together. More records than this come from a listing. */
const MOST_WRITTEN_TOGETHER = 100;

/**
 * Marks unchanged records as seen, and returns the stored hashes by document id. Records that were just written have changed, listed
 * records mostly have not: each case takes the way with the fewest queries. A hash includes the record's side, entity and id. So a stored
 * document with one of these hashes is unchanged, and need not be read.
 */
async function markUnchanged(
  { scope, collection, run, readAt }: RecordInput,
  read: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...read.keys()];
  const mark = async (filter: Filter<ObservationDocument>): Promise<number> =>
    (
      await collection.updateMany(
        { ...filter, ...notNewer(readAt) },
        { $set: { seenRun: run, expiresAt: scope.expiry(), ...(readAt !== null && { readAt }) } },
      )
    ).matchedCount;
  const stored = () => storedHashes(collection, { read, readAt });
  if (read.size > MOST_WRITTEN_TOGETHER) {
    const marked = await mark({ _id: { $in: ids }, hash: { $in: [...read.values()] } });
    if (marked === read.size) return read;
    // No record of the page is unchanged: this is a first reading, and no record of it is stored.
    return marked === 0 ? new Map() : stored();
  }
  const known = await stored();
  const unchanged = ids.filter((id) => known.get(id) === read.get(id));
  if (unchanged.length > 0) await mark({ _id: { $in: unchanged } });
  return known;
}

interface ReadHashes {
  readonly read: ReadonlyMap<string, string>;
  readonly readAt: number | null;
}

/** A document that a later slice has stored counts as unchanged: nothing is to be done about it. */
async function storedHashes(
  collection: Collection<ObservationDocument>,
  { read, readAt }: ReadHashes,
): Promise<ReadonlyMap<string, string>> {
  const options = { projection: { hash: 1, readAt: 1 }, ...inOneAnswer(read.size) };
  const found = await collection.find({ _id: { $in: [...read.keys()] } }, options).toArray();
  return new Map(
    found.map(({ _id, hash, readAt: storedAt = 0 }) => [_id, readAt !== null && storedAt > readAt ? (read.get(_id) ?? hash) : hash]),
  );
}
