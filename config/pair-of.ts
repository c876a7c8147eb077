import type { Pair } from '../domain/pair';
import type { TenantConfig } from './tenant-config';

/** The pair that a configuration names (B1). */
export const pairOf = ({ officernd, hubspot }: Pick<TenantConfig, 'officernd' | 'hubspot'>): Pair => ({
  organization: officernd.organization,
  officerndUrl: officernd.apiUrl,
  portalId: hubspot.portalId,
  hubspotUrl: hubspot.apiUrl,
});
