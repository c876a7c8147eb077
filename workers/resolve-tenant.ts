import type { Connectors } from '../activities/deps';
import { ConfigurationError } from '../config/configuration-error';
import type { ConfigurationProblem } from '../config/configuration-error';
import type { Definitions } from '../config/definitions';
import { resolveMapping } from '../config/resolve-mapping';
import type { TenantConfig } from '../config/tenant-config';
import type { TenantMapping } from '../domain/tenant-mapping';

/**
 * Reads what both vendors say about their data and resolves the configuration against it (§2.4). Throws one `ConfigurationError` with everything
 * that is wrong, or the `VendorError` of a call that failed. Costs nine calls, however many records there are.
 */
export async function resolveTenant(
  config: TenantConfig,
  connectors: Connectors,
  signal: AbortSignal,
): Promise<{ readonly mapping: TenantMapping; readonly warnings: readonly ConfigurationProblem[] }> {
  const resolved = resolveMapping(config, await readDefinitions(connectors, signal));
  if (!resolved.ok) throw new ConfigurationError(resolved.problems, `tenant ${config.tenant}`);
  return resolved;
}

async function readDefinitions({ hubspot, officernd }: Connectors, signal: AbortSignal): Promise<Definitions> {
  const options = { signal };
  // One after the other at each vendor: the first one that fails is the one to tell about.
  const readHubSpot = async (): Promise<Definitions['hubspot']> => ({
    account: await hubspot.account(options),
    properties: {
      companies: await hubspot.properties('companies', options),
      contacts: await hubspot.properties('contacts', options),
      deals: await hubspot.properties('deals', options),
    },
    pipelines: await hubspot.dealPipelines(options),
  });
  const readOfficernd = async (): Promise<Definitions['officernd']> => ({
    locations: await officernd.locations(options),
    opportunityStatuses: await officernd.opportunityStatuses(options),
    customProperties: await officernd.customProperties(options),
  });
  const [ofOfficernd, ofHubSpot] = await Promise.allSettled([readOfficernd(), readHubSpot()]);
  if (ofOfficernd.status === 'rejected') throw ofOfficernd.reason;
  if (ofHubSpot.status === 'rejected') throw ofHubSpot.reason;
  return { officernd: ofOfficernd.value, hubspot: ofHubSpot.value };
}
