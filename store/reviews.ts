import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { Review, ReviewKind } from '../domain/review';
import { afterCursor, fetchLimit, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn, literal, literals } from './scope';
import { writeAll } from './writes';

/** `reviews`: cases that wait for a person. */
export interface Reviews {
  /** Opens reviews, or notes that this run found open ones again. A dismissed review stays dismissed. */
  readonly open: (run: string, reviews: readonly Review[], now: Date) => Promise<void>;
  /** Reviews of this run that name one of these records. Dismissed ones are included, because their case still exists. */
  readonly ofRun: (
    run: string,
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly Review[]>;
  /** Reviews that name one of these records and are not over, whatever run has found them. */
  readonly ofRecords: (
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly Review[]>;
  /** Closes an entity's reviews of these kinds that this run has not found again. If a closed case comes back later, it is open again. */
  readonly closeUnseen: (run: string, entity: Entity, kinds: readonly ReviewKind[], now: Date) => Promise<number>;
  /** Closes open reviews that a person has answered (D1). A run that finds such a case again opens it again. */
  readonly close: (ids: readonly string[], now: Date) => Promise<void>;
  /** Hides an open case until it changes; syncs are not affected. Returns false when there is no such open review. */
  readonly dismiss: (id: string, now: Date) => Promise<boolean>;
  readonly countOpen: () => Promise<number>;
  readonly listOpen: (request: PageRequest) => Promise<Page<Review>>;
  /** The same, each with the time since when it is open. */
  readonly standing: (request: PageRequest) => Promise<Page<StandingReview>>;
}

export interface StandingReview extends Review {
  readonly openedAt: Date;
}

/** A review as it is stored. */
export interface ReviewDocument extends StoredDocument, Omit<Review, 'officerndIds' | 'hubspotIds'> {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
  /** `dismissed`: a person has hidden the case, and it still exists. */
  readonly state: 'open' | 'dismissed' | 'closed';
  /** The last run that found the case. */
  readonly seenRun: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

export const reviewsSpec: schema.CollectionSpec = {
  name: 'reviews',
  fields: {
    id: schema.text,
    entity: schema.oneOf(entities),
    kind: schema.text,
    rule: schema.text,
    officerndIds: schema.texts,
    hubspotIds: schema.texts,
    state: schema.oneOf(['open', 'dismissed', 'closed']),
    seenRun: schema.text,
    openedAt: schema.date,
    closedAt: schema.dateOrNull,
  },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, state: 1, id: 1 } },
    { name: 'byOfficerndId', key: { tenant: 1, entity: 1, state: 1, seenRun: 1, officerndIds: 1 } },
    { name: 'byHubSpotId', key: { tenant: 1, entity: 1, state: 1, seenRun: 1, hubspotIds: 1 } },
  ],
};

/** The states of a review whose case still exists. */
const NOT_CLOSED: readonly ReviewDocument['state'][] = ['open', 'dismissed'];

/** The `reviews` of one tenant. Open ones stay; closed ones are history and expire. */
export function createReviews(scope: Scope): Reviews {
  const collection = scope.collection<ReviewDocument>('reviews');
  const { tenant } = scope;
  const openOnes = (request: PageRequest): Promise<ReviewDocument[]> =>
    collection.find({ tenant, state: 'open', ...afterCursor('id', request) }, { sort: { id: 1 }, limit: fetchLimit(request) }).toArray();
  return {
    open: (run, reviews, now) =>
      writeAll(
        collection,
        reviews.map(({ id, entity, kind, rule, officerndIds, hubspotIds }) => {
          const { _id, ...header } = headerOf(scope, id, scope.expiry());
          const found = { id, entity, kind, rule, officerndIds, hubspotIds, seenRun: run };
          const isDismissed = { $eq: ['$state', 'dismissed'] };
          const set = {
            ...literals({ ...header, ...found }),
            state: { $cond: [isDismissed, 'dismissed', 'open'] },
            closedAt: { $cond: [isDismissed, '$closedAt', null] },
            openedAt: { $ifNull: ['$openedAt', literal(now)] },
          };
          return { updateOne: { filter: { _id }, update: [{ $set: set }], upsert: true } };
        }),
      ),
    ofRun: async (run, entity, { officerndIds, hubspotIds }) => {
      const found = { tenant, entity, state: { $in: NOT_CLOSED }, seenRun: run };
      const either = [
        { ...found, officerndIds: { $in: officerndIds } },
        { ...found, hubspotIds: { $in: hubspotIds } },
      ];
      return (await collection.find({ $or: either }).toArray()).map(toReview);
    },
    ofRecords: async (entity, { officerndIds, hubspotIds }) => {
      const found = { tenant, entity, state: { $in: NOT_CLOSED } };
      const either = await Promise.all([
        collection.find({ ...found, officerndIds: { $in: officerndIds } }, { hint: 'byOfficerndId' }).toArray(),
        collection.find({ ...found, hubspotIds: { $in: hubspotIds } }, { hint: 'byHubSpotId' }).toArray(),
      ]);
      return [...new Map(either.flat().map((review) => [review.id, toReview(review)])).values()];
    },
    closeUnseen: async (run, entity, kinds, now) => {
      const { modifiedCount } = await collection.updateMany(
        { tenant, entity, state: { $in: NOT_CLOSED }, seenRun: { $ne: run }, kind: { $in: kinds } },
        { $set: { state: 'closed', closedAt: now, expiresAt: scope.historyExpiry() } },
      );
      return modifiedCount;
    },
    close: async (ids, now) => {
      if (ids.length === 0) return;
      const set = { state: 'closed', closedAt: now, expiresAt: scope.historyExpiry() } as const;
      await collection.updateMany({ _id: { $in: ids.map((id) => idIn(scope, id)) }, state: 'open' }, { $set: set });
    },
    dismiss: async (id, now) => {
      // A run that finds the case again keeps it from expiring (`open`). A merge is found only once, so its case expires.
      const set = { state: 'dismissed', closedAt: now, expiresAt: scope.historyExpiry() } as const;
      return (await collection.updateOne({ _id: idIn(scope, id), state: 'open' }, { $set: set })).modifiedCount > 0;
    },
    countOpen: () => collection.countDocuments({ tenant, state: 'open' }),
    listOpen: async (request) => toPage(await openOnes(request), request, { cursorOf: ({ id }) => id, read: toReview }),
    standing: async (request) =>
      toPage(await openOnes(request), request, {
        cursorOf: ({ id }) => id,
        read: (document) => ({ ...toReview(document), openedAt: document.openedAt }),
      }),
  };
}

/** The review without the store's own fields. */
export const toReview = ({ id, entity, kind, rule, officerndIds, hubspotIds }: ReviewDocument): Review => ({
  id,
  entity,
  kind,
  rule,
  officerndIds,
  hubspotIds,
});
