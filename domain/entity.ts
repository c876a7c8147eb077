/**
 * The kinds of records that are kept in step, in dependency order: a member is created in its company, an opportunity under either (L9).
 */
export const entities = ['company', 'member', 'opportunity'] as const;
export type Entity = (typeof entities)[number];

export const sides = ['officernd', 'hubspot'] as const;
/** One of the two systems. */
export type Side = (typeof sides)[number];

export const otherSide = (side: Side): Side => (side === 'officernd' ? 'hubspot' : 'officernd');

/** The name of an entity's objects in HubSpot's paths. */
export type HubSpotObject = 'companies' | 'contacts' | 'deals';
export const hubSpotObjectOf: Readonly<Record<Entity, HubSpotObject>> = {
  company: 'companies',
  member: 'contacts',
  opportunity: 'deals',
};

/** The name of an entity's records in OfficeRnD's paths. */
export type OfficerndResource = 'companies' | 'members' | 'opportunities';
export const officerndResourceOf: Readonly<Record<Entity, OfficerndResource>> = {
  company: 'companies',
  member: 'members',
  opportunity: 'opportunities',
};
