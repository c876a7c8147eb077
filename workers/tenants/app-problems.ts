import type { ConfigurationProblem } from '../../config/configuration-error';
import type { TenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import { VendorError } from '../../connectors/errors';
import type { VendorErrorKind } from '../../connectors/errors';
import { journalConnectorOf } from './journal-connector';

/**
 * Asks HubSpot whether the tenant's app may read the journal of changes, and returns what is wrong: credentials, or scopes. Without an app
 * there is nothing to ask. Throws a `VendorError` of trouble that may pass.
 */
export async function appProblems(
  config: TenantConfig,
  { app }: Pick<TenantSecrets, 'app'>,
  signal: AbortSignal,
): Promise<readonly ConfigurationProblem[]> {
  if (app === undefined) return [];
  const journal = journalConnectorOf(config, app, Date.now);
  try {
    const lacking = await journal.lackingScopes();
    if (lacking.length > 0) return [{ setting: 'hubspot.app', message: lackingText(lacking) }];
    await journal.subscriptions(signal);
    await journal.latest(signal);
    return [];
  } catch (error) {
    if (!(error instanceof VendorError) || !PERSONS.has(error.kind)) throw error;
    return [{ setting: error.details.setting ?? 'hubspot.app', message: error.message.replace(/\.$/, '') }];
  }
}

const PERSONS: ReadonlySet<VendorErrorKind> = new Set(['unauthorized', 'forbidden', 'configuration']);

const lackingText = (scopes: readonly string[]): string =>
  `the app lacks the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}; add ${scopes.length === 1 ? 'it' : 'them'} to the app's project, upload it and install the app again`;
