/**
 * Ids are strings whose type carries their side. A plain string fits either type, but one side's id never fits the other's place. The mark
 * does not exist at run time.
 */
export type HubSpotId = string & { readonly __side?: 'hubspot' };
export type OfficerndId = string & { readonly __side?: 'officernd' };

/** How the id begins that a preview makes up for an OfficeRnD record that it would create. OfficeRnD's own are hexadecimal. */
export const MADE_UP_ID = 'preview-';

/** The custom property of an OfficeRnD record that shows its link (L2, L14). */
export const LINK_PROPERTY = 'hubspot_link_id';
/** Its path in a record. */
export const LINK_PATH = `properties.${LINK_PROPERTY}`;

/** The value of the link property: `{portalId}-{recordId}` (L2). */
export const linkIdOf = (portalId: string, hubspotId: HubSpotId): string => `${portalId}-${hubspotId}`;

export type ParsedLinkId =
  | { readonly kind: 'ours'; readonly hubspotId: HubSpotId }
  | { readonly kind: 'other-portal' }
  | { readonly kind: 'unreadable' };

/**
 * Reads a link property. An id of another portal, or of another form, is left alone and reported (U7). A record id that no HubSpot record
 * can have is still ours: its record is gone, and nobody has to be asked (U2).
 */
export function parseLinkId(linkId: string, portalId: string): ParsedLinkId {
  const match = /^(\d+)-(\S+)$/.exec(linkId.trim());
  if (match?.[1] === undefined || match[2] === undefined) return { kind: 'unreadable' };
  return match[1] === portalId ? { kind: 'ours', hubspotId: match[2] } : { kind: 'other-portal' };
}

/** The record's own id, when `id` is a value of the link property; another id as it is. */
export const recordIdIn = (id: string): string => /^\d+-(\d+)$/.exec(id)?.[1] ?? id;
