import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { connectStore } from '../../store/connect';
import type { Store, TenantStore } from '../../store/store';

export interface TestStore {
  readonly store: Store;
  /** The database of the store, for reading the stored documents. */
  readonly db: Db;
  readonly drop: () => Promise<void>;
}

/** The time of a clock that stands still, so that expiry dates can be compared. */
export const NOW = new Date('2030-05-01T12:00:00Z');
export const inDays = (days: number): Date => new Date(NOW.getTime() + days * 24 * 60 * 60_000);

/** The MongoDB server of this test run. */
export function mongodbUri(): string {
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined || uri === '') throw new Error('These tests need a MongoDB: set MONGODB_URI, or run them through npm test.');
  return uri;
}

/** The store that a file's tests share, and a tenant for one test alone. */
export interface OwnStore extends Pick<TestStore, 'store' | 'db'> {
  readonly tenant: TenantStore;
  readonly tenantName: string;
}

/** Opens a store for all tests of a file. Each test has a tenant of its own in it. */
export function useTestStore(): OwnStore {
  let opened: TestStore | null = null;
  let tests = 0;
  const own = (): TestStore => {
    if (opened === null) throw new Error('The store is there from the first test on.');
    return opened;
  };
  const tenantName = (): string => `tenant-${tests}`;
  beforeAll(async () => {
    opened = await openTestStore();
  });
  afterAll(() => own().drop());
  beforeEach(() => {
    tests += 1;
  });
  return {
    get store() {
      return own().store;
    },
    get db() {
      return own().db;
    },
    get tenant() {
      return own().store.forTenant(tenantName());
    },
    get tenantName() {
      return tenantName();
    },
  };
}

/** Opens a store in a database of its own. It is prepared unless `prepare` is false. */
export async function openTestStore({ prepare = true } = {}): Promise<TestStore> {
  const uri = mongodbUri();
  const databaseName = `test-${randomUUID()}`;
  const store = await connectStore({ uri, databaseName, historyDays: 30, now: () => NOW });
  const client = await new MongoClient(uri).connect();
  const db = client.db(databaseName);
  if (prepare) await store.prepare();
  return {
    store,
    db,
    drop: async () => {
      await db.dropDatabase();
      await client.close();
      await store.close();
    },
  };
}
