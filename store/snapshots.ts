import { entities } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { FieldBase, SideBase, Snapshot } from '../domain/link';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import type { StoredJson } from './stored-json';
import { fromStoredJson, toStoredJson } from './stored-json';
import { refusedBy } from './writes';

/** `snapshots`: the base of each link, by link id. It is kept when the link is retired (U6). */
export interface Snapshots {
  readonly byLinkIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, Snapshot>>;
  /** Those of these fields of which some link's base holds a value of OfficeRnD's. */
  readonly heldFields: (entity: Entity, keys: readonly string[]) => Promise<readonly string[]>;
  /** The number of active links whose base holds a value of one side in a field (M6). It looks through all bases of the entity. */
  readonly countHolding: (entity: Entity, side: Side, key: string) => Promise<number>;
  /** Replaces the snapshots of these links. */
  readonly save: (snapshots: ReadonlyMap<string, Snapshot>, entity: Entity) => Promise<void>;
  /**
   * The same, for bases that a slice with this fence saves (`Fences`). Those that a later slice has saved stay. A base that a frozen attempt
   * saves when it wakes up is older.
   */
  readonly asSavedAt: (fence: number) => Snapshots;
}

interface SnapshotDocument extends StoredDocument {
  readonly entity: Entity;
  readonly linkId: string;
  readonly fields: readonly StoredField[];
  /** The fence of the slice that saved it (`Fences`). Absent in documents of an earlier release, and in the copies of previews. */
  readonly savedAt?: number;
}

/** One field of a snapshot. Fields are a list, because their keys contain dots. */
interface StoredField {
  readonly k: string;
  readonly mark?: string;
  readonly officernd: StoredSide;
  readonly hubspot: StoredSide;
}

interface StoredSide {
  readonly canonical: string | null;
  readonly raw: StoredJson;
}

const side = schema.object({ canonical: schema.textOrNull, raw: schema.json });

/** The field that orders the savings of a tenant. A preview counts fences of its own, so its copies leave it out. */
export const SAVED_AT = 'savedAt';

/** Snapshots are read and written by `_id`, which holds the link id. The index is for queries about a whole tenant. */
export const snapshotsSpec: schema.CollectionSpec = {
  name: 'snapshots',
  fields: {
    entity: schema.oneOf(entities),
    linkId: schema.text,
    fields: schema.listOf(schema.object({ k: schema.text, officernd: side, hubspot: side }, { mark: schema.text })),
  },
  optional: { [SAVED_AT]: schema.count },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, entity: 1 } }],
};

/** The `snapshots` of one tenant. */
export function createSnapshots(scope: Scope, savedAt: number | null = null): Snapshots {
  const collection = scope.collection<SnapshotDocument>('snapshots');
  return {
    byLinkIds: async (ids) => {
      if (ids.length === 0) return new Map();
      const found = await collection.find({ _id: { $in: ids.map((id) => idIn(scope, id)) } }).toArray();
      return new Map(found.map(({ linkId, fields }) => [linkId, toSnapshot(fields)]));
    },
    heldFields: async (entity, keys) => {
      const held = (among: readonly string[]) =>
        collection.findOne(
          { tenant: scope.tenant, entity, fields: { $elemMatch: { k: { $in: [...among] }, 'officernd.canonical': { $ne: null } } } },
          { projection: { _id: 1 } },
        );
      // One look through the bases is enough where none holds any of them, as mostly.
      if (keys.length === 0 || (await held(keys)) === null) return [];
      const found = await Promise.all(keys.map(async (key) => ((await held([key])) === null ? [] : [key])));
      return found.flat();
    },
    countHolding: async (entity, of, key) => {
      // A snapshot and its link have one name. A retired link keeps its snapshot.
      const link = { from: scope.collection('links').collectionName, localField: '_id', foreignField: '_id', as: 'link' };
      const [found] = await collection
        .aggregate<{ readonly count: number }>([
          { $match: { tenant: scope.tenant, entity, fields: { $elemMatch: { k: key, [`${of}.canonical`]: { $ne: null } } } } },
          { $project: { _id: 1 } },
          { $lookup: link },
          { $match: { 'link.state': 'active' } },
          { $count: 'count' },
        ])
        .toArray();
      return found?.count ?? 0;
    },
    save: async (snapshots, entity) => {
      const isNotNewer = savedAt === null ? {} : { savedAt: { $not: { $gt: savedAt } } };
      const saves = [...snapshots].map(([linkId, snapshot]) => {
        const header = headerOf(scope, linkId, scope.expiry());
        const replacement = { ...header, entity, linkId, fields: toFields(snapshot), ...(savedAt !== null && { savedAt }) };
        return { replaceOne: { filter: { _id: header._id, ...isNotNewer }, replacement, upsert: true } };
      });
      const save = (some: typeof saves) => refusedBy(some, () => collection.bulkWrite(some, { ordered: false }));
      // A base that a later slice has saved does not match, and its index refuses the insertion. The second time shows that it was no race
      // with an earlier one.
      await save([...(await save(saves))]);
    },
    asSavedAt: (fence) => createSnapshots(scope, fence),
  };
}

const toFields = (snapshot: Snapshot): readonly StoredField[] =>
  Object.entries(snapshot).map(([k, base]) => ({
    k,
    ...(base.mark !== undefined && { mark: base.mark }),
    officernd: toSide(base.officernd),
    hubspot: toSide(base.hubspot),
  }));

const toSnapshot = (fields: readonly StoredField[]): Snapshot =>
  Object.fromEntries(
    fields.map(({ k, mark, officernd, hubspot }): [string, FieldBase] => [
      k,
      { ...(mark !== undefined && { mark }), officernd: fromSide(officernd), hubspot: fromSide(hubspot) },
    ]),
  );

const toSide = ({ canonical, raw }: SideBase): StoredSide => ({ canonical, raw: toStoredJson(raw) });

const fromSide = ({ canonical, raw }: StoredSide): SideBase => ({ canonical, raw: fromStoredJson(raw) });
