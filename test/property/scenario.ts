import type { DecisionKind } from '../../domain/decision';
import type { Entity, Side } from '../../domain/entity';
import type { Direction } from '../../domain/field-mapping';
import type { MatchingPolicy } from '../../domain/tenant-mapping';

/**
 * One case for the model as plain data: a world, people's edits of its two copies, and the tenant's policy. Numbers are taken modulo the
 * number of choices. So every case is valid, shrinks well and can be kept in `regressions.ts`.
 */
export interface Scenario {
  readonly policy: Policy;
  readonly pairs: readonly PairSpec[];
  /** People's edits before each run. */
  readonly rounds: readonly (readonly Edit[])[];
}

export interface Policy extends MatchingPolicy {
  readonly memberNeedsEmail: boolean;
  /** L10: only records with the right lifecycle are created. */
  readonly filter: boolean;
  /** U4: `tight` allows one unlink, `loose` all. */
  readonly brake: 'tight' | 'loose';
  /** True if OfficeRnD trims texts. */
  readonly officerndTrims: boolean;
  /** M11: true if OfficeRnD sets the probability with the status. */
  readonly officerndSetsProbability: boolean;
  /** M10: the side that refuses the phone number `bad`. */
  readonly refusesBadPhone: Side;
  readonly fields: readonly FieldWish[];
}

/** A field with another mapping than the default. */
export interface FieldWish {
  readonly entity: Entity;
  readonly field: number;
  readonly direction: Direction;
  readonly enforce: boolean;
  readonly neverErase: boolean;
}

/** One record of the world with its copies. */
export interface PairSpec {
  readonly entity: Entity;
  readonly where: 'both' | Side;
  /** Whether two copies are linked with a base, linked by OfficeRnD's own integration only, or not linked. */
  readonly link: 'synced' | 'carried' | 'none';
  /** The index of each field's value. */
  readonly values: readonly number[];
  /** The company of a member or an opportunity. 0 means none. */
  readonly parent: number;
  readonly passesFilter: boolean;
}

export type Edit =
  | { readonly kind: 'set'; readonly side: Side; readonly pair: number; readonly field: number; readonly value: number }
  | { readonly kind: 'delete'; readonly side: Side; readonly pair: number }
  | { readonly kind: 'restore'; readonly pair: number }
  /** HubSpot merges two records. The survivor keeps the second one's id or gets a new one (U3). */
  | { readonly kind: 'merge'; readonly pair: number; readonly into: number; readonly newId: boolean }
  /** An OfficeRnD record gets a link id from another program (L2, U7). */
  | { readonly kind: 'carry'; readonly pair: number; readonly of: number; readonly portal: 'ours' | 'other' }
  /** D1: a person says something about a record and the copy of another, and takes it back. */
  | {
      readonly kind: 'decide';
      readonly say: DecisionKind;
      readonly pair: number;
      readonly of: number;
      readonly side: Side;
      readonly prefer: boolean;
    }
  | { readonly kind: 'withdraw'; readonly decision: number };

export const calmPolicy: Policy = {
  ambiguous: 'review',
  emailsDiffer: 'review',
  memberNeedsEmail: false,
  filter: false,
  brake: 'loose',
  officerndTrims: false,
  officerndSetsProbability: false,
  refusesBadPhone: 'hubspot',
  fields: [],
};
