import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';

/** `gaps`: feeds of a tenant that have lost hints. Only a full run finds what they would have told (T5). */
export interface Gaps {
  /** Notes that hints were lost. Repeating moves the gap's end. */
  readonly note: (by: string, now: Date) => Promise<void>;
  /** Whether hints were lost that no full run has made up for. */
  readonly areAny: () => Promise<boolean>;
  /** Forgets gaps that ended before this time: a full run that began then has read everything. */
  readonly closeBefore: (time: Date) => Promise<void>;
}

interface GapDocument extends StoredDocument {
  readonly by: string;
  readonly lastAt: Date;
}

export const gapsSpec: schema.CollectionSpec = {
  name: 'gaps',
  fields: { by: schema.text, lastAt: schema.date },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, lastAt: 1 } }],
};

/** The `gaps` of one tenant, one for each feed. */
export function createGaps(scope: Scope): Gaps {
  const collection = scope.collection<GapDocument>('gaps');
  return {
    note: async (by, now) => {
      const { _id: _name, ...header } = headerOf(scope, by, scope.expiry());
      await collection.updateOne({ _id: idIn(scope, by) }, { $set: { ...header, by }, $max: { lastAt: now } }, { upsert: true });
    },
    areAny: async () => (await collection.findOne({ tenant: scope.tenant }, { projection: { _id: 1 } })) !== null,
    closeBefore: async (time) => {
      await collection.deleteMany({ tenant: scope.tenant, lastAt: { $lt: time } });
    },
  };
}
