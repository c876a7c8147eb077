import { entities } from '../domain/entity';
import type { Scope } from './scope';
import type { LinkDocument } from './link-document';
import { SOME_TEXT } from './observation-document';
import type { ObservationDocument } from './observation-document';

/** Signs that another program writes link ids. */
export interface SecondWriters {
  /** Active links, and how many of their OfficeRnD records were last read with the link id of another HubSpot record. */
  readonly countChangedLinkIds: (portalId: string) => Promise<{ readonly active: number; readonly changed: number }>;
}

/** Signs of second writers of one tenant. MongoDB itself compares, so that no record comes to this process. */
export function createSecondWriters(scope: Scope): SecondWriters {
  const links = scope.collection<LinkDocument>('links');
  const { collectionName: observations } = scope.collection<ObservationDocument>('observations');
  const { tenant } = scope;
  const active = { tenant, entity: { $in: [...entities] }, state: 'active' } as const;
  return {
    countChangedLinkIds: async (portalId) => {
      const own = { $concat: [portalId, '-', '$hubspotId'] };
      const changed = await links
        .aggregate<{ readonly count: number }>([
          { $match: active },
          { $set: { record: { $concat: [tenant, '/officernd/', '$entity', '/', '$officerndId'] } } },
          { $lookup: { from: observations, localField: 'record', foreignField: '_id', as: 'seen' } },
          { $set: { linkId: { $first: '$seen.linkId' } } },
          { $match: { linkId: SOME_TEXT, $expr: { $ne: ['$linkId', own] } } },
          { $count: 'count' },
        ])
        .toArray();
      return { active: await links.countDocuments(active, { hint: 'inOrder' }), changed: changed[0]?.count ?? 0 };
    },
  };
}
