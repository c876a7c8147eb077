import { chunksOf } from '../../domain/chunks';
import { entities as allEntities } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { groupFailures, groupKey } from '../../domain/failure-groups';
import type { FailureGroup } from '../../domain/failure-groups';
import type { JsonValue } from '../../domain/json';
import { recordOfFailure } from '../../domain/out-of-step';
import type { RecordIds } from '../../domain/out-of-step';
import { hashOf } from '../../store/content-hash';
import type { StandingFailure } from '../../store/failures';
import { everyItem } from '../../store/paging';
import type { Store, TenantStore } from '../../store/store';
import { idBeginningWith } from '../runs/by-beginning';
import { loadNames } from './named-records';
import type { RecordNames } from './named-records';

/** A record that failed, as people know it. */
export interface FailedExample extends RecordNames, RecordIds {
  /** The vendor's own words. They may be personal data. */
  readonly said?: string;
  readonly runs: number;
  readonly parked: boolean;
  readonly retryRequested: boolean;
}

/** Failures of one kind, with examples. */
export interface ShownFailureGroup extends FailureGroup {
  /** For `orsync retry T --group ID`; its beginning is enough. */
  readonly id: string;
  readonly examples: readonly FailedExample[];
  /** Only of records without a location (L8): the values of the property that chooses it. */
  readonly values?: readonly LocationValue[];
}

/** The failures that a person asks for. */
export interface FailureFilter {
  readonly entities?: readonly Entity[];
  readonly vendor?: Side;
  readonly field?: string;
  /** The beginning of a group's id. */
  readonly group?: string;
}

/** Characters of a group's id: enough to be unique within a tenant. */
const ID_LENGTH = 8;
const VALUES_SHOWN = 10;
/** Records that are looked up at once. */
const AT_ONCE = 500;

/** The id of a failure's group. */
export const groupId = (failure: StandingFailure): string => hashOf(groupKey(failure)).slice(0, ID_LENGTH);

/** The standing failures of a tenant by vendor, code and field, newest first. */
export async function failureGroups(
  store: Store,
  tenant: string,
  filter: FailureFilter = {},
  mostExamples = 3,
): Promise<readonly ShownFailureGroup[]> {
  const kept = store.forTenant(tenant);
  const failures = await everyItem<StandingFailure>((request) => kept.failures.standing(request));
  const wanted = failures.filter(
    ({ entity, field }) => (filter.entities?.includes(entity) ?? true) && (filter.field === undefined || filter.field === field),
  );
  const location = await locationPropertyOf(kept);
  const named = filter.group === undefined ? null : await meantGroup(filter.group, wanted);
  const groups = groupFailures(tenant, wanted, location).filter(
    ({ group, failures: [first] }) =>
      (filter.vendor === undefined || filter.vendor === group.vendor) &&
      (filter.group === undefined || (first !== undefined && named === groupId(first))),
  );
  const shown = groups.map(({ group, failures: all }) => ({ group, all, examples: all.slice(0, mostExamples).flatMap(withRecord) }));
  const nameOf = await loadNames(
    store,
    tenant,
    shown.flatMap(({ examples }) => examples.map(({ failure, record }) => ({ entity: failure.entity, ...record }))),
  );
  return Promise.all(
    shown.map(async ({ group, all, examples }): Promise<ShownFailureGroup> => {
      const values = group.reason === 'location-unresolved' && location !== null ? await locationValues(kept, location, all) : null;
      return {
        id: all[0] === undefined ? '' : groupId(all[0]),
        ...group,
        ...(values !== null && { values }),
        examples: examples.map(({ failure: { entity, said, runs, parked, retryRequested }, record }) => ({
          ...record,
          ...nameOf({ entity, ...record }),
          ...(said !== undefined && { said }),
          runs,
          parked,
          retryRequested,
        })),
      };
    }),
  );
}

function withRecord(failure: StandingFailure): readonly { readonly failure: StandingFailure; readonly record: RecordIds }[] {
  const record = recordOfFailure(failure);
  return record === null ? [] : [{ failure, record }];
}

/** The id of the group that a person means by its beginning; null where there is none. */
export const meantGroup = (beginning: string, failures: readonly StandingFailure[]): Promise<string | null> =>
  idBeginningWith(beginning, [
    async (text, limit) => [...new Set(failures.map(groupId))].filter((id) => id.startsWith(text)).slice(0, limit),
  ]);

/** The HubSpot property that chose the location in the newest run (L8). */
export const locationPropertyOf = async ({ runs }: TenantStore): Promise<string | null> =>
  (await runs.latest())?.mapping.creation.locations.property ?? null;

/** A value of the property that chooses the location, and of how many records. It may be personal data. */
export interface LocationValue {
  readonly value: JsonValue;
  readonly records: number;
}

/** L8: the values of failed records that lead to no location, the most frequent first. */
export async function locationValues(
  { observations }: TenantStore,
  property: string,
  failures: readonly Pick<StandingFailure, 'entity' | 'subject'>[],
): Promise<readonly LocationValue[]> {
  const counts = new Map<string, { readonly value: JsonValue; records: number }>();
  for (const entity of allEntities) {
    const ids = failures.filter((failure) => failure.entity === entity).map(({ subject }) => subject);
    for (const some of chunksOf(ids, AT_ONCE))
      for (const { values } of (await observations.byIds(null, 'hubspot', entity, some)).values()) {
        const value = values[property] ?? null;
        const count = counts.get(JSON.stringify(value)) ?? { value, records: 0 };
        count.records += 1;
        counts.set(JSON.stringify(value), count);
      }
  }
  return [...counts.values()].toSorted((one, other) => other.records - one.records).slice(0, VALUES_SHOWN);
}
