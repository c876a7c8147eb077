import type { Connectors } from '../../activities/deps';
import { ConfigurationError } from '../../config/configuration-error';
import type { Definitions } from '../../config/resolve/definitions';
import { resolveMapping } from '../../config/resolve';
import type { CheckedMapping } from '../../config/resolve';
import type { WhenGone } from '../../config/resolve/when-gone';
import type { TenantConfig } from '../../config/tenant-config';
import { valueOf } from '../../connectors/in-parallel';

/**
 * Reads both vendors' definitions and resolves the configuration with them. Throws one `ConfigurationError` with all problems, or the
 * `VendorError` of a failed call. With `pause`, what is gone since the file was checked is left out (V3). It takes nine calls for any number of records.
 */
export async function resolveTenant(
  config: TenantConfig,
  connectors: Connectors,
  signal: AbortSignal,
  whenGone: WhenGone = 'refuse',
): Promise<CheckedMapping> {
  const resolved = resolveMapping(config, await readBothDefinitions(connectors, signal), whenGone);
  if (!resolved.ok) throw new ConfigurationError(resolved.problems, `tenant ${config.tenant}`);
  return resolved;
}

async function readBothDefinitions({ hubspot, officernd }: Connectors, signal: AbortSignal): Promise<Definitions> {
  const options = { signal };
  // The first call to each vendor shows whether the credentials are right. Otherwise all calls would be refused at the same time.
  const readHubSpot = async (): Promise<Definitions['hubspot']> => {
    const account = await hubspot.account(options);
    const [companies, contacts, deals, pipelines] = await Promise.allSettled([
      hubspot.properties('companies', options),
      hubspot.properties('contacts', options),
      hubspot.properties('deals', options),
      hubspot.dealPipelines(options),
    ]);
    const properties = { companies: valueOf(companies), contacts: valueOf(contacts), deals: valueOf(deals) };
    return { account, properties, pipelines: valueOf(pipelines) };
  };
  const readOfficernd = async (): Promise<Definitions['officernd']> => {
    const locations = await officernd.locations(options);
    const [statuses, properties] = await Promise.allSettled([officernd.opportunityStatuses(options), officernd.customProperties(options)]);
    return { locations, opportunityStatuses: valueOf(statuses), customProperties: valueOf(properties) };
  };
  const [ofOfficernd, ofHubSpot] = await Promise.allSettled([readOfficernd(), readHubSpot()]);
  return { officernd: valueOf(ofOfficernd), hubspot: valueOf(ofHubSpot) };
}
