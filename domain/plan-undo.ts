import { otherSide } from './entity';
import type { Side } from './entity';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { JsonValue } from './json';
import type { FieldBase, Snapshot } from './link';
import type { Observation } from './observation';
import type { FieldChange } from './operation';
import { writtenBy } from './operation';
import { baseAfterWrite, markOf, sideBase } from './plan-update';
import type { UpdatePlan } from './plan-update';
import type { UpdateInput } from './update-input';
import type { LeftReason, UndoRule } from './undoing';
import { bagsWithHiddenValue, isInBag, isUnreadIn } from './unread';
import { effectOf } from './update-brake';
import type { BrakedEffect } from './update-brake';
import { canonical, rawOf, restored } from './values';
import type { Canonical } from './values';

/** A field that a run has written on one side of a link. */
export interface FieldWrite {
  readonly side: Side;
  readonly field: string;
  /** The side's own raw value before. */
  readonly before: JsonValue;
  /** The side's value afterwards. */
  readonly wrote: Canonical;
  /** Whether the field is mapped to the same two properties now. */
  readonly isMapped: boolean;
}

/** A value that is not taken back, and why. */
export interface LeftField {
  readonly side: Side;
  readonly change: FieldChange;
  readonly why: LeftReason;
}

/** The plan of taking back, and what it leaves. */
export interface UndoPlan {
  readonly plan: UpdatePlan;
  readonly left: readonly LeftField[];
}

/**
 * The writes among the changes of an operation.
 * @param then the fields of the run that did it
 * @param now the fields as they are mapped now
 */
export const fieldWritesOf = (
  changes: readonly FieldChange[],
  then: readonly FieldMapping[],
  now: readonly FieldMapping[],
  context: ValueContext,
): readonly FieldWrite[] =>
  changes.flatMap((change) => {
    const field = then.find(({ key }) => key === change.field);
    // A link id is no field, and goes back with its link (X2).
    if (change.action === 'drift' || field === undefined) return [];
    const side = change.action === 'writeOfficernd' ? 'officernd' : 'hubspot';
    const from = change.after === undefined ? otherSide(side) : side;
    return [
      {
        side,
        field: change.field,
        before: change[side],
        wrote: canonical(field, from, writtenBy(change), context),
        isMapped: now.some((one) => isSameProperty(one, field)),
      },
    ];
  });

const isSameProperty = (one: FieldMapping, other: FieldMapping): boolean =>
  one.key === other.key && one.officernd === other.officernd && one.type === other.type && one.hubspot.join() === other.hubspot.join();

/** The decision on one field of one side. */
export type FieldVerdict =
  /** It has its former value already, or nothing has changed in meaning. */
  | { readonly kind: 'done' }
  | { readonly kind: 'left'; readonly why: LeftReason; readonly to: JsonValue }
  | { readonly kind: 'write'; readonly to: JsonValue };

/**
 * X1: plans to take back what a run wrote on one link. A value that is no longer what the run wrote is left. The base of the written side goes
 * back with the value, and the other side's base stays. So both sides differ, as they did, and no later run repeats the change.
 * @param writes of this link, newest first
 */
export function planUndo(input: UpdateInput, writes: readonly FieldWrite[]): UndoPlan {
  const names = [...new Set(writes.map(({ side, field }) => `${side}/${field}`))];
  const wishes = names.map((name): Wish => {
    const of = writes.filter(({ side, field }) => `${side}/${field}` === name);
    const [{ side, field: key } = { side: 'officernd' as const, field: '' }] = of;
    const field = input.fields.find((one) => one.key === key);
    const verdict: FieldVerdict =
      field === undefined || of.some(({ isMapped }) => !isMapped)
        ? { kind: 'left', why: 'not-mapped', to: of.at(-1)?.before ?? null }
        : takeBack(field, side, input, of);
    return { rule: 'X1', side, key, field, verdict };
  });
  return planOf(input, wishes);
}

/** Decides one field of one side, by what the run wrote there, newest first. */
function takeBack(field: FieldMapping, side: Side, input: UpdateInput, [newest, ...older]: readonly FieldWrite[]): FieldVerdict {
  if (newest === undefined) return { kind: 'done' };
  const meaning = (raw: JsonValue): Canonical => canonical(field, side, raw, input.context);
  let to = newest.before;
  for (const { before, wrote } of older) {
    // Somebody has changed the value between two writes of the run. It goes back to that.
    if (wrote !== meaning(to)) break;
    to = before;
  }
  if (newest.wrote === meaning(to)) return { kind: 'done' };
  const unwritable = whyNotWritable(field, side, input, meaning(to));
  if (unwritable === 'unread') return { kind: 'left', why: 'unread', to };
  const present = meaning(rawOf(field, side, input[side].values));
  const base = input.snapshot[field.key];
  if (present === meaning(to) && base !== undefined && base[side].canonical === present) return { kind: 'done' };
  if (present !== newest.wrote) return { kind: 'left', why: 'changed-since', to };
  return unwritable === null ? { kind: 'write', to } : { kind: 'left', why: unwritable, to };
}

/** Why a value can't be written to a field now, or null. */
export function whyNotWritable(field: FieldMapping, side: Side, input: UpdateInput, to: Canonical): 'unread' | 'not-writable' | null {
  const { unreadPaths } = input;
  if (isUnreadIn(field, input[side]) || (side === 'officernd' && unreadPaths?.has(field.officernd) === true)) return 'unread';
  const hidden = unreadPaths === undefined ? null : bagsWithHiddenValue(input.fields, input.snapshot, unreadPaths);
  if (hidden !== null && side === 'officernd' && isInBag(field.officernd, hidden)) return 'unread';
  if (field.readOnly[side] || (field.type === 'status' && to === null)) return 'not-writable';
  return null;
}

/** A verdict on one field of one side. `field` is absent where it is not mapped any more. */
export interface Wish {
  readonly rule: UndoRule;
  readonly side: Side;
  readonly key: string;
  readonly field: FieldMapping | undefined;
  readonly verdict: FieldVerdict;
}

/** Makes the plan of these verdicts. Effects that a brake holds, and values that were refused, are neither written nor left. */
export function planOf(input: UpdateInput, wishes: readonly Wish[]): UndoPlan {
  const writes: Record<Side, Record<string, JsonValue>> = { officernd: {}, hubspot: {} };
  const changes: FieldChange[] = [];
  const left: LeftField[] = [];
  const braked: BrakedEffect[] = [];
  const held: BrakedEffect[] = [];
  const refused: string[] = [];
  const snapshot: Record<string, FieldBase> = { ...input.snapshot };
  for (const { rule, side, key, field, verdict } of wishes) {
    if (verdict.kind === 'done') continue;
    const change = changeTo(input, { rule, side, key, field }, verdict.to);
    if (verdict.kind === 'left' || field === undefined) {
      left.push({ side, change, why: verdict.kind === 'left' ? verdict.why : 'not-mapped' });
      continue;
    }
    const to = canonical(field, side, verdict.to, input.context);
    if (input.wasRefused(side, key, to)) {
      refused.push(key);
      continue;
    }
    const over = canonical(field, side, change[side], input.context);
    const effect = effectOf({ to: side, change, loses: null, from: to, over });
    if (effect !== null && input.isHeld?.(effect) === true) {
      held.push(effect);
      continue;
    }
    if (effect !== null) braked.push(effect);
    changes.push(change);
    Object.assign(writes[side], restored(field, side, verdict.to, change[side]));
    if (rule === 'X1') snapshot[key] = partedBase(field, side, verdict.to, input, snapshot[key]);
  }
  return {
    left,
    plan: {
      link: input.link,
      officerndChanges: writes.officernd,
      hubspotChanges: Object.fromEntries(
        Object.entries(writes.hubspot).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
      ),
      linkIdChange: null,
      changes,
      losses: [],
      refused,
      braked,
      held,
      unlisted: [],
      isFirstMerge: false,
      snapshot,
      snapshotChanged: changes.some(({ rule }) => rule === 'X1'),
    },
  };
}

/**
 * X1: the base of a parted field. It is kept before the value is written. If the run breaks off in between, the next comparison sees both sides
 * agree (M1). If it were kept afterwards, a plain run might take the value that went back for a change, and carry it over.
 */
function partedBase(field: FieldMapping, side: Side, to: JsonValue, input: UpdateInput, known: FieldBase | undefined): FieldBase {
  const { officernd, hubspot, context } = input;
  const base = known !== undefined && known.mark === field.baseMark ? known : baseAfterWrite(field, officernd, hubspot, context);
  return { ...base, ...markOf(field), [side]: sideBase(field, side, to, context) };
}

/** The base after a value went back: what the written side gave back, and the other side's base as it was. */
export const baseAfterUndo = (side: Side, now: FieldBase, before: FieldBase | undefined): FieldBase => ({
  ...now,
  ...before,
  [side]: now[side],
});

interface WrittenBack extends Pick<UpdateInput, 'fields' | 'context'> {
  readonly plan: UpdatePlan;
  readonly side: Side;
  /** The record before the write and after it. */
  readonly before: Observation;
  readonly after: Observation;
}

/**
 * X1: the bases after a write that put a status back. Values that the vendor has set along with it (M11) are no person's changes, so their bases go
 * along.
 */
export function basesWithSideEffects(bases: Snapshot, { plan, fields, context, side, before, after }: WrittenBack): Snapshot {
  const isStatus = (key: string): boolean => fields.some((field) => field.key === key && field.type === 'status');
  if (!plan.changes.some(({ rule, field }) => rule === 'X1' && isStatus(field))) return bases;
  const sent = new Set(plan.changes.map(({ field }) => field));
  const moved = fields.flatMap((field): (readonly [string, FieldBase])[] => {
    const base = bases[field.key];
    if ((field.type !== 'percent' && field.type !== 'date') || sent.has(field.key) || base === undefined) return [];
    const was = sideBase(field, side, rawOf(field, side, before.values), context);
    const is = sideBase(field, side, rawOf(field, side, after.values), context);
    return base[side].canonical === was.canonical ? [[field.key, { ...base, [side]: is }]] : [];
  });
  return { ...bases, ...Object.fromEntries(moved) };
}

const changeTo = (
  { officernd, hubspot, snapshot }: UpdateInput,
  { rule, side, key, field }: Pick<Wish, 'rule' | 'side' | 'key' | 'field'>,
  after: JsonValue,
): FieldChange => ({
  field: key,
  base: snapshot[key]?.officernd.raw ?? null,
  officernd: field === undefined ? null : rawOf(field, 'officernd', officernd.values),
  hubspot: field === undefined ? null : rawOf(field, 'hubspot', hubspot.values),
  rule,
  action: side === 'officernd' ? 'writeOfficernd' : 'writeHubspot',
  after,
});
