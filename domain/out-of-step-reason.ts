import type { Entity, Side } from './entity';
import { asLabel } from './printable';

/** Why records are not in step. A creation filter (L10) is no reason, since the tenant asks for it, and neither is a suppression (U5). */
export const outOfStepReasons = [
  'held',
  'rejected',
  'review',
  'location-unresolved',
  'no-name',
  'no-email',
  'no-linked-parent',
  'status-unmapped',
  'link-id-refused',
  'refused',
  'taken',
  'too-long',
  'unread',
  'unavailable',
  'parked',
  'drift',
  'pending',
  'paused',
] as const;
export type OutOfStepReason = (typeof outOfStepReasons)[number];

/** The facts that a step names. */
export interface Stuck {
  readonly tenant: string;
  readonly reason: OutOfStepReason;
  readonly entity: Entity;
  readonly field: string | null;
  readonly side: Side | null;
  readonly detail: string | null;
}

/** The next step for a person about records that are out of step, with the exact command where there is one. */
export function stepFor({ tenant, reason, entity, field, side, detail }: Stuck): string {
  const named = field === null ? 'the value' : `"${asLabel(field)}"`;
  switch (reason) {
    case 'held':
      return `Look at the list, then "orsync approve ${tenant} ${asLabel(detail ?? '')}" or "orsync reject ${tenant} ${asLabel(detail ?? '')}".`;
    case 'rejected':
      return `Nothing: somebody has rejected this. "orsync reject ${tenant} --withdraw --entity ${entity}" takes that back.`;
    case 'review':
      return `"orsync review ${tenant}" lists them and says what to do about each.`;
    case 'location-unresolved':
      return locationStep(tenant, detail);
    case 'no-name':
      return 'Give the record a name in HubSpot.';
    case 'no-email':
      return 'Give the contact an e-mail address in HubSpot.';
    case 'no-linked-parent':
      return 'In HubSpot, associate the deal with a company or a contact that OfficeRnD has, too.';
    case 'status-unmapped':
      return `Give the deal’s stage a status under opportunities.statuses in the tenant file, then "orsync tenant apply FILE".`;
    case 'link-id-refused':
      return `Add the custom property hubspot_link_id for this entity in OfficeRnD, then "orsync retry ${tenant}". Nothing of it is created before.`;
    case 'refused':
      return field === null
        ? `Correct the record as ${vendorName(side)} says; "orsync failures ${tenant}" shows its words. It is tried again when the record has changed.`
        : `Correct ${named}, or what ${vendorName(side)} allows in it; "orsync failures ${tenant}" shows its words. It is tried again when the value has changed.`;
    case 'taken':
      return `Another record has the same value of ${named}. Change one of the two, or merge them; the next run tries again.`;
    case 'too-long':
      return `Shorten ${named}: the values of one record may have a million characters together.`;
    case 'unread':
      return unreadStep(field, side);
    case 'unavailable':
      return 'Nothing: the next run tries again.';
    case 'parked':
      return `It has failed in ten runs. "orsync failures ${tenant}" says why; mend it, then "orsync retry ${tenant} --entity ${entity}".`;
    case 'drift':
      return driftStep(named, detail);
    case 'pending':
      return 'Nothing: OfficeRnD has not answered these creations, and a later run settles them.';
    case 'paused':
      return `Put back what is gone at the vendor, or change the tenant file, then "orsync tenant apply FILE".`;
  }
}

/** L8 */
const locationStep = (tenant: string, property: string | null): string =>
  property === null
    ? 'Set locations.default, or locations.property with its map, in the tenant file, then "orsync tenant apply FILE".'
    : `Correct the HubSpot property "${asLabel(property)}" ("orsync failures ${tenant}" has its values), or add them to locations.map in the tenant file, then "orsync tenant apply FILE".`;

/** V1, V2 */
const unreadStep = (field: string | null, side: Side | null): string =>
  field === null
    ? 'HubSpot said nothing of a property that the record needs. Check the scopes of its token; the next run reads again.'
    : `${vendorName(side)} said nothing of "${asLabel(field)}". Check that the property is there and may be read; the next run reads again.`;

/** M5, M12, M14 */
const driftStep = (named: string, rule: string | null): string =>
  rule === 'M14'
    ? `The deal has another currency. Change that, or set opportunities.currencies to any in the tenant file.`
    : rule === 'M12'
      ? `One side can’t take the other’s value of ${named}. Correct it by hand, or give the field another property or status.`
      : `${named} goes one way only, and was changed on the other side. Change it back, or its direction or drift: enforce in the tenant file.`;

const vendorName = (side: Side | null): string => (side === null ? 'the vendor' : side === 'hubspot' ? 'HubSpot' : 'OfficeRnD');

/** The command that shows more about records that are out of step, or does something about them. Null where nobody has to do anything. */
export function commandFor({ tenant, reason, detail }: Pick<Stuck, 'tenant' | 'reason' | 'detail'>): string | null {
  switch (reason) {
    case 'held':
      return `orsync approve ${tenant} ${asLabel(detail ?? '')}`;
    case 'review':
      return `orsync review ${tenant}`;
    case 'location-unresolved':
    case 'no-name':
    case 'no-email':
    case 'no-linked-parent':
    case 'status-unmapped':
    case 'link-id-refused':
    case 'refused':
    case 'taken':
    case 'too-long':
    case 'parked':
      return `orsync failures ${tenant}`;
    case 'drift':
      return `orsync conflicts ${tenant}`;
    case 'unread':
    case 'paused':
      return `orsync doctor ${tenant}`;
    case 'rejected':
    case 'unavailable':
    case 'pending':
      return null;
  }
}
