import * as schema from './schema';
import { headerOf, idIn } from './scope';
import type { Scope, StoredDocument } from './scope';
import { unlessDuplicate } from './writes';

/** The standing of one feed of a tenant: of a source of hints that is asked again and again. */
export interface FeedStanding {
  readonly name: string;
  /** Where the feed goes on, in its own words; null at its very beginning. */
  readonly place: string | null;
  /** The end of its last look that succeeded. */
  readonly lastAt: Date | null;
  /** Why it does not get on, in one sentence; null while all is well. */
  readonly lastError: string | null;
}

/** The `feeds` of one tenant. Only the holder of the newest term of a feed's lease changes them. */
export interface Feeds {
  /**
   * Takes a feed over: from now on, holders of earlier terms change nothing. Returns its standing, also where it is new. Null when a later
   * term has it.
   */
  readonly place: (name: string, term: number) => Promise<FeedStanding | null>;
  /** Moves the place. The hints up to it must be stored (T1). Returns false when a later term has the feed. */
  readonly setPlace: (name: string, place: string, term: number) => Promise<boolean>;
  /** Notes the end of a look: when it succeeded, or why it did not. */
  readonly noteLook: (name: string, term: number, end: { readonly at: Date } | { readonly error: string }) => Promise<void>;
  /** All feeds of the tenant, by name. */
  readonly standings: () => Promise<readonly FeedStanding[]>;
}

interface FeedDocument extends StoredDocument, FeedStanding {
  readonly term: number;
}

export const feedsSpec: schema.CollectionSpec = {
  name: 'feeds',
  fields: {
    name: schema.text,
    place: schema.textOrNull,
    lastAt: schema.dateOrNull,
    lastError: schema.textOrNull,
    term: schema.count,
  },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, name: 1 } }],
};

/** A feed that nobody has looked at for this time is forgotten. No vendor keeps its own list as long. */
const IDLE_MS = 30 * 86_400_000;

export function createFeeds(scope: Scope): Feeds {
  const collection = scope.collection<FeedDocument>('feeds');
  const { tenant } = scope;
  const heldAt = (name: string, term: number) => ({ _id: idIn(scope, name), term: { $lte: term } });
  const expiresAt = (): Date => new Date(scope.now().getTime() + IDLE_MS);
  return {
    place: async (name, term) => {
      const { _id, expiresAt: until, ...header } = headerOf(scope, name, expiresAt());
      const first = { ...header, name, place: null, lastAt: null, lastError: null };
      // The document of a later term does not match, and its index refuses the insertion.
      const found = await unlessDuplicate(
        collection.findOneAndUpdate(
          heldAt(name, term),
          { $set: { term, expiresAt: until }, $setOnInsert: first },
          { upsert: true, returnDocument: 'after' },
        ),
      );
      return found === null ? null : toStanding(found);
    },
    setPlace: async (name, place, term) => {
      const { matchedCount } = await collection.updateOne(heldAt(name, term), { $set: { place, expiresAt: expiresAt() } });
      return matchedCount > 0;
    },
    noteLook: async (name, term, end) => {
      const noted = 'at' in end ? { lastAt: end.at, lastError: null } : { lastError: end.error };
      await collection.updateOne(heldAt(name, term), { $set: { ...noted, expiresAt: expiresAt() } });
    },
    standings: async () => (await collection.find({ tenant }, { sort: { name: 1 } }).toArray()).map(toStanding),
  };
}

const toStanding = ({ name, place, lastAt, lastError }: FeedDocument): FeedStanding => ({ name, place, lastAt, lastError });
