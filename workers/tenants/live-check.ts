import { ConfigurationError } from '../../config/configuration-error';
import type { CheckedMapping } from '../../config/resolve';
import { resolveTenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import { appProblems } from './app-problems';
import { createConnectors } from './connectors';
import { localLimiters } from '../limits';
import { missingScopes } from './missing-scopes';
import { waitOutPauses } from './wait-out-pauses';
import type { CallMaker } from './wait-out-pauses';
import { resolveTenant } from './resolve';
import { processSecrets } from './process-secrets';

/**
 * Checks a tenant's configuration against both vendors' present definitions, with this process's secrets. It writes nothing. Throws
 * `ConfigurationError` or `VendorError`. A pause that a vendor asks for is waited out, up to a minute.
 * @param besideFile the folder of the tenant file, for its secrets
 * @param onWait called with a sentence before such a wait
 */
export async function checkTenantLive(
  config: TenantConfig,
  signal: AbortSignal,
  besideFile?: string,
  onWait?: (sentence: string) => void,
): Promise<CheckedMapping> {
  const secrets = resolveTenantSecrets(config, processSecrets(besideFile));
  const connectors = createConnectors(config, secrets, { count: () => undefined }, localLimiters);
  const makeCall: CallMaker = (call) => waitOutPauses(call, { signal, ...(onWait !== undefined && { onWait }) });
  const resolved = await resolveTenant(config, connectors, signal, 'refuse', makeCall);
  const ofApp = await makeCall(() => appProblems(config, secrets, signal));
  const problems = [...(await missingScopes(connectors, resolved.mapping, signal)), ...ofApp];
  if (problems.length > 0) throw new ConfigurationError(problems, `tenant ${config.tenant}`);
  return resolved;
}
