import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';

/** `canaries`: whether writing to an entity's OfficeRnD records was proven to do what it should (S2). */
export interface Canaries {
  readonly of: (entity: Entity) => Promise<Canary | null>;
  readonly put: (entity: Entity, canary: Canary) => Promise<void>;
}

export interface Canary {
  /** The configuration that all of this is true of. */
  readonly mappingHash: string;
  /** When a first write was proven right, and by which version of the program; null before that. */
  readonly proof: { readonly version: string; readonly at: Date } | null;
  /** Fields in which a person has accepted surprises, by resuming the run (S1). */
  readonly accepted: readonly string[];
  /** The surprise that has blocked a run last. */
  readonly told: ToldSurprise | null;
}

export interface ToldSurprise {
  readonly run: string;
  readonly at: Date;
  readonly fields: readonly string[];
  readonly message: string;
}

interface CanaryDocument extends StoredDocument, Canary {
  readonly entity: Entity;
}

export const canariesSpec: schema.CollectionSpec = {
  name: 'canaries',
  fields: {
    entity: schema.oneOf(entities),
    mappingHash: schema.text,
    proof: schema.orNull(schema.object({ version: schema.text, at: schema.date })),
    accepted: schema.texts,
    told: schema.orNull(schema.object({ run: schema.text, at: schema.date, fields: schema.texts, message: schema.text })),
  },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, entity: 1 } }],
};

/** The `canaries` of one tenant, one for each entity. They belong to its pair (B1). */
export function createCanaries(scope: Scope): Canaries {
  const collection = scope.collection<CanaryDocument>('canaries');
  return {
    of: async (entity) => {
      const found = await collection.findOne({ _id: idIn(scope, entity) });
      if (found === null) return null;
      const { mappingHash, proof, accepted, told } = found;
      return { mappingHash, proof, accepted, told };
    },
    put: async (entity, { mappingHash, proof, accepted, told }) => {
      const document = { ...headerOf(scope, entity, scope.expiry()), entity, mappingHash, proof, accepted, told };
      await collection.replaceOne({ _id: document._id }, document, { upsert: true });
    },
  };
}
