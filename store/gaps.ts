import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';

/** `gaps`: feeds of a tenant that have lost hints. Only a full run finds what they would have told (T5). */
export interface Gaps {
  /** Notes that hints were lost. Repeating moves the gap's end. */
  readonly note: (by: string, now: Date) => Promise<void>;
  /** Whether a full run has to be asked for. It is noted as asked for then; one that did not come is asked for again some hours later. */
  readonly ask: (now: Date) => Promise<boolean>;
  /** Forgets gaps that ended before this time: a full run that began then has read everything. */
  readonly closeBefore: (time: Date) => Promise<void>;
}

interface GapDocument extends StoredDocument {
  readonly by: string;
  /** When a full run was asked for; null before that. */
  readonly askedAt: Date | null;
  readonly lastAt: Date;
}

export const gapsSpec: schema.CollectionSpec = {
  name: 'gaps',
  fields: { by: schema.text, lastAt: schema.date, askedAt: schema.dateOrNull },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, lastAt: 1 } }],
};

/** A full run of a large tenant takes hours. */
const ASKED_AGAIN_MS = 6 * 60 * 60_000;

/** The `gaps` of one tenant, one for each feed. */
export function createGaps(scope: Scope): Gaps {
  const collection = scope.collection<GapDocument>('gaps');
  return {
    note: async (by, now) => {
      const { _id: _name, ...header } = headerOf(scope, by, scope.expiry());
      await collection.updateOne(
        { _id: idIn(scope, by) },
        { $set: { ...header, by, askedAt: null }, $max: { lastAt: now } },
        { upsert: true },
      );
    },
    ask: async (now) => {
      const again = new Date(now.getTime() - ASKED_AGAIN_MS);
      const due = { tenant: scope.tenant, $or: [{ askedAt: null }, { askedAt: { $lt: again } }] };
      return (await collection.updateMany(due, { $set: { askedAt: now } })).modifiedCount > 0;
    },
    closeBefore: async (time) => {
      await collection.deleteMany({ tenant: scope.tenant, lastAt: { $lt: time } });
    },
  };
}
