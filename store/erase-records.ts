import type { Entity } from '../domain/entity';
import type { ConflictDocument } from './conflicts';
import { erasedId, withoutIds } from './erased-id';
import { WHOLE_TENANT } from './exports';
import type { FailureDocument } from './failures';
import type { LinkDocument } from './link-document';
import { nameOf } from './observation-document';
import type { OperationDocument } from './operations';
import type { ReviewDocument } from './reviews';
import { idIn } from './scope';
import type { Scope, StoredDocument } from './scope';
import type { SuppressionDocument } from './suppressions';
import { writeAll } from './writes';

/** One record, and those of the other side that are or were linked with it. */
export interface RecordsOfOne {
  readonly entity: Entity;
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
  /** The ids of all links of these records. */
  readonly links: readonly string[];
  /** Whether links that are active are removed, too: those of a preview are copies. @default false */
  readonly withActiveLinks?: boolean;
}

/** By collection, how many documents were removed, and how many lost their values and ids. */
export type ErasedCounts = Readonly<Record<string, { readonly removed: number; readonly emptied: number }>>;

interface Erasing extends RecordsOfOne {
  /** By id, the hash that is written instead. */
  readonly replaced: ReadonlyMap<string, string>;
}

/**
 * By collection, how an erasure treats documents that may hold a record's values or ids. Links come last: they lead to the
 * others, so an erasure that is broken off can be repeated.
 */
const erasers: Readonly<Record<string, (scope: Scope, of: Erasing) => Promise<{ readonly removed?: number; readonly emptied?: number }>>> =
  {
    observations: async (scope, { entity, officerndIds, hubspotIds }) => {
      const names = [
        ...officerndIds.map((id) => nameOf({ side: 'officernd', entity, id })),
        ...hubspotIds.map((id) => nameOf({ side: 'hubspot', entity, id })),
      ];
      return removeNamed(scope, 'observations', names);
    },
    snapshots: (scope, { links }) => removeNamed(scope, 'snapshots', links),
    operations: emptyOperations,
    conflicts: emptyConflicts,
    reviews: emptyReviews,
    failures: clearFailures,
    heldEffects: removeOf('heldEffects'),
    // A person's note may hold anything, and without the record there is nothing to decide.
    decisions: async (scope, of) => {
      const { removed } = await removeOf('decisions')(scope, of);
      // An outcome may name the record that is in the way of another decision. The next run notes it anew.
      const named = { tenant: scope.tenant, 'outcome.about': { $in: [...of.replaced.keys()] } };
      const { modifiedCount } = await scope.collection('decisions').updateMany(named, { $set: { outcome: null } }, WHOLE_TENANT);
      return { removed, emptied: modifiedCount };
    },
    verdicts: removeOf('verdicts'),
    inbox: (scope, { entity, officerndIds, hubspotIds }) =>
      removeNamed(scope, 'inbox', [
        ...officerndIds.map((id) => nameOf({ side: 'officernd', entity, id })),
        ...hubspotIds.map((id) => nameOf({ side: 'hubspot', entity, id })),
      ]),
    suppressions: hideSuppressions,
    runFacts: emptyRunFacts,
    links: removeLinks,
  };

/** The collections that an erasure looks at. */
export const erasedCollections: readonly string[] = Object.keys(erasers);

/** Removes what a tenant keeps of these records. See `Erasures.erase`. */
export async function eraseRecords(scope: Scope, records: RecordsOfOne): Promise<ErasedCounts> {
  const { entity, officerndIds, hubspotIds } = records;
  const replaced = new Map([
    ...officerndIds.map((id) => [id, erasedId('officernd', entity, id)] as const),
    ...hubspotIds.map((id) => [id, erasedId('hubspot', entity, id)] as const),
  ]);
  const counts: Record<string, { readonly removed: number; readonly emptied: number }> = {};
  for (const [name, erase] of Object.entries(erasers)) {
    const { removed = 0, emptied = 0 } = await erase(scope, { ...records, replaced });
    counts[scope.collection(name).collectionName] = { removed, emptied };
  }
  return counts;
}

async function removeNamed(scope: Scope, collection: string, names: readonly string[]): Promise<{ readonly removed: number }> {
  if (names.length === 0) return { removed: 0 };
  const { deletedCount } = await scope.collection(collection).deleteMany({ _id: { $in: names.map((name) => idIn(scope, name)) } });
  return { removed: deletedCount };
}

function removeOf(collection: string): (scope: Scope, of: Erasing) => Promise<{ readonly removed: number }> {
  return async (scope, of) => {
    const { deletedCount } = await scope.collection<OfRecord>(collection).deleteMany(ofRecords(scope, of), WHOLE_TENANT);
    return { removed: deletedCount };
  };
}

interface OfRecord extends StoredDocument {
  readonly entity: Entity;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
}

/** Documents that name one of the records in fields of their own. Nothing else asks for these across all runs. */
const ofRecords = ({ tenant }: Scope, { entity, officerndIds, hubspotIds }: Erasing) => ({
  tenant,
  entity,
  $or: [{ officerndId: { $in: officerndIds } }, { hubspotId: { $in: hubspotIds } }],
});

const NO_VALUES = { base: null, officernd: null, hubspot: null } as const;

/** Only what is named here stays of an operation: another field may hold a value. */
async function emptyOperations(scope: Scope, of: Erasing): Promise<{ readonly emptied: number }> {
  const found = scope.collection<OperationDocument>('operations').find(ofRecords(scope, of), WHOLE_TENANT);
  const emptied = await rewrite(scope, 'operations', found, (operation) => {
    const { _id, schemaVersion, tenant, expiresAt, run, id, phase, entity, kind, officerndId, hubspotId } = operation;
    const { reason, state, error, plannedAt, changedAt } = operation;
    const fields = operation.fields.map(({ field, rule, action }) => ({ field, rule, action, ...NO_VALUES }));
    const names = { _id, schemaVersion, tenant, expiresAt, run, id, phase, entity, kind, officerndId, hubspotId };
    const kept = { ...names, fields, reason, state, error, plannedAt, changedAt };
    // L12: as long as nobody knows whether it came to be, the record has to be found by its id.
    return state === 'calling' ? kept : hideIn(scope, of, kept);
  });
  return { emptied };
}

/** The same for a conflict. */
async function emptyConflicts(scope: Scope, of: Erasing): Promise<{ readonly emptied: number }> {
  const found = scope.collection<ConflictDocument>('conflicts').find(ofRecords(scope, of), WHOLE_TENANT);
  const emptied = await rewrite(scope, 'conflicts', found, (conflict) => {
    const { _id, schemaVersion, tenant, expiresAt, id, kind, run, entity, officerndId, hubspotId, field, rule, at } = conflict;
    const names = { _id, schemaVersion, tenant, expiresAt, id, kind, run, entity, officerndId, hubspotId };
    return hideIn(scope, of, { ...names, linkId: withoutIds(conflict.linkId, of.replaced), field, rule, ...NO_VALUES, at });
  });
  return { emptied };
}

async function emptyReviews(scope: Scope, of: Erasing): Promise<{ readonly emptied: number }> {
  const { tenant } = scope;
  const { entity, officerndIds, hubspotIds, replaced } = of;
  const naming = { tenant, entity, $or: [{ officerndIds: { $in: officerndIds } }, { hubspotIds: { $in: hubspotIds } }] };
  const hide = (ids: readonly string[]): readonly string[] => ids.map((id) => replaced.get(id) ?? id);
  const found = scope.collection<ReviewDocument>('reviews').find(naming, WHOLE_TENANT);
  const emptied = await rewrite(scope, 'reviews', found, (review) => ({
    ...hideIn(scope, of, review),
    officerndIds: hide(review.officerndIds),
    hubspotIds: hide(review.hubspotIds),
  }));
  return { emptied };
}

/** Failures of the records, and their ids in failures of others that wait for a value they hold (M10). */
async function clearFailures(scope: Scope, of: Erasing): Promise<{ readonly removed: number; readonly emptied: number }> {
  const { tenant } = scope;
  const { entity, officerndIds, hubspotIds, links, replaced } = of;
  const failures = scope.collection<FailureDocument>('failures');
  const subjects = [...officerndIds, ...hubspotIds, ...links];
  const { deletedCount } = await failures.deleteMany({ tenant, entity, subject: { $in: subjects } }, WHOLE_TENANT);
  let emptied = 0;
  for (const [id, hash] of replaced) {
    const { modifiedCount } = await failures.updateMany(
      { tenant, entity, 'heldElsewhere.ids': id },
      { $set: { 'heldElsewhere.ids.$[held]': hash } },
      { arrayFilters: [{ held: id }], ...WHOLE_TENANT },
    );
    emptied += modifiedCount;
  }
  return { removed: deletedCount, emptied };
}

/** A record that is not to be created again stays so: `Suppressions` knows it by its hash, too. */
async function hideSuppressions(scope: Scope, of: Erasing): Promise<{ readonly emptied: number }> {
  const _id = { $in: of.hubspotIds.map((id) => idIn(scope, `${of.entity}/${id}`)) };
  const found = scope.collection<SuppressionDocument>('suppressions').find({ _id });
  return { emptied: await rewrite(scope, 'suppressions', found, (one) => hideIn(scope, of, one)) };
}

interface RunFact extends StoredDocument {
  readonly value: readonly string[];
}

/** Runs note the OfficeRnD records in which a field was a surprise (S1). */
async function emptyRunFacts(scope: Scope, { officerndIds, replaced }: Erasing): Promise<{ readonly emptied: number }> {
  const facts = scope.collection<RunFact>('runFacts');
  let emptied = 0;
  for (const id of officerndIds) {
    const { modifiedCount } = await facts.updateMany(
      { tenant: scope.tenant, value: { $elemMatch: { $eq: id } } },
      { $set: { 'value.$[one]': replaced.get(id) ?? '' } },
      { arrayFilters: [{ one: id }], ...WHOLE_TENANT },
    );
    emptied += modifiedCount;
  }
  return { emptied };
}

/** Retired links are removed. An active one is compared anew when its records are read again: its base is gone. */
async function removeLinks(
  scope: Scope,
  { links, withActiveLinks = false }: Erasing,
): Promise<{ readonly removed: number; readonly emptied: number }> {
  if (links.length === 0) return { removed: 0, emptied: 0 };
  const collection = scope.collection<LinkDocument>('links');
  const _id = { $in: links.map((id) => idIn(scope, id)) };
  const { deletedCount } = await collection.deleteMany({ _id, ...(!withActiveLinks && { state: 'retired' }) });
  const { modifiedCount } = await collection.updateMany(
    { _id, state: 'active' },
    { $set: { settled: null, officerndHash: null, hubspotHash: null }, $inc: { reopened: 1 } },
  );
  return { removed: deletedCount, emptied: modifiedCount };
}

interface Named extends StoredDocument {
  readonly id?: string;
  readonly officerndId?: string | null;
  readonly hubspotId?: string | null;
}

/** A document with hashes for the records' ids, in its names and in its fields. */
function hideIn<Stored extends Named>({ tenant }: Scope, { replaced }: Erasing, document: Stored): Stored {
  const { _id, id, officerndId, hubspotId } = document;
  const hide = (one: string | null): string | null => (one === null ? null : (replaced.get(one) ?? one));
  return {
    ...document,
    _id: `${tenant}/${withoutIds(_id.slice(tenant.length + 1), replaced)}`,
    ...(id !== undefined && { id: withoutIds(id, replaced) }),
    ...(officerndId !== undefined && { officerndId: hide(officerndId) }),
    ...(hubspotId !== undefined && { hubspotId: hide(hubspotId) }),
  };
}

/** Documents that are rewritten with one call. */
const GROUP = 200;

/**
 * Replaces documents, under another name where `change` gives one. The new one is written before the old one is removed, so that an
 * interruption loses none. Returns how many there were.
 */
async function rewrite<Stored extends StoredDocument>(
  scope: Scope,
  name: string,
  found: AsyncIterable<Stored>,
  change: (document: Stored) => Stored,
): Promise<number> {
  const collection = scope.collection(name);
  let [count, group]: [number, Stored[]] = [0, []];
  const flush = async (): Promise<void> => {
    const changed = group.map((document) => ({ before: document._id, after: change(document) }));
    await writeAll(
      collection,
      changed.map(({ after }) => ({ replaceOne: { filter: { _id: after._id }, replacement: after, upsert: true } })),
    );
    const renamed = changed.filter(({ before, after }) => before !== after._id).map(({ before }) => before);
    if (renamed.length > 0) await collection.deleteMany({ _id: { $in: renamed } });
    count += group.length;
    group = [];
  };
  for await (const document of found) {
    group.push(document);
    if (group.length === GROUP) await flush();
  }
  await flush();
  return count;
}
