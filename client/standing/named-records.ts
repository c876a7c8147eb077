import { pairOf } from '../../config/pair-of';
import { parseTenantConfig } from '../../config/tenant-file';
import { chunksOf } from '../../domain/chunks';
import { sides } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { RecordIds } from '../../domain/out-of-step';
import type { Review } from '../../domain/review';
import { screenOf } from '../../domain/screens';
import type { ScreenPair } from '../../domain/screens';
import { refKey } from '../../store/exports';
import type { RecordRef } from '../../store/exports';
import type { Store } from '../../store/store';

/** The name that people know a record by, and its screens. The name is personal data: for the screen of who asks, and nowhere else. */
export interface RecordNames {
  readonly name: string | null;
  /** The record's screen at each vendor; null where that side's id is not known. */
  readonly officerndUrl: string | null;
  readonly hubspotUrl: string | null;
}

/** A record of a list, by the ids that are known. */
export interface ListedRecord extends RecordIds {
  readonly entity: Entity;
}

/** Names records, and gives the addresses of their screens. */
export type NameRecord = (record: ListedRecord) => RecordNames;

/** Records that are looked up at once. */
const AT_ONCE = 500;

/** Looks up the names of records as they were last read. The answer names each of these records. */
export async function loadNames(store: Store, tenant: string, records: readonly ListedRecord[]): Promise<NameRecord> {
  const { exports } = store.forTenant(tenant);
  const pair = await pairOfTenant(store, tenant);
  const names = new Map<string, string>();
  for (const some of chunksOf(records.flatMap(refsOf), AT_ONCE)) for (const [key, name] of await exports.names(some)) names.set(key, name);
  const nameOn = (side: Side, record: ListedRecord): string | null => {
    const id = idOn(side, record);
    const name = id === null ? undefined : names.get(refKey({ side, entity: record.entity, id }));
    return name === undefined || name === '' ? null : name;
  };
  const urlOn = (side: Side, record: ListedRecord): string | null => {
    const id = idOn(side, record);
    return id === null || pair === null ? null : screenOf(pair, side, record.entity, id);
  };
  return (record) => ({
    name: nameOn('officernd', record) ?? nameOn('hubspot', record),
    officerndUrl: urlOn('officernd', record),
    hubspotUrl: urlOn('hubspot', record),
  });
}

/** A review with the names of its records. */
export interface NamedReview extends Review {
  readonly records: readonly (RecordIds & RecordNames)[];
}

/** The records of a review, each by itself. */
export const recordsOfReview = ({ entity, officerndIds, hubspotIds }: Review): readonly ListedRecord[] => [
  ...officerndIds.map((officerndId) => ({ entity, officerndId, hubspotId: null })),
  ...hubspotIds.map((hubspotId) => ({ entity, officerndId: null, hubspotId })),
];

/** Gives a review the names of its records. */
export const withRecords = <One extends Review>(review: One, nameOf: NameRecord): One & NamedReview => ({
  ...review,
  records: recordsOfReview(review).map(({ entity, ...ids }) => ({ ...ids, ...nameOf({ entity, ...ids }) })),
});

/** Looks up the names of all records of these reviews. */
export async function nameReviews<One extends Review>(
  store: Store,
  tenant: string,
  reviews: readonly One[],
): Promise<readonly (One & NamedReview)[]> {
  const nameOf = await loadNames(store, tenant, reviews.flatMap(recordsOfReview));
  return reviews.map((review) => withRecords(review, nameOf));
}

const idOn = (side: Side, { officerndId, hubspotId }: RecordIds): string | null => (side === 'officernd' ? officerndId : hubspotId);

const refsOf = (record: ListedRecord): readonly RecordRef[] =>
  sides.flatMap((side) => {
    const id = idOn(side, record);
    return id === null ? [] : [{ side, entity: record.entity, id }];
  });

/** The organisation and the portal of a tenant; null for one that is not stored. */
async function pairOfTenant(store: Store, tenant: string): Promise<ScreenPair | null> {
  const bound = await store.pairs.of(tenant);
  if (bound !== null) return bound.pair;
  const stored = await store.tenants.get(tenant);
  return stored === null ? null : pairOf(parseTenantConfig(stored.config, `tenant ${tenant}`));
}
