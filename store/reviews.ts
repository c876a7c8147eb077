import { entities } from '../domain/entity';
import type { Review } from '../domain/review';
import { afterCursor, fetchLimit, toPage } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import type { Reviews } from './store';
import { writeAll } from './writes';

interface ReviewDocument extends StoredDocument, Omit<Review, 'officerndIds' | 'hubspotIds'> {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
  readonly state: 'open' | 'closed';
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
    state: schema.oneOf(['open', 'closed']),
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

/** The `reviews` of one tenant. Open ones stay, closed ones are history that expires. */
export function createReviews(scope: Scope): Reviews {
  const collection = scope.collection<ReviewDocument>('reviews');
  const { tenant } = scope;
  return {
    open: (run, reviews, now) =>
      writeAll(
        collection,
        reviews.map(({ id, entity, kind, rule, officerndIds, hubspotIds }) => {
          const { _id, ...header } = headerOf(scope, id, scope.expiry());
          const found = { id, entity, kind, rule, officerndIds, hubspotIds, state: 'open', seenRun: run, closedAt: null } as const;
          return {
            updateOne: { filter: { _id }, update: { $set: { ...header, ...found }, $setOnInsert: { openedAt: now } }, upsert: true },
          };
        }),
      ),
    ofRun: async (run, entity, { officerndIds, hubspotIds }) => {
      const open = { tenant, entity, state: 'open', seenRun: run } as const;
      const either = [
        { ...open, officerndIds: { $in: officerndIds } },
        { ...open, hubspotIds: { $in: hubspotIds } },
      ];
      return (await collection.find({ $or: either }).toArray()).map(toReview);
    },
    closeUnseen: async (run, entity, kinds, now) => {
      const { modifiedCount } = await collection.updateMany(
        { tenant, entity, state: 'open', seenRun: { $ne: run }, kind: { $in: kinds } },
        { $set: { state: 'closed', closedAt: now, expiresAt: scope.historyExpiry() } },
      );
      return modifiedCount;
    },
    countOpen: () => collection.countDocuments({ tenant, state: 'open' }),
    listOpen: async (request) => {
      const found = await collection
        .find({ tenant, state: 'open', ...afterCursor('id', request) }, { sort: { id: 1 }, limit: fetchLimit(request) })
        .toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toReview });
    },
  };
}

const toReview = ({ id, entity, kind, rule, officerndIds, hubspotIds }: ReviewDocument): Review => ({
  id,
  entity,
  kind,
  rule,
  officerndIds,
  hubspotIds,
});
