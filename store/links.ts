import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import type { Entity, Side } from '../domain/entity';
import type { LinkLife } from '../domain/explain/facts';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import { pairId, pairOf } from '../domain/link';
import type { Link, LinkHistory, LinkOrigin, RetireReason } from '../domain/link';
import { among } from './among';
import type { OpenLink } from './comparisons';
import { endOf, toLink } from './link-document';
import type { LinkDocument } from './link-document';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import type { Scope } from './scope';
import { headerOf, idIn, literal, literals } from './scope';
import { refusedBy, unlessDuplicate } from './writes';

/** `links`. Unique partial indexes on active links, one for each side, enforce L13. */
export interface Links {
  /** The pairs of active links in id order, read from an index only. */
  readonly pagePairs: (entity: Entity, request: PageRequest) => Promise<Page<LinkedPair>>;
  /** Retired links with this reason, in id order (U6). */
  readonly pageRetired: (entity: Entity, reason: RetireReason, request: PageRequest) => Promise<Page<Link>>;
  /** Retired links of any of these records. */
  readonly retiredOf: (
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly Link[]>;
  /** Links of any of these records, active or retired, with the runs that made and ended them. */
  readonly livesOf: (
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly LinkLife[]>;
  /** The given ids of one side that have an active link. */
  readonly linkedAmong: (side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly activeByHubSpotIds: (entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlyMap<HubSpotId, Link>>;
  readonly activeByOfficerndIds: (entity: Entity, ids: readonly OfficerndId[]) => Promise<ReadonlyMap<OfficerndId, Link>>;
  /**
   * Makes pairs active links. A retired pair becomes active again; with the origin `restored` it keeps its age. Repeating is harmless. A
   * pair that would give a record a second active link is not linked and is returned in `refused` (L13).
   */
  readonly activate: (pairs: readonly NewLink[]) => Promise<{ readonly refused: readonly NewLink[] }>;
  readonly retire: (id: string, reason: RetireReason, run: string) => Promise<void>;
  /** X2: retires a link that a run made, and notes that it was taken back. Phase 2 leaves its records alone. */
  readonly retireUndone: (id: string, run: string) => Promise<void>;
  /** X2: the records of links that were taken back and not made again. */
  readonly undoneRecords: (entity: Entity) => Promise<UndoneRecords>;
  /** Links by id, active or not, with the runs that made and ended them. */
  readonly byIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, LinkHistory & OpenLink>>;
  /**
   * U3: retires a link as `merged` and makes the pair an active link, both in one transaction. Repeating is harmless. If the pair would
   * give a record a second active link (L13), it changes nothing and returns false.
   */
  readonly relink: (oldId: string, pair: NewLink) => Promise<boolean>;
  readonly countActive: (entity: Entity) => Promise<number>;
}

/** The ids of records by side. */
export type UndoneRecords = Readonly<Record<Side, ReadonlySet<string>>>;

export type LinkedPair = Pick<Link, 'id' | 'officerndId' | 'hubspotId'>;

export interface NewLink {
  readonly entity: Entity;
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly origin: LinkOrigin;
  readonly run: string;
  readonly linkedAt: string;
  readonly pairedAt: string;
  /** D1: the decision by which the link is made. */
  readonly decision?: string;
}

/** The filter for active links that suits the index `inOrder`. */
const inUse = (entity: Entity) => ({ entity, state: 'active', reason: null }) as const;

/** The `links` of one tenant. */
export function createLinks(scope: Scope): Links {
  const collection = scope.collection<LinkDocument>('links');
  const { tenant } = scope;
  const pageOf = (filter: Filter<LinkDocument>, request: PageRequest) =>
    collection.find(
      { tenant, ...filter, ...afterCursor('id', request) },
      { hint: 'inOrder', sort: { id: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
    );
  return {
    pagePairs: async (entity, request) => {
      const found = await pageOf(inUse(entity), request).project<Pick<Link, 'id'>>({ _id: 0, id: 1 }).toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: ({ id }) => ({ id, ...pairOf(id) }) });
    },
    pageRetired: async (entity, reason, request) => {
      const found = await pageOf({ entity, state: 'retired', reason }, request).toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toLink });
    },
    retiredOf: async (entity, { officerndIds, hubspotIds }) => {
      if (officerndIds.length === 0 && hubspotIds.length === 0) return [];
      const either = [{ officerndId: { $in: officerndIds } }, { hubspotId: { $in: hubspotIds } }];
      const found = await Promise.all(either.map((ids) => collection.find({ tenant, entity, state: 'retired', ...ids }).toArray()));
      return [...new Map(found.flat().map((link) => [link.id, toLink(link)])).values()];
    },
    livesOf: async (entity, { officerndIds, hubspotIds }) => {
      const either = [{ officerndId: { $in: officerndIds } }, { hubspotId: { $in: hubspotIds } }];
      const found = await Promise.all(
        either.flatMap((ids) => [
          collection.find({ tenant, entity, state: 'active', ...ids }).toArray(),
          collection.find({ tenant, entity, state: 'retired', ...ids }).toArray(),
        ]),
      );
      const each = new Map(found.flat().map((link) => [link.id, link]));
      return [...each.values()].map((link) => ({ ...toLink(link), linkedRun: link.linkedRun, retiredRun: link.retiredRun }));
    },
    linkedAmong: (side, entity, ids) => {
      const [field, hint] =
        side === 'hubspot' ? (['hubspotId', 'activeHubSpotId'] as const) : (['officerndId', 'activeOfficerndId'] as const);
      return among(collection, ids, { filter: { tenant, entity, state: 'active', [field]: { $in: ids } }, hint, field });
    },
    activeByHubSpotIds: async (entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = await collection
        .find({ tenant, entity, state: 'active', hubspotId: { $in: ids } }, { hint: 'activeHubSpotId', ...inOneAnswer(ids.length) })
        .toArray();
      return new Map(found.map((link) => [link.hubspotId, toLink(link)]));
    },
    activeByOfficerndIds: async (entity, ids) => {
      if (ids.length === 0) return new Map();
      const found = await collection
        .find({ tenant, entity, state: 'active', officerndId: { $in: ids } }, { hint: 'activeOfficerndId', ...inOneAnswer(ids.length) })
        .toArray();
      return new Map(found.map((link) => [link.officerndId, toLink(link)]));
    },
    activate: async (pairs) => {
      const added = pairs.map((pair) => toDocument(scope, pair));
      // Inserting is much faster than upserting. A pair that is refused exists already, or one of its records has a link (L13).
      const known = await refusedBy(pairs, () => collection.insertMany(added, { ordered: false }));
      const activations = known.map((pair) => activation(scope, pair));
      return { refused: await refusedBy(known, () => collection.bulkWrite(activations, { ordered: false })) };
    },
    retire: async (id, reason, run) => {
      await collection.updateOne({ _id: idIn(scope, id), state: 'active' }, endOf(reason, run));
    },
    retireUndone: async (id, run) => {
      const undone = { state: 'retired', reason: null, retiredRun: run, undoneBy: run } as const;
      await collection.updateOne({ _id: idIn(scope, id), state: 'active' }, { $set: undone });
    },
    undoneRecords: async (entity) => {
      const found = await collection
        .find({ tenant, entity, undoneBy: { $gt: '' } }, { hint: 'undone', projection: { officerndId: 1, hubspotId: 1 } })
        .toArray();
      return { officernd: new Set(found.map(({ officerndId }) => officerndId)), hubspot: new Set(found.map(({ hubspotId }) => hubspotId)) };
    },
    byIds: async (ids) => {
      if (ids.length === 0) return new Map();
      const found = await collection.find({ _id: { $in: ids.map((id) => idIn(scope, id)) } }, inOneAnswer(ids.length)).toArray();
      return new Map(
        found.map((link) => {
          const { linkedRun, retiredRun, reopened } = link;
          return [link.id, { ...toLink(link), linkedRun, retiredRun, reopened }];
        }),
      );
    },
    relink: async (oldId, pair) => {
      const relinking = scope.transaction(async (session) => {
        await collection.updateOne({ _id: idIn(scope, oldId), state: 'active' }, endOf('merged', pair.run), { session });
        await collection.bulkWrite([activation(scope, pair)], { session });
      });
      return (await unlessDuplicate(relinking.then(() => true))) ?? false;
    },
    countActive: (entity) => collection.countDocuments({ tenant, entity, state: 'active' }, { hint: 'inOrder' }),
  };
}

function toDocument(scope: Scope, pair: NewLink): LinkDocument {
  const { entity, officerndId, hubspotId, origin, linkedAt, pairedAt, run, decision } = pair;
  const id = pairId(entity, officerndId, hubspotId);
  return {
    ...headerOf(scope, id, scope.expiry()),
    id,
    entity,
    officerndId,
    hubspotId,
    state: 'active',
    reason: null,
    origin,
    linkedAt,
    pairedAt,
    linkedRun: run,
    retiredRun: null,
    settled: null,
    officerndHash: null,
    hubspotHash: null,
    reopened: 0,
    ...(decision !== undefined && { decision }),
  };
}

/** The update that makes a pair an active link. A link that is already active keeps its origin and its dates. */
function activation(scope: Scope, pair: NewLink): AnyBulkWriteOperation<LinkDocument> {
  const { _id, origin, linkedRun, settled, officerndHash, hubspotHash, reopened, linkedAt, pairedAt, decision, ...always } = toDocument(
    scope,
    pair,
  );
  const isActive = { $eq: ['$state', 'active'] };
  const unlessActive = (field: string, value: unknown) => ({ $cond: [isActive, `$${field}`, literal(value)] });
  const set = {
    ...literals(always),
    origin: unlessActive('origin', origin),
    linkedRun: unlessActive('linkedRun', linkedRun),
    settled: unlessActive('settled', settled),
    officerndHash: unlessActive('officerndHash', officerndHash),
    hubspotHash: unlessActive('hubspotHash', hubspotHash),
    // A comparison from before the link's retirement must not settle it now.
    reopened: { $add: [{ $ifNull: ['$reopened', reopened] }, { $cond: [{ $eq: ['$state', 'retired'] }, 1, 0] }] },
    linkedAt: origin === 'restored' ? { $ifNull: ['$linkedAt', literal(linkedAt)] } : unlessActive('linkedAt', linkedAt),
    pairedAt: unlessActive('pairedAt', pairedAt),
    decision: decision === undefined ? { $cond: [isActive, '$decision', '$$REMOVE'] } : unlessActive('decision', decision),
  };
  return { updateOne: { filter: { _id }, update: [{ $set: set }, { $unset: ['undoneBy'] }], upsert: true } };
}
