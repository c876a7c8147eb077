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

/** Gives a case its id, which is made of its records' ids and holds nobody's name. */
export function reviewOf(fields: Omit<Review, 'id'>): Review {
  const officerndIds = [...fields.officerndIds].sort();
  const hubspotIds = [...fields.hubspotIds].sort();
  return { ...fields, officerndIds, hubspotIds, id: `${fields.kind}/${fields.entity}/${officerndIds.join('+')}/${hubspotIds.join('+')}` };
}
