import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { HubSpotId } from '../domain/ids';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { writeAll } from './writes';

/** `suppressions`: HubSpot records whose OfficeRnD record was deleted in OfficeRnD (U5). */
export interface Suppressions {
  readonly add: (entity: Entity, ids: readonly HubSpotId[], run: string, now: Date) => Promise<void>;
  readonly among: (entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlySet<HubSpotId>>;
  readonly remove: (entity: Entity, ids: readonly HubSpotId[]) => Promise<void>;
  /** Removes those that a run has added (X2). */
  readonly removeOf: (run: string, entity: Entity, ids: readonly HubSpotId[]) => Promise<void>;
}

interface SuppressionDocument extends StoredDocument {
  readonly entity: Entity;
  readonly hubspotId: string;
  readonly run: string;
  readonly at: Date;
}

export const suppressionsSpec: schema.CollectionSpec = {
  name: 'suppressions',
  fields: { entity: schema.oneOf(entities), hubspotId: schema.text, run: schema.text, at: schema.date },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, entity: 1 } }],
};

/** The `suppressions` of one tenant, read and written by id. */
export function createSuppressions(scope: Scope): Suppressions {
  const collection = scope.collection<SuppressionDocument>('suppressions');
  const idsOf = (entity: Entity, ids: readonly HubSpotId[]) => ({ _id: { $in: ids.map((id) => idIn(scope, `${entity}/${id}`)) } });
  return {
    add: (entity, ids, run, now) =>
      writeAll(
        collection,
        ids.map((hubspotId) => {
          const { _id, ...header } = headerOf(scope, `${entity}/${hubspotId}`, scope.expiry());
          return { updateOne: { filter: { _id }, update: { $setOnInsert: { ...header, entity, hubspotId, run, at: now } }, upsert: true } };
        }),
      ),
    among: async (entity, ids) => new Set((await collection.find(idsOf(entity, ids)).toArray()).map(({ hubspotId }) => hubspotId)),
    remove: async (entity, ids) => {
      if (ids.length === 0) return;
      await collection.deleteMany(idsOf(entity, ids));
    },
    removeOf: async (run, entity, ids) => {
      if (ids.length > 0) await collection.deleteMany({ ...idsOf(entity, ids), run });
    },
  };
}
