import { otherSide } from '../entity';
import type { Side } from '../entity';
import type { FieldMapping } from '../field-mapping';
import type { FieldBase } from '../link';
import { mergeField } from '../merge-field';
import type { MergeOutcome } from '../merge-field';
import { isOfOtherPipeline, isStatusPaused, isUnread } from '../field-conditions';
import type { FieldDecision } from '../plan-update';
import type { UpdateInput } from '../update-input';
import { isUnreadIn } from '../unread';
import { because, vendor, vendorAcross } from './words';
import type { Reason } from './words';

/** A field, its values, and what the planner has decided about it. */
export interface DecidedField {
  readonly field: FieldMapping;
  readonly decision: FieldDecision;
  readonly now: FieldBase;
  /** The base that counts; undefined where there is none. */
  readonly base: FieldBase | undefined;
  /** Whether one is stored that counts no more (B3). */
  readonly hasLostBase: boolean;
  /** X1: whether its newest write has put it back. */
  readonly isParted: boolean;
  readonly input: UpdateInput;
}

/** Why a field is not compared at all (V1–V3, M13). */
export function whyNotCompared({ field, now, input }: DecidedField): Reason {
  if (isUnreadIn(field, input.officernd))
    return because(
      'V1',
      "OfficeRnD's value is too long to be kept, so the field is neither compared nor written.",
      'shorten it in OfficeRnD',
    );
  if (isUnreadIn(field, input.hubspot))
    return because(
      'V1',
      "HubSpot's last answer left this field out, or its value is too long to be kept, so the field is neither compared nor written.",
      "look at the property in HubSpot's settings, and whether the token may read it",
    );
  if (isUnread(field, input))
    return because(
      'V2',
      "No record of OfficeRnD's last listing shows this field though values of it were known, so it counts as unread and is not written.",
      'look whether the field still exists in OfficeRnD',
    );
  if (isStatusPaused(field, now, input.context))
    return because(
      'V3',
      'The stage or the status that one side holds is paused, since its counterpart is gone.',
      'put it back, or change opportunities.statuses in the tenant file',
    );
  return because('M13', "The deal is in another pipeline than the tenant's, so its probability says nothing of the opportunity.");
}

/** Why both sides count as agreed, though their values may differ. */
export function whyAgreed({ field, base, now, input }: DecidedField, { rule }: MergeOutcome & { readonly kind: 'agree' }): Reason {
  switch (rule) {
    case 'M1':
      return because(
        rule,
        base !== undefined && base.officernd.canonical === now.officernd.canonical && base.hubspot.canonical === now.hubspot.canonical
          ? 'Both sides hold the same.'
          : 'Both sides hold the same, and the next run notes that as the base.',
      );
    case 'M2':
      return because(
        rule,
        field.type === 'email' && input.hubspot.keys.emails.length > 1
          ? "OfficeRnD's address is one of the contact's additional ones or differs only in spelling, so each side keeps its own."
          : 'The values differ only in case, white space or Unicode form, so they count as agreed and each side keeps its own.',
      );
    case 'M13':
      return because(
        rule,
        "Both probabilities follow, one from the deal's stage and one from the opportunity's status, so they count as agreed.",
      );
  }
}

/** X1: the rule of a field that an undo has put back on one side, and that nobody has changed since. */
export const PARTED = 'X1';

/** Why nothing is done though nothing was agreed on now. */
export function whyKept({ field, now, hasLostBase, isParted }: DecidedField, { rule }: MergeOutcome & { readonly kind: 'keep' }): Reason {
  switch (rule) {
    case 'M7':
      if (isParted)
        return because(
          PARTED,
          'An undo has put one side back to what it was before, so the two differ until somebody changes one of them.',
          'change it on one side: the next run carries that over',
        );
      return because(rule, 'Each side still holds what it held when the two last agreed, in its own form.');
    case 'M2':
      return because(
        rule,
        `${noBase(hasLostBase)}, and a blank of ${vendor[sourceOf(field)]}, where the arrow begins, wins nothing: both sides stay as they are.`,
      );
    case 'M6':
      return because(
        rule,
        `The value was cleared in ${vendor[now.officernd.canonical === null ? 'officernd' : 'hubspot']}, and with neverErase clearing is not carried over.`,
        'clear it on the other side, too, or change neverErase in the tenant file',
      );
  }
}

const noBase = (isLost: boolean): string =>
  isLost
    ? 'The base counts no more, since the field has come to mean something else or a run went by without it (B3)'
    : 'There is no base yet';

/** Where a one-way arrow begins. OfficeRnD for both ways: it wins. */
const sourceOf = ({ direction }: FieldMapping): Side => (direction === '←' ? 'hubspot' : 'officernd');

/** Why a difference stays that no rule may remove. */
export function whyDrift(decided: DecidedField, { rule }: MergeOutcome & { readonly kind: 'drift' }): Reason {
  const { field, input } = decided;
  switch (rule) {
    case 'M5': {
      const from = sourceOf(field);
      return because(
        rule,
        `The arrow leads from ${vendor[from]} to ${vendorAcross(from)}, and only ${vendorAcross(from)}'s value was changed: that is reported and left.`,
        `change it in ${vendor[from]}, or set drift: enforce or another direction in the tenant file`,
      );
    }
    case 'M14':
      return because(rule, "The deal is in another currency than the portal's company currency, so its amount is reported and left.");
    case 'M12': {
      const to = targetOf(decided);
      if (field.readOnly[to])
        return because(
          rule,
          `${vendor[to]}'s value would have to change, and ${vendor[to]} lets nobody write it: the difference is reported and left.`,
        );
      if (field.type === 'status' && to === 'hubspot' && isOfOtherPipeline(input))
        return because(rule, "The deal is in another pipeline than the tenant's, so its stage is not written.");
      return because(
        rule,
        `${vendorAcross(to)}'s value has no counterpart in ${vendor[to]}, so nothing is written there: the difference is reported and left.`,
        field.type === 'status'
          ? 'add the pair to opportunities.statuses in the tenant file'
          : `choose a value that ${vendor[to]} can take`,
      );
    }
  }
}

/** The side that would have been written, had it been able to take the value. */
function targetOf({ field, base, now }: DecidedField): Side {
  const outcome = mergeField({
    direction: field.direction,
    base: base && { officernd: base.officernd.canonical, hubspot: base.hubspot.canonical },
    officernd: now.officernd.canonical,
    hubspot: now.hubspot.canonical,
    takes: () => true,
    agreement: null,
    enforce: field.drift === 'enforce',
    neverErase: field.neverErase,
  });
  return outcome.kind === 'write' ? outcome.to : 'hubspot';
}

/** Why the next run writes a value. */
export function whyWritten({ base, now, hasLostBase }: DecidedField, outcome: MergeOutcome & { readonly kind: 'write' }): Reason {
  const { to, rule, loses } = outcome;
  const from = otherSide(to);
  const [source, target] = [vendor[from], vendor[to]];
  if (rule !== 'M2' && now[from].canonical === null && base?.[from].canonical !== null)
    return because(
      rule,
      loses === 'conflict'
        ? `${source}'s value was cleared and ${target}'s was changed, and OfficeRnD wins: the next run clears ${target}'s and keeps it as a conflict.`
        : `The value was cleared in ${source}, and a blank is a value: the next run clears it in ${target}, too.`,
    );
  switch (rule) {
    case 'M2':
      return because(
        rule,
        loses === null
          ? `${noBase(hasLostBase)} and ${target}'s value is blank, so the next run fills it with ${source}'s.`
          : `${noBase(hasLostBase)} and ${source}'s value wins: the next run writes it to ${target}, and keeps the one that gives way.`,
      );
    case 'M3':
      return because(rule, `Only ${source}'s value has changed since the two last agreed, so the next run writes it to ${target}.`);
    case 'M4':
      return because(
        rule,
        `Both values have changed since the two last agreed, and OfficeRnD wins: the next run writes its value to ${target}, and keeps the other as a conflict.`,
      );
    case 'M5':
      return because(
        rule,
        base !== undefined && base[from].canonical === now[from].canonical
          ? `${target}'s value was changed against the arrow, and drift: enforce makes the next run undo that.`
          : `The arrow leads from ${source} to ${target} and ${source}'s value has changed, so the next run writes it to ${target}.`,
      );
  }
}
