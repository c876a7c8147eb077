import { officerndResourceOf } from './entity';
import type { Entity, Side } from './entity';
import type { Pair } from './pair';

/** The parts of a pair that the addresses of screens are made of. */
export type ScreenPair = Pick<Pair, 'organization' | 'portalId'>;

/** HubSpot's own numbers for its kinds of records. */
const hubSpotTypes: Readonly<Record<Entity, string>> = { member: '0-1', company: '0-2', opportunity: '0-3' };

/**
 * The address of a record's screen at a vendor. HubSpot documents its form, and leads people of another data centre on to their own.
 * OfficeRnD documents no more than the part up to the organisation, `/admin/<organisation>`. The rest is the form that its admin portal is
 * known to use, and may change. This is the only place that knows it.
 */
export function screenOf({ organization, portalId }: ScreenPair, side: Side, entity: Entity, id: string): string {
  const name = encodeURIComponent(id);
  return side === 'hubspot'
    ? `https://app.hubspot.com/contacts/${encodeURIComponent(portalId)}/record/${hubSpotTypes[entity]}/${name}`
    : `https://app.officernd.com/admin/${encodeURIComponent(organization)}/community/${officerndResourceOf[entity]}/${name}`;
}
