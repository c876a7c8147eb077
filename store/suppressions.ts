import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { HubSpotId } from '../domain/ids';
import { erasedId } from './erased-id';
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

/** A suppression as it is stored. After an erasure, the record's hash stands for its id. */
export interface SuppressionDocument extends StoredDocument {
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

/** The `suppressions` of one tenant, read and written by id, or by the hash that an erasure has left of it. */
export function createSuppressions(scope: Scope): Suppressions {
  const collection = scope.collection<SuppressionDocument>('suppressions');
  const namesOf = (entity: Entity, id: HubSpotId) => [id, erasedId('hubspot', entity, id)];
  const idsOf = (entity: Entity, ids: readonly HubSpotId[]) => ({
    _id: { $in: ids.flatMap((id) => namesOf(entity, id).map((name) => idIn(scope, `${entity}/${name}`))) },
  });
  return {
    add: (entity, ids, run, now) =>
      writeAll(
        collection,
        ids.map((hubspotId) => {
          const { _id, ...header } = headerOf(scope, `${entity}/${hubspotId}`, scope.expiry());
          return { updateOne: { filter: { _id }, update: { $setOnInsert: { ...header, entity, hubspotId, run, at: now } }, upsert: true } };
        }),
      ),
    among: async (entity, ids) => {
      const found = new Set((await collection.find(idsOf(entity, ids)).toArray()).map(({ hubspotId }) => hubspotId));
      return new Set(found.size === 0 ? [] : ids.filter((id) => namesOf(entity, id).some((name) => found.has(name))));
    },
    remove: async (entity, ids) => {
      if (ids.length === 0) return;
      await collection.deleteMany(idsOf(entity, ids));
    },
    removeOf: async (run, entity, ids) => {
      if (ids.length > 0) await collection.deleteMany({ ...idsOf(entity, ids), run });
    },
  };
}
