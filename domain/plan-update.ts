import { agreementOf, followsStage, isForeignAmount } from './agreement';
import { bagsWithHiddenValue, isInBag } from './unread';
import { LINK_PATH } from './ids';
import { isBaseOfMeaning, isOfOtherPipeline, isStatusPaused, isUnread } from './field-conditions';
import { changeOfLinkId } from './link-id-change';
import { otherSide } from './entity';
import type { Side } from './entity';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { JsonValue } from './json';
import type { FieldBase, Link, SideBase, Snapshot } from './link';
import type { MergeOutcome } from './merge-field';
import { mergeField } from './merge-field';
import type { Observation } from './observation';
import type { FieldChange, SideChange } from './operation';
import { effectOf } from './update-brake';
import type { BrakedEffect } from './update-brake';
import type { UpdateInput } from './update-input';
import { canonical, encode, rawOf } from './values';
import type { Encoded } from './values';

/** The changes that the update phase would make for one link. */
export interface UpdatePlan {
  readonly link: Link;
  /** By OfficeRnD's paths; includes the link id where it does not show yet (L14). */
  readonly officerndChanges: Readonly<Record<string, JsonValue>>;
  /** By HubSpot's property names. */
  readonly hubspotChanges: Readonly<Record<string, string>>;
  /** The part of `officerndChanges` that sets the link id; null where that shows already (L14). */
  readonly linkIdChange: FieldChange | null;
  /** Every field that is written or drifts, with its rule. */
  readonly changes: readonly FieldChange[];
  /** Values that give way (A3). */
  readonly losses: readonly Loss[];
  /** Fields that are left as they are because a side has refused this very value before (M10). */
  readonly refused: readonly string[];
  /** The writes among the changes that the brakes of this phase count (M2, M6). */
  readonly braked: readonly BrakedEffect[];
  /** Effects that a brake holds: their fields are left as they are, and their values are not recorded as lost. */
  readonly held: readonly BrakedEffect[];
  /** Changes that the applied preview does not list: their fields are left as they are, and no value is recorded as lost. */
  readonly unlisted: readonly SideChange[];
  /** Whether some field of the link meets for the first time (M2). */
  readonly isFirstMerge: boolean;
  /** The bases as they are known without any write: agreements included (M1). */
  readonly snapshot: Snapshot;
  readonly snapshotChanged: boolean;
}

interface Loss {
  readonly kind: 'conflict' | 'first-link';
  readonly change: FieldChange;
}

/** Plans the merge of one link's fields (M1–M6, M9, M12). Pure: the same input gives the same plan. */
export function planUpdate(input: UpdateInput): UpdatePlan {
  const unwritable = unwritableBags(input);
  const decisions = keptWhileStatusChanges(input.fields.map((field) => decideField(field, input, unwritable)));
  const written = (to: Side) => decisions.flatMap(({ writes }) => (writes?.to === to ? Object.entries(writes.values) : []));
  const snapshot: Record<string, FieldBase> = {};
  for (const { key, base } of decisions) if (base !== undefined) snapshot[key] = base;
  const wantedLinkId = changeOfLinkId(input);
  // M10: a refused link id never holds back the record's other fields.
  const isLinkIdRefused = wantedLinkId !== null && input.wasRefused('officernd', wantedLinkId.field, asText(wantedLinkId.hubspot));
  const isLinkIdListed = wantedLinkId === null || input.isListed?.('officernd', wantedLinkId) !== false;
  const linkIdChange = isLinkIdRefused || !isLinkIdListed || isInBag(LINK_PATH, unwritable) ? null : wantedLinkId;
  return {
    link: input.link,
    officerndChanges: {
      ...Object.fromEntries(written('officernd')),
      ...(linkIdChange !== null && { [linkIdChange.field]: linkIdChange.hubspot }),
    },
    linkIdChange,
    hubspotChanges: Object.fromEntries(written('hubspot').map(([name, value]) => [name, asText(value)])),
    changes: decisions.flatMap(({ change }) => (change === undefined ? [] : [change])),
    losses: decisions.flatMap(({ change, loses }) => (change === undefined || loses === null ? [] : [{ kind: loses, change }])),
    refused: [
      ...decisions.flatMap(({ key, refused }) => (refused === true ? [key] : [])),
      ...(isLinkIdRefused ? [wantedLinkId.field] : []),
    ],
    braked: decisions.flatMap(({ effect }) => effect ?? []),
    held: decisions.flatMap(({ held }) => held ?? []),
    unlisted: [
      ...decisions.flatMap(({ unlisted }) => unlisted ?? []),
      ...(isLinkIdListed || isLinkIdRefused ? [] : [{ side: 'officernd' as const, change: wantedLinkId }]),
    ],
    isFirstMerge: decisions.some(({ isFirst }) => isFirst === true),
    snapshot: keepUnmapped(input.snapshot, snapshot, input.fields),
    snapshotChanged: decisions.some(({ baseChanged }) => baseChanged),
  };
}

/** The decision on each field by itself, in the order of the fields: what `planUpdate` makes its plan of. */
export function decideFields(input: UpdateInput): readonly FieldDecision[] {
  const unwritable = unwritableBags(input);
  return input.fields.map((field) => decideField(field, input, unwritable));
}

/** Whether a plan writes anything outside. */
export const hasWrites = (plan: UpdatePlan): boolean =>
  Object.keys(plan.officerndChanges).length > 0 || Object.keys(plan.hubspotChanges).length > 0;

/** Whether a plan writes to one side. */
export const writesTo = ({ officerndChanges, hubspotChanges }: UpdatePlan, side: Side): boolean =>
  Object.keys(side === 'officernd' ? officerndChanges : hubspotChanges).length > 0;

/** The part of a plan that one side's write carries out. The other side gets a plan of its own. */
export function planForSide(plan: UpdatePlan, side: Side): UpdatePlan {
  const isOfSide = ({ action }: FieldChange): boolean => action === (side === 'officernd' ? 'writeOfficernd' : 'writeHubspot');
  return {
    ...plan,
    officerndChanges: side === 'officernd' ? plan.officerndChanges : {},
    hubspotChanges: side === 'hubspot' ? plan.hubspotChanges : {},
    changes: plan.changes.filter(isOfSide),
    losses: plan.losses.filter(({ change }) => isOfSide(change)),
    braked: plan.braked.filter(({ change }) => isOfSide(change)),
  };
}

/** The base of a field after a write: what each side holds now, even if a vendor has rewritten what it was given (M7). */
export const baseAfterWrite = (field: FieldMapping, officernd: Observation, hubspot: Observation, context: ValueContext): FieldBase => ({
  ...markOf(field),
  officernd: sideBase(field, 'officernd', rawOf(field, 'officernd', officernd.values), context),
  hubspot: sideBase(field, 'hubspot', rawOf(field, 'hubspot', hubspot.values), context),
});

/** B3: a base carries the mark of the mapping under which it was agreed on. */
export const markOf = ({ baseMark }: FieldMapping): Pick<FieldBase, 'mark'> => (baseMark === undefined ? {} : { mark: baseMark });

/** One side of a base, from a raw value of it. */
export const sideBase = (field: FieldMapping, side: Side, raw: JsonValue, context: ValueContext): SideBase => ({
  canonical: canonical(field, side, raw, context),
  raw,
});

/** The decision on one field of a link. */
export interface FieldDecision {
  readonly key: string;
  /** The result of merging; null for a field that is not compared. A write may be left out all the same. */
  readonly outcome: MergeOutcome | null;
  readonly base: FieldBase | undefined;
  readonly baseChanged: boolean;
  readonly change?: FieldChange;
  readonly refused?: true;
  /** Whether the field meets for the first time, and something follows from it (M2). */
  readonly isFirst?: boolean;
  /** Set where two different probabilities count as agreed: the base from before (M13). */
  readonly formerBase?: FieldBase;
  readonly effect?: BrakedEffect;
  readonly held?: BrakedEffect;
  readonly unlisted?: SideChange;
  readonly loses: Loss['kind'] | null;
  readonly writes?: { readonly to: Side; readonly values: Readonly<Record<string, JsonValue>> };
}

const NONE: ReadonlySet<string> = new Set();

/** Bags of the OfficeRnD record of which nothing is written (V2). */
const unwritableBags = ({ fields, snapshot, unreadPaths }: UpdateInput): ReadonlySet<string> =>
  unreadPaths === undefined ? NONE : bagsWithHiddenValue(fields, snapshot, unreadPaths);

/** @param unwritable bags of the OfficeRnD record of which nothing is written (V2) */
function decideField(field: FieldMapping, input: UpdateInput, unwritable: ReadonlySet<string>): FieldDecision {
  const now = baseAfterWrite(field, input.officernd, input.hubspot, input.context);
  const stored = input.snapshot[field.key];
  // B3: what both sides agreed on when the values meant something else is no base.
  const base = stored !== undefined && isBaseOfMeaning(field, stored, input.context) ? stored : undefined;
  const encodedFor = (side: Side): Encoded => encode(field, side, now[otherSide(side)].raw, now[side].raw, input.context);
  const left: FieldDecision = { key: field.key, base: stored, baseChanged: false, loses: null, outcome: null };
  if (isUnread(field, input) || isStatusPaused(field, now, input.context)) return left;
  // The stage of another pipeline stands for no status, so its probability says nothing either (M13).
  if (followsStage(field) && isOfOtherPipeline(input)) return left;
  const merged = mergeField({
    direction: field.direction,
    base: base && { officernd: base.officernd.canonical, hubspot: base.hubspot.canonical },
    officernd: now.officernd.canonical,
    hubspot: now.hubspot.canonical,
    takes: (side) => takes(side, field, encodedFor(side), input),
    agreement: agreementOf(field, input, now, input.context),
    enforce: field.drift === 'enforce',
    neverErase: field.neverErase,
    ...(input.prefers !== undefined && { prefers: input.prefers }),
  });
  const isForeign = merged.kind === 'write' && isForeignAmount(field, input.hubspot, input.context);
  const outcome: MergeOutcome = isForeign ? { kind: 'drift', rule: 'M14' } : merged;
  const kept: FieldDecision = { ...left, outcome };
  const isFirst = base === undefined;
  switch (outcome.kind) {
    case 'agree':
      return {
        ...kept,
        base: now,
        baseChanged: !sameBase(base, now),
        isFirst,
        ...(outcome.rule === 'M13' && base !== undefined && { formerBase: base }),
      };
    case 'keep':
      return kept;
    case 'drift':
      return { ...kept, change: changeOf(field, base, now, outcome) };
    case 'write': {
      const source = outcome.to === 'hubspot' ? now.officernd : now.hubspot;
      const target = encodedFor(outcome.to);
      if (input.wasRefused(outcome.to, field.key, source.canonical)) return { ...kept, refused: true };
      if (target.kind === 'impossible' || (outcome.to === 'officernd' && isInBag(field.officernd, unwritable))) return kept;
      const change = changeOf(field, base, now, outcome);
      if (input.isListed?.(outcome.to, change) === false) return { ...kept, unlisted: { side: outcome.to, change } };
      const effect = effectOf({ to: outcome.to, change, loses: outcome.loses, from: source.canonical, over: now[outcome.to].canonical });
      if (effect !== null && input.isHeld?.(effect) === true) return { ...kept, isFirst, held: effect };
      return {
        ...kept,
        isFirst,
        ...(effect !== null && { effect }),
        change,
        loses: outcome.loses,
        writes: { to: outcome.to, values: target.values },
      };
    }
  }
}

/**
 * M13: while OfficeRnD's status is being written, the probabilities keep their base. If OfficeRnD does not set its own with the status, the
 * old one is left behind, and the next round takes HubSpot's (M3).
 */
function keptWhileStatusChanges(decisions: readonly FieldDecision[]): readonly FieldDecision[] {
  if (!decisions.some(({ writes }) => writes?.to === 'officernd' && 'status' in writes.values)) return decisions;
  return decisions.map((decision) =>
    decision.formerBase === undefined ? decision : { ...decision, base: decision.formerBase, baseChanged: false },
  );
}

function takes(side: Side, field: FieldMapping, encoded: Encoded, input: UpdateInput): boolean {
  if (field.readOnly[side] || encoded.kind === 'impossible') return false;
  return !(side === 'hubspot' && field.type === 'status' && isOfOtherPipeline(input));
}

const changeOf = (
  field: FieldMapping,
  base: FieldBase | undefined,
  now: FieldBase,
  outcome: Exclude<MergeOutcome, { kind: 'agree' | 'keep' }>,
): FieldChange => ({
  field: field.key,
  base: base?.officernd.raw ?? null,
  officernd: now.officernd.raw,
  hubspot: now.hubspot.raw,
  rule: outcome.rule,
  action: outcome.kind === 'drift' ? 'drift' : outcome.to === 'officernd' ? 'writeOfficernd' : 'writeHubspot',
});

/** A field that is not mapped any more keeps its base: it may be mapped again. */
function keepUnmapped(before: Snapshot, after: Snapshot, fields: readonly FieldMapping[]): Snapshot {
  const mapped = new Set(fields.map(({ key }) => key));
  return { ...Object.fromEntries(Object.entries(before).filter(([key]) => !mapped.has(key))), ...after };
}

const sameBase = (one: FieldBase | undefined, other: FieldBase): boolean =>
  one !== undefined && one.officernd.canonical === other.officernd.canonical && one.hubspot.canonical === other.hubspot.canonical;

const asText = (value: JsonValue): string => (typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value));
