import type { Db } from 'mongodb';
import type { JsonValue } from '../domain/json';
import { SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';
import type { StoredJson } from './stored-json';
import { fromStoredJson, toStoredJson } from './stored-json';

export interface StoredTenant {
  readonly tenant: string;
  /** The parsed tenant file, with references to secrets. */
  readonly config: JsonValue;
  readonly updatedAt: Date;
}

export interface Tenants {
  readonly put: (tenant: string, config: JsonValue, now: Date) => Promise<void>;
  readonly get: (tenant: string) => Promise<StoredTenant | null>;
  readonly list: () => Promise<readonly StoredTenant[]>;
  /** Removes the tenant and all its data. Returns false when there was no such tenant. */
  readonly remove: (tenant: string) => Promise<boolean>;
}

interface TenantDocument extends StoredDocument {
  readonly config: StoredJson;
  readonly updatedAt: Date;
}

export const tenantsSpec: schema.CollectionSpec = {
  name: 'tenants',
  fields: { config: schema.json, updatedAt: schema.date },
  indexes: [],
};

/** The `tenants`. `dataCollections` names all collections that hold a tenant's data. */
export function createTenants(db: Db, dataCollections: readonly string[]): Tenants {
  const collection = db.collection<TenantDocument>('tenants');
  return {
    put: async (tenant, config, now) => {
      const document = { schemaVersion: SCHEMA_VERSION, tenant, expiresAt: null, config: toStoredJson(config), updatedAt: now };
      await collection.replaceOne({ _id: tenant }, document, { upsert: true });
    },
    get: async (tenant) => {
      const found = await collection.findOne({ _id: tenant });
      return found === null ? null : toTenant(found);
    },
    list: async () => (await collection.find({}, { sort: { _id: 1 } }).toArray()).map(toTenant),
    remove: async (tenant) => {
      // The tenant itself is removed last: if this is interrupted, a second call finishes the work.
      const names = [tenant, ...(await setAside(db, tenant))];
      for (const name of dataCollections) await db.collection<StoredDocument>(name).deleteMany({ tenant: { $in: names } });
      return (await collection.deleteOne({ _id: tenant })).deletedCount > 0;
    },
  };
}

/** The names under which data of other pairs of the tenant are set aside (B1). A tenant's name needs no escaping. */
const setAside = async (db: Db, tenant: string): Promise<readonly string[]> =>
  (
    await db
      .collection<StoredDocument>('pairs')
      .find({ _id: { $regex: `^${tenant}@` } }, { projection: { tenant: 1 } })
      .toArray()
  ).map((one) => one.tenant);

const toTenant = ({ tenant, config, updatedAt }: TenantDocument): StoredTenant => ({ tenant, config: fromStoredJson(config), updatedAt });
