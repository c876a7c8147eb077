import type { Side } from './entity';
import type { Direction } from './field-mapping';

/** A value in canonical form; null is blank. */
type Value = string | null;

export interface MergeInput {
  readonly direction: Direction;
  /** The values at the last agreement; undefined when the sides never agreed (M2). */
  readonly base: { readonly officernd: Value; readonly hubspot: Value } | undefined;
  readonly officernd: Value;
  readonly hubspot: Value;
  /**
   * Whether a side can take the other's value: false where it is read-only or has no counterpart (M12). Asked about the side that would be
   * written.
   */
  readonly takes: (side: Side) => boolean;
  /** By which rule different values mean the same: M2 counts at a first merge only, M13 always; null where they don't. */
  readonly agreement: 'M2' | 'M13' | null;
  /** D1: whose value wins at a first merge where both sides hold one; otherwise M2 decides. */
  readonly prefers?: Side;
  /** M5: undo a change against a one-way arrow instead of reporting it. */
  readonly enforce: boolean;
  /** M6: a cleared value does not propagate. */
  readonly neverErase: boolean;
}

/** The rules that write a value. */
type WriteRule = 'M2' | 'M3' | 'M4' | 'M5';

export type MergeOutcome =
  /** Both sides hold the same, each in its own form: the base becomes that. */
  | { readonly kind: 'agree'; readonly rule: 'M1' | 'M2' | 'M13' }
  /** Nothing to do: unchanged since the last agreement, or a blank that does not flow. */
  | { readonly kind: 'keep'; readonly rule: 'M2' | 'M6' | 'M7' }
  /** `loses`: how the value that gives way is kept (A3). */
  | { readonly kind: 'write'; readonly to: Side; readonly rule: WriteRule; readonly loses: 'conflict' | 'first-link' | null }
  /** A difference that no rule may remove. */
  | { readonly kind: 'drift'; readonly rule: 'M5' | 'M12' | 'M14' };

/**
 * Decides one field of one link: rules M1–M6 and M12, in the order of docs/how-a-sync-decides.md. Values are compared in canonical form.
 */
export function mergeField(input: MergeInput): MergeOutcome {
  const { base, officernd, hubspot, direction } = input;
  if (officernd === hubspot) return { kind: 'agree', rule: 'M1' };
  if (input.agreement === 'M13') return { kind: 'agree', rule: 'M13' };
  if (base === undefined) return input.agreement === 'M2' ? { kind: 'agree', rule: 'M2' } : firstMerge(input);
  const changed = { officernd: differs(officernd, base.officernd, input), hubspot: differs(hubspot, base.hubspot, input) };
  if (!changed.officernd && !changed.hubspot) return { kind: 'keep', rule: erased(input, base) ? 'M6' : 'M7' };
  switch (direction) {
    case '↔':
      if (changed.officernd && changed.hubspot) return write('hubspot', 'M4', input, 'conflict');
      return write(changed.hubspot ? 'officernd' : 'hubspot', 'M3', input, null);
    case '←':
      return changed.hubspot || input.enforce ? write('officernd', 'M5', input, null) : { kind: 'drift', rule: 'M5' };
    case '→':
      return changed.officernd || input.enforce ? write('hubspot', 'M5', input, null) : { kind: 'drift', rule: 'M5' };
  }
}

/** M2: the winner of a first merge is OfficeRnD, the side that a person prefers, or an arrow's source. A blank never wins. */
function firstMerge(input: MergeInput): MergeOutcome {
  const { direction, officernd, hubspot, prefers } = input;
  const isHubSpotFirst = officernd === null || (prefers === 'hubspot' && hubspot !== null);
  const winner: Side = direction === '←' || (direction === '↔' && isHubSpotFirst) ? 'hubspot' : 'officernd';
  const [won, lost] = winner === 'officernd' ? [officernd, hubspot] : [hubspot, officernd];
  if (won === null) return { kind: 'keep', rule: 'M2' };
  return write(winner === 'officernd' ? 'hubspot' : 'officernd', 'M2', input, lost === null ? null : 'first-link');
}

/** With `neverErase`, a value that became blank counts as unchanged (M6). */
const differs = (value: Value, base: Value, { neverErase }: MergeInput): boolean => value !== base && !(neverErase && value === null);

const erased = ({ officernd, hubspot }: MergeInput, base: { readonly officernd: Value; readonly hubspot: Value }): boolean =>
  officernd !== base.officernd || hubspot !== base.hubspot;

function write(
  to: Side,
  rule: WriteRule,
  { takes, neverErase, officernd, hubspot }: MergeInput,
  loses: 'conflict' | 'first-link' | null,
): MergeOutcome {
  if (!takes(to)) return { kind: 'drift', rule: 'M12' };
  const written = to === 'hubspot' ? officernd : hubspot;
  if (neverErase && written === null) return { kind: 'keep', rule: 'M6' };
  return { kind: 'write', to, rule, loses };
}
