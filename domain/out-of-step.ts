import type { Entity, Side } from './entity';
import { LINK_PROPERTY } from './ids';
import { pairOf } from './link';
import type { Phase } from './operation';
import { outOfStepReasons, stepFor } from './out-of-step-reason';
import type { OutOfStepReason } from './out-of-step-reason';

/** The record of a case, by its ids as far as they are known. */
export interface RecordIds {
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
}

/** One record that is not in step, or a field of it, with the reason. */
export interface OutOfStepCase {
  readonly reason: OutOfStepReason;
  readonly entity: Entity;
  /** Null where nobody knows which records it concerns. */
  readonly record: RecordIds | null;
  readonly field: string | null;
  /** The side that refused something, or said nothing. */
  readonly side: Side | null;
  /** A rule, the kind of a review, a proposal's id, a name of the tenant file. Never a value or a name of a vendor's (A6). */
  readonly detail: string | null;
  readonly since: Date;
  readonly newest: Date;
}

/** All records that are out of step for one reason, and the step that helps. It holds no value of a record, so that a report may keep it. */
export interface OutOfStepGroup {
  readonly reason: OutOfStepReason;
  readonly entity: Entity;
  /** Null where nobody knows how many: what was not read can't be counted. */
  readonly records: number | null;
  readonly field?: string;
  readonly side?: Side;
  readonly detail?: string;
  /** The next step for a person, in a sentence or two. */
  readonly step: string;
  /** ISO 8601, UTC: the oldest case of the group, and the newest. */
  readonly since: string;
  readonly newest: string;
}

/** Everything that is out of step, newest first. */
export interface OutOfStep {
  readonly groups: readonly OutOfStepGroup[];
  /** Different records in all groups. */
  readonly records: number;
}

/** Collects cases and groups them by reason, entity, field, side and detail. A record counts once in each group, and once in all. */
export function createOutOfStepTally(): {
  readonly add: (one: OutOfStepCase) => void;
  readonly result: (tenant: string) => OutOfStep;
} {
  const groups = new Map<string, Growing>();
  const records = new Set<string>();
  return {
    add: (one) => {
      const key = JSON.stringify([one.reason, one.entity, one.field, one.side, one.detail]);
      const known = groups.get(key);
      const group = known ?? { first: one, records: new Set<string>(), isUncounted: false, since: one.since, newest: one.newest };
      groups.set(key, group);
      if (one.since < group.since) group.since = one.since;
      if (one.newest > group.newest) group.newest = one.newest;
      if (one.record === null) group.isUncounted = true;
      else {
        const name = recordKey(one.entity, one.record);
        group.records.add(name);
        records.add(name);
      }
    },
    result: (tenant) => ({ groups: newestFirst([...groups.values()].map((group) => toGroup(tenant, group))), records: records.size }),
  };
}

/** A group that grows. */
interface Growing {
  readonly first: OutOfStepCase;
  readonly records: Set<string>;
  isUncounted: boolean;
  since: Date;
  newest: Date;
}

/** Newest first; of the same age in the order of reasons. */
export const newestFirst = (groups: readonly OutOfStepGroup[]): readonly OutOfStepGroup[] =>
  groups.toSorted((one, other) =>
    one.newest === other.newest
      ? outOfStepReasons.indexOf(one.reason) - outOfStepReasons.indexOf(other.reason)
      : one.newest < other.newest
        ? 1
        : -1,
  );

const toGroup = (tenant: string, { first, records, isUncounted, since, newest }: Growing): OutOfStepGroup => ({
  reason: first.reason,
  entity: first.entity,
  records: isUncounted && records.size === 0 ? null : records.size,
  ...(first.field !== null && { field: first.field }),
  ...(first.side !== null && { side: first.side }),
  ...(first.detail !== null && { detail: first.detail }),
  step: stepFor({ tenant, ...first }),
  since: since.toISOString(),
  newest: newest.toISOString(),
});

/** HubSpot's id where it is known: most records that are not in step have one. */
const recordKey = (entity: Entity, { officerndId, hubspotId }: RecordIds): string =>
  hubspotId === null ? `${entity}/officernd/${officerndId ?? ''}` : `${entity}/hubspot/${hubspotId}`;

/** The facts of a run about records that it can't name. */
export interface UncountedFacts {
  readonly tenant: string;
  /** ISO 8601: when the run began. */
  readonly at: string;
  readonly unread: readonly { readonly side: Side; readonly entity: Entity; readonly field: string }[];
  readonly paused: readonly { readonly entity: Entity; readonly field: string }[];
  readonly pending: readonly { readonly entity: Entity; readonly records: number }[];
}

/** L12, V1–V3: creations without an answer, and fields that were not compared in any record. */
export function groupsWithoutRecords({ tenant, at, unread, paused, pending }: UncountedFacts): readonly OutOfStepGroup[] {
  const group = (
    reason: OutOfStepReason,
    of: Pick<OutOfStepGroup, 'entity' | 'field' | 'side'>,
    records: number | null,
  ): OutOfStepGroup => ({
    reason,
    ...of,
    records,
    step: stepFor({ tenant, reason, entity: of.entity, field: of.field ?? null, side: of.side ?? null, detail: null }),
    since: at,
    newest: at,
  });
  return [
    ...pending.filter(({ records }) => records > 0).map(({ entity, records }) => group('pending', { entity }, records)),
    ...paused.map(({ entity, field }) => group('paused', { entity, field }, null)),
    ...unread.map(({ side, entity, field }) => group('unread', { side, entity, field }, null)),
  ];
}

/** The part of a stored failure that says why its record is not in step. */
export interface FailedRecord {
  readonly entity: Entity;
  readonly subject: string;
  readonly phase: Phase;
  readonly field: string | null;
  readonly reason: string;
  readonly side?: Side;
  readonly parked: boolean;
  readonly heldElsewhere?: unknown;
}

const ownReasons = ['location-unresolved', 'no-name', 'no-email', 'no-linked-parent', 'status-unmapped', 'unread', 'too-long'] as const;
const VENDOR_TROUBLE: ReadonlySet<string> = new Set(['unavailable', 'unexpected', 'rate-limited']);

/** The reason that a failure stands for. */
export function reasonOfFailure(failure: Pick<FailedRecord, 'subject' | 'reason' | 'parked' | 'heldElsewhere'>): OutOfStepReason {
  const { subject, reason, parked, heldElsewhere } = failure;
  if (subject === LINK_PROPERTY) return 'link-id-refused';
  const own = ownReasons.find((one) => one === reason);
  if (own !== undefined) return own;
  if (parked) return 'parked';
  if (VENDOR_TROUBLE.has(reason)) return 'unavailable';
  return heldElsewhere === undefined ? 'refused' : 'taken';
}

/** The ids of a failed record. Null for a failure that is about no record, such as a refused property. */
export function recordOfFailure({ subject, phase }: Pick<FailedRecord, 'subject' | 'phase'>): RecordIds | null {
  if (subject === LINK_PROPERTY) return null;
  switch (phase) {
    case 'link':
      return { officerndId: null, hubspotId: subject };
    case 'unlink':
      return { officerndId: subject, hubspotId: null };
    case 'update':
      return pairOf(subject);
  }
}

/** The vendor that refused a record; null where the program itself found that something is missing. */
export function vendorOfFailure(failure: FailedRecord): Side | null {
  if (failure.side !== undefined) return failure.side;
  const reason = reasonOfFailure(failure);
  return ownReasons.some((one) => one === reason) || failure.phase === 'update' ? null : 'officernd';
}

/**
 * The case of a stored failure.
 * @param locationProperty the HubSpot property that chooses the location, if one does (L8)
 */
export function caseOfFailure(
  failure: FailedRecord & { readonly firstAt: Date; readonly lastAt: Date },
  locationProperty: string | null,
): OutOfStepCase {
  const reason = reasonOfFailure(failure);
  return {
    reason,
    entity: failure.entity,
    record: recordOfFailure(failure),
    field: failure.field,
    side: vendorOfFailure(failure),
    // A vendor's words and names stay with the failure: a report is kept for longer (A6).
    detail: reason === 'location-unresolved' ? locationProperty : null,
    since: failure.firstAt,
    newest: failure.lastAt,
  };
}
