import type { Entity } from './entity';
import type { HubSpotId, OfficerndId } from './ids';

/** The kinds of cases that a person has to decide (L4, L3, L5, U3, L2, U7). */
export type ReviewKind = 'ambiguous' | 'same-name' | 'emails-differ' | 'merged' | 'link-taken' | 'other-portal';

/** A case that the program refuses to decide. */
export interface Review {
  /** The same case always has the same id, so that a second run opens no second review (A1). */
  readonly id: string;
  readonly entity: Entity;
  readonly kind: ReviewKind;
  readonly rule: string;
  readonly officerndIds: readonly OfficerndId[];
  readonly hubspotIds: readonly HubSpotId[];
}

/**
 * Gives a case its id, which is made of its records' ids and holds nobody's name.
 * @param core the records that make the case, where it names others beside them: then it stays the same case when others join
 */
export function reviewOf(fields: Omit<Review, 'id'>, core: Pick<Review, 'officerndIds' | 'hubspotIds'> = fields): Review {
  const inOrder = (ids: readonly string[]): readonly string[] => [...ids].sort();
  const names = [core.officerndIds, core.hubspotIds].map((ids) => inOrder(ids).join('+'));
  return {
    ...fields,
    officerndIds: inOrder(fields.officerndIds),
    hubspotIds: inOrder(fields.hubspotIds),
    id: [fields.kind, fields.entity, ...names].join('/'),
  };
}
