import type { Entity } from '../../domain/entity';
import { idsNamed, readNamedId } from '../../domain/named-id';
import type { ErasedCounts } from '../../store/erase-records';
import { erasedId } from '../../store/erased-id';
import type { Store, TenantStore } from '../../store/store';

/** Thrown when a record can't be erased now, or not without `evenSo`. The message says why, and what to do. */
export class ErasureRefusedError extends Error {
  override readonly name = 'ErasureRefusedError';

  constructor(
    readonly kind: 'running' | 'linked' | 'pending' | 'unknown-record',
    message: string,
  ) {
    super(message);
  }
}

export interface ForgetRequest {
  readonly tenant: string;
  readonly entity: Entity;
  /** A record's id on either side, a link's id, or a value of the link property. */
  readonly id: string;
  /** Erase though the record is linked, or a creation of it has no answer yet. */
  readonly evenSo: boolean;
}

/** Says what an erasure has done. It holds hashes in the place of ids. */
export interface Certificate {
  readonly tenant: string;
  readonly entity: Entity;
  /** Hashes of the ids: SHA-256 over the JSON list of side, entity and id, the first 40 digits after a `#`. */
  readonly officerndHashes: readonly string[];
  readonly hubspotHashes: readonly string[];
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Each collection in which something was found. `emptied` documents stay for counts: without values, and with hashes. */
  readonly collections: readonly { readonly name: string; readonly removed: number; readonly emptied: number }[];
  /** A link was active, and stays with its ids. */
  readonly stillLinked: boolean;
  /** A HubSpot record of it is never created again in OfficeRnD, unless a person asks for it (U5). */
  readonly suppressed: boolean;
  /** The last erasure before this one; null where there was none. */
  readonly before: { readonly by: string; readonly at: string } | null;
}

interface Found {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
  readonly links: readonly { readonly id: string; readonly isActive: boolean }[];
}

/**
 * Erases one record from everything that is kept. With it go the records that it is or was linked with, since they are about the same person
 * or firm. Repeating is harmless. Call it when no run is under way. Throws `ErasureRefusedError`.
 */
export async function forgetIn(
  store: Store,
  { tenant, entity, id, evenSo }: ForgetRequest,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<Certificate> {
  const kept = store.forTenant(tenant);
  const own = await findRecords(kept, entity, idsNamed(readNamedId(id)));
  const isLinked = own.links.some(({ isActive }) => isActive);
  if (isLinked && !evenSo) throw linked(tenant, entity);
  const pending = await kept.operations.unfinishedCreates(entity, own.hubspotIds);
  if (pending.length > 0 && !evenSo) throw unanswered(tenant, entity);
  const officerndHashes = own.officerndIds.map((one) => erasedId('officernd', entity, one));
  const hubspotHashes = own.hubspotIds.map((one) => erasedId('hubspot', entity, one));
  const before = await kept.erasures.latestOf([...officerndHashes, ...hubspotHashes]);
  const collections: Certificate['collections'][number][] = [];
  for (const { store: place, found } of [{ store: kept, found: own }, ...(await placesAside(store, tenant, entity, own))]) {
    const records = { entity, officerndIds: found.officerndIds, hubspotIds: found.hubspotIds, links: found.links.map((one) => one.id) };
    addCounts(collections, await place.erasures.erase(records));
    addCounts(collections, await place.preview().erasures.erase({ ...records, withActiveLinks: true }));
  }
  const documents = collections.reduce((sum, { removed, emptied }) => sum + removed + emptied, 0);
  if (documents === 0 && before === null) throw unknownRecord(tenant, entity);
  if (documents > 0) await kept.erasures.note({ entity, officerndHashes, hubspotHashes, by, at, documents });
  const suppressed = await kept.suppressions.among(entity, own.hubspotIds);
  return {
    tenant,
    entity,
    officerndHashes,
    hubspotHashes,
    by,
    at: at.toISOString(),
    collections,
    stillLinked: isLinked,
    suppressed: suppressed.size > 0,
    before: before === null ? null : { by: before.by, at: before.at.toISOString() },
  };
}

interface Ids {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
}

/** The records with these ids, and those of the other side that are or were linked with them, unless these belong to another link now. */
async function findRecords({ erasures }: TenantStore, entity: Entity, ids: Ids): Promise<Found> {
  const named = await erasures.linksOf(entity, ids);
  const [officernd, hubspot] = [new Set(ids.officerndIds), new Set(ids.hubspotIds)];
  const ofPartners = await erasures.linksOf(entity, {
    officerndIds: named.map(({ officerndId }) => officerndId),
    hubspotIds: named.map(({ hubspotId }) => hubspotId),
  });
  const elsewhere = ofPartners.filter(({ id, state }) => state === 'active' && !named.some((one) => one.id === id));
  for (const { officerndId, hubspotId } of named) {
    if (!elsewhere.some((other) => other.officerndId === officerndId)) officernd.add(officerndId);
    if (!elsewhere.some((other) => other.hubspotId === hubspotId)) hubspot.add(hubspotId);
  }
  return {
    officerndIds: [...officernd].sort(),
    hubspotIds: [...hubspot].sort(),
    links: named.map(({ id, state }) => ({ id, isActive: state === 'active' })),
  };
}

/** The same records in data that are set aside for the tenant (B1). HubSpot's ids mean the same only within one portal. */
async function placesAside(
  store: Store,
  tenant: string,
  entity: Entity,
  own: Found,
): Promise<readonly { readonly store: TenantStore; readonly found: Found }[]> {
  const pairs = await store.pairs.allOf(tenant);
  const portalId = pairs.find(({ name }) => name === tenant)?.pair.portalId;
  return Promise.all(
    pairs
      .filter(({ name }) => name !== tenant)
      .map(async ({ name, pair }) => {
        const place = store.forTenant(name);
        const hubspotIds = pair.portalId === portalId ? own.hubspotIds : [];
        return { store: place, found: await findRecords(place, entity, { officerndIds: own.officerndIds, hubspotIds }) };
      }),
  );
}

function addCounts(collections: Certificate['collections'][number][], counts: ErasedCounts): void {
  for (const [name, { removed, emptied }] of Object.entries(counts)) {
    if (removed + emptied === 0) continue;
    const at = collections.findIndex((one) => one.name === name);
    const { removed: before = 0, emptied: emptiedBefore = 0 } = collections[at] ?? {};
    collections.splice(at === -1 ? collections.length : at, at === -1 ? 0 : 1, {
      name,
      removed: before + removed,
      emptied: emptiedBefore + emptied,
    });
  }
}

const linked = (tenant: string, entity: Entity): ErasureRefusedError =>
  new ErasureRefusedError(
    'linked',
    `This ${entity} is linked, so the next run of ${tenant} would read it again: delete it at the vendors and run "orsync sync ${tenant}" first, or repeat this with --even-so.`,
  );

const unanswered = (tenant: string, entity: Entity): ErasureRefusedError =>
  new ErasureRefusedError(
    'pending',
    `A creation of this ${entity} has no answer yet, and is found by its id (L12): run "orsync sync ${tenant}" first, or repeat this with --even-so.`,
  );

const unknownRecord = (tenant: string, entity: Entity): ErasureRefusedError =>
  new ErasureRefusedError('unknown-record', `Nothing is kept of a ${entity} of ${tenant} with this id; check the id and the entity.`);

/** The refusal while a run is under way: it may store again what is being erased. */
export const runUnderWay = (tenant: string): ErasureRefusedError =>
  new ErasureRefusedError(
    'running',
    `A run of ${tenant} is under way and may store the record again; wait for its end, or end it with "orsync cancel ${tenant}".`,
  );
