import { officerndResourceOf } from './entity';
import type { Entity, Side } from './entity';
import { hubSpotTypeIdOf } from './hubspot-types';
import type { Pair } from './pair';

/** The parts of a pair that the addresses of screens are made of. */
export type ScreenPair = Pick<Pair, 'organization' | 'portalId'>;

/**
 * The address of a record's screen at a vendor. HubSpot documents its form, and leads people of another data centre on to their own.
 * OfficeRnD documents no more than the part up to the organisation, `/admin/<organisation>`. The rest is the form that its admin portal is
 * known to use, and may change. This is the only place that knows it.
 */
export function screenOf({ organization, portalId }: ScreenPair, side: Side, entity: Entity, id: string): string {
  const name = encodeURIComponent(id);
  return side === 'hubspot'
    ? `https://app.hubspot.com/contacts/${encodeURIComponent(portalId)}/record/${hubSpotTypeIdOf[entity]}/${name}`
    : `https://app.officernd.com/admin/${encodeURIComponent(organization)}/community/${officerndResourceOf[entity]}/${name}`;
}
