import { effectText } from '../proposal';
import type { Effect } from '../proposal';
import type { JsonValue } from '../json';
import { writtenBy } from '../operation';
import type { OperationKind, OperationState } from '../operation';
import type { HeldEffect, PastOperation } from './facts';

/** One effect on a record: a field that was written, or a link that was made, followed or ended. */
export interface HistoryEntry {
  readonly run: string;
  /** ISO 8601: when it came into its state. */
  readonly at: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  /** Null for a creation: the record was not there yet. */
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  /** Null for an effect on the link as a whole. */
  readonly field: string | null;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** The rule that led to it. */
  readonly rule: string;
  /** The person who approved it, where a brake had held it; null where nobody was asked. */
  readonly approvedBy: string | null;
  /** Why it failed. */
  readonly error: string | null;
}

/**
 * Every effect on a record, oldest first. An effect on several fields has an entry for each. An effect that a brake holds again in every run
 * stands there once.
 */
export function historyOf(operations: readonly PastOperation[], held: readonly HeldEffect[]): readonly HistoryEntry[] {
  const approvals = new Map(
    held.flatMap(({ effect, proposal: { approval } }) => (approval === null ? [] : [[effectText(effect), approval.by] as const])),
  );
  const inOrder = operations.toSorted((one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1));
  const newestHeld = new Map(inOrder.flatMap((one) => (one.state === 'held' ? [[effectText(one), one] as const] : [])));
  return inOrder
    .filter((one) => one.state !== 'held' || newestHeld.get(effectText(one)) === one)
    .flatMap((operation) => entriesOf(operation, approvals));
}

function entriesOf(operation: PastOperation, approvals: ReadonlyMap<string, string>): readonly HistoryEntry[] {
  const { run, at, kind, state, officerndId, hubspotId, error, fields } = operation;
  const common = { run, at: at.toISOString(), kind, state, officerndId, hubspotId, error };
  const asked: Effect = operation;
  const ofWhole = approvals.get(effectText(asked)) ?? null;
  const written = fields.filter(({ action }) => action !== 'drift');
  if (written.length === 0) return [{ ...common, field: null, before: null, after: null, rule: operation.reason, approvedBy: ofWhole }];
  return written.map((change): HistoryEntry => {
    const before = change.action === 'writeHubspot' ? change.hubspot : change.officernd;
    const after = writtenBy(change);
    const ofField = BRAKED.flatMap((reason) => approvals.get(effectText({ ...asked, reason, fields: [change] })) ?? []);
    return { ...common, field: change.field, before, after, rule: change.rule, approvedBy: ofWhole ?? ofField[0] ?? null };
  });
}

/** The rules whose brakes hold each field of an update by itself. */
const BRAKED = ['M6', 'M2'] as const;
