import type { Entity, Side } from '../../domain/entity';
import type { Direction } from '../../domain/field-mapping';
import type { MatchingPolicy } from '../../domain/tenant-mapping';

/**
 * One case for the model: a world, what people do to its two copies, and the tenant's wishes. Plain data, and every number is taken modulo
 * what there is, so that any case is valid, shrinks well and can be kept in `regressions.ts`.
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
  /** U4: `tight` lets one unlink pass, `loose` all. */
  readonly brake: 'tight' | 'loose';
  /** OfficeRnD trims what it is given. */
  readonly officerndTrims: boolean;
  /** M11: OfficeRnD sets the probability with the status. */
  readonly officerndSetsProbability: boolean;
  /** M10: the side that refuses the phone number `bad`. */
  readonly refusesBadPhone: Side;
  readonly fields: readonly FieldWish[];
}

/** A field that is not mapped as it is by default. */
export interface FieldWish {
  readonly entity: Entity;
  readonly field: number;
  readonly direction: Direction;
  readonly enforce: boolean;
  readonly neverErase: boolean;
}

/** One thing of the world and its copies. */
export interface PairSpec {
  readonly entity: Entity;
  readonly where: 'both' | Side;
  /** For a pair with two copies: linked with a base, linked by OfficeRnD's own integration only, or not at all. */
  readonly link: 'synced' | 'carried' | 'none';
  /** Index of the value of each field. */
  readonly values: readonly number[];
  /** 0 is none, else the company that a member or an opportunity belongs to. */
  readonly parent: number;
  readonly passesFilter: boolean;
}

export type Edit =
  | { readonly kind: 'set'; readonly side: Side; readonly pair: number; readonly field: number; readonly value: number }
  | { readonly kind: 'delete'; readonly side: Side; readonly pair: number }
  | { readonly kind: 'restore'; readonly pair: number }
  /** HubSpot: two records become one, which keeps the second's id or gets a new one (U3). */
  | { readonly kind: 'merge'; readonly pair: number; readonly into: number; readonly newId: boolean }
  /** A link id on an OfficeRnD record that nobody here has put there (L2, U7). */
  | { readonly kind: 'carry'; readonly pair: number; readonly of: number; readonly portal: 'ours' | 'other' };

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
