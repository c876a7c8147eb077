import type { Connectors } from '../../activities/deps';
import { ConfigurationError } from '../../config/configuration-error';
import type { ConfigurationProblem } from '../../config/configuration-error';
import type { Definitions } from '../../config/resolve/definitions';
import { resolveMapping } from '../../config/resolve';
import type { CheckedMapping } from '../../config/resolve';
import type { WhenGone } from '../../config/resolve/when-gone';
import type { TenantConfig } from '../../config/tenant-config';
import { VendorError } from '../../connectors/errors';
import type { VendorErrorKind } from '../../connectors/errors';
import { valueOf } from '../../connectors/in-parallel';
import { callOnce } from './wait-out-pauses';
import type { CallMaker } from './wait-out-pauses';

/**
 * Reads both vendors' definitions and resolves the configuration with them. Throws one `ConfigurationError` with all problems, or the
 * `VendorError` of a failed call. With `pause`, what is gone since the file was checked is left out (V3). It takes nine calls for any number of records.
 * @param makeCall makes the calls to each vendor
 */
export async function resolveTenant(
  config: TenantConfig,
  connectors: Connectors,
  signal: AbortSignal,
  whenGone: WhenGone = 'refuse',
  makeCall: CallMaker = callOnce,
): Promise<CheckedMapping> {
  const resolved = resolveMapping(config, await readBothDefinitions(config, connectors, { signal, makeCall }), whenGone);
  if (!resolved.ok) throw new ConfigurationError(resolved.problems, `tenant ${config.tenant}`);
  return resolved;
}

async function readBothDefinitions(
  { tenant }: TenantConfig,
  { hubspot, officernd }: Connectors,
  { signal, makeCall }: { readonly signal: AbortSignal; readonly makeCall: CallMaker },
): Promise<Definitions> {
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
  const [ofOfficernd, ofHubSpot] = await Promise.allSettled([makeCall(readOfficernd), makeCall(readHubSpot)]);
  refuseBoth([ofOfficernd, ofHubSpot], tenant);
  return { officernd: valueOf(ofOfficernd), hubspot: valueOf(ofHubSpot) };
}

/** Throws what a person has to mend first, so that no vendor's outage hides it; of two vendors' refusals, neither hides the other. */
function refuseBoth(outcomes: readonly PromiseSettledResult<unknown>[], tenant: string): void {
  const errors = outcomes.flatMap((outcome): readonly unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const refusals = errors.filter((error): error is VendorError => error instanceof VendorError && PERSONS.has(error.kind));
  const [first] = refusals;
  if (refusals.length > 1) throw new ConfigurationError(refusals.map(problemOf), `tenant ${tenant}`);
  if (first !== undefined) throw first;
}

const PERSONS: ReadonlySet<VendorErrorKind> = new Set(['unauthorized', 'forbidden', 'configuration']);

const problemOf = ({ message, details }: VendorError): ConfigurationProblem => ({
  setting: details.setting ?? '',
  message: message.replace(/\.$/, ''),
});
