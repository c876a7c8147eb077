import type { Db, Document } from 'mongodb';
import { MongoServerError } from 'mongodb';
import { allCollections } from './collections';
import { migrate } from './migrations';
import { keepOpenJournals } from './open-journals';
import { dropReplacedIndexes } from './replaced-indexes';
import type { CollectionSpec } from './schema';
import { expiryIndex, validatorOf } from './schema';
import { acceptsWritesOf } from './validator-accepts';

/** MongoDB's code for a collection that already exists. */
const NAMESPACE_EXISTS = 48;

/**
 * Migrates, then creates missing collections, validators and indexes. Safe to repeat, and to run in several processes at once, also of two
 * releases: validators are only widened. The work of a newer release stays as it is.
 */
export async function prepareDatabase(db: Db): Promise<void> {
  const preparedBy = await migrate(db);
  const existing = new Map((await db.listCollections().toArray()).map((info) => [info.name, validatorIn(info)]));
  const wanted = preparedBy === 'newer' ? allCollections.filter(({ name }) => !existing.has(name)) : allCollections;
  for (const spec of wanted) await prepareCollection(db, spec, existing);
  await keepOpenJournals(db);
  if (preparedBy === 'this') await dropReplacedIndexes(db);
}

async function prepareCollection(db: Db, spec: CollectionSpec, existing: ReadonlyMap<string, unknown>): Promise<void> {
  const validator = validatorOf(spec);
  if (!existing.has(spec.name)) await createUnlessThere(db, spec.name, validator);
  else if (!acceptsWritesOf(validator, existing.get(spec.name))) await db.command({ collMod: spec.name, validator });
  await db.collection(spec.name).createIndexes([...spec.indexes, expiryIndex]);
}

/** Another process may prepare the same database at this moment. It gives the collection the same validator. */
async function createUnlessThere(db: Db, name: string, validator: Document): Promise<void> {
  try {
    await db.createCollection(name, { validator });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
  }
}

const validatorIn = (info: object): unknown =>
  'options' in info && typeof info.options === 'object' && info.options !== null && 'validator' in info.options
    ? info.options.validator
    : undefined;
