import type { Entity, Side } from './entity';
import { groupBy } from './group-by';
import type { OutOfStepReason } from './out-of-step-reason';
import { stepFor } from './out-of-step-reason';
import { caseOfFailure, reasonOfFailure } from './out-of-step';
import type { FailedRecord } from './out-of-step';
import type { Phase } from './operation';

/** Failures of one kind: the same vendor, code and field. */
export interface FailureGroup {
  readonly entity: Entity;
  readonly phase: Phase;
  /** The vendor that refused; null where the program found that something is missing. */
  readonly vendor: Side | null;
  /** The vendor's code, or our own word for it. */
  readonly code: string;
  readonly field: string | null;
  readonly reason: OutOfStepReason;
  readonly records: number;
  readonly parked: number;
  /** The next step for a person, in a sentence or two. */
  readonly step: string;
  readonly since: string;
  readonly newest: string;
}

/** A failure that is grouped. */
export type DatedFailure = FailedRecord & { readonly firstAt: Date; readonly lastAt: Date };

/** A group with its failures, newest first. */
export interface GroupedFailures<Failed extends DatedFailure> {
  readonly group: FailureGroup;
  readonly failures: readonly Failed[];
}

/** Groups failures by entity, phase, vendor, code and field. The group with the newest failure comes first. */
export function groupFailures<Failed extends DatedFailure>(
  tenant: string,
  failures: readonly Failed[],
  locationProperty: string | null,
): readonly GroupedFailures<Failed>[] {
  const groups = groupBy(failures, (failure) => [groupKey(failure)]);
  return [...groups.values()]
    .map((group) => {
      const sorted = group.toSorted((one, other) => other.lastAt.getTime() - one.lastAt.getTime());
      return { group: describe(tenant, sorted, locationProperty), failures: sorted };
    })
    .toSorted((one, other) => (one.group.newest < other.group.newest ? 1 : -1));
}

/** The same for failures of one group. */
export const groupKey = ({ entity, phase, side, reason, field }: FailedRecord): string =>
  JSON.stringify([entity, phase, side ?? null, reason, field]);

function describe(tenant: string, failures: readonly DatedFailure[], locationProperty: string | null): FailureGroup {
  const [newest] = failures;
  if (newest === undefined) throw new Error('A group has at least one failure.');
  const of = caseOfFailure(newest, locationProperty);
  // Why it failed helps more than that it is parked.
  const reason = reasonOfFailure({ ...newest, parked: false });
  const since = failures.reduce((oldest, { firstAt }) => (firstAt < oldest ? firstAt : oldest), newest.firstAt);
  return {
    entity: newest.entity,
    phase: newest.phase,
    vendor: of.side,
    code: newest.reason,
    field: newest.field,
    reason,
    records: failures.length,
    parked: failures.filter(({ parked }) => parked).length,
    step: stepFor({ ...of, tenant, reason }),
    since: since.toISOString(),
    newest: newest.lastAt.toISOString(),
  };
}
