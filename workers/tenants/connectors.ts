import { createHubSpotConnector } from '../../connectors/hubspot/create-connector';
import { hubSpotRateLimits } from '../../connectors/hubspot/connector-config';
import type { HubSpotAuth } from '../../connectors/hubspot/connector-config';
import { createOfficerndConnector } from '../../connectors/officernd/create-connector';
import { officerndRateLimits } from '../../connectors/officernd/connector-config';
import type { OfficerndConnectorConfig } from '../../connectors/officernd/connector-config';
import type { CallLedger } from '../../connectors/call-ledger';
import type { Patience } from '../../connectors/patience';
import type { Connectors } from '../../activities/deps';
import type { TenantConfig } from '../../config/tenant-config';
import type { TenantSecrets } from '../../config/secrets';
import type { LimiterFactory } from '../limits';

/**
 * Makes a tenant's connectors. They send nothing before the first call of a method.
 * @param createPatience for the connectors of runs: they repeat calls after trouble that soon passes. A check tells at once what it finds
 */
export function createConnectors(
  config: TenantConfig,
  secrets: TenantSecrets,
  ledger: CallLedger,
  limiter: LimiterFactory,
  createPatience?: () => Patience,
): Connectors {
  const common = { ledger, now: Date.now };
  const { apiUrl, version } = config.hubspot;
  return {
    hubspot: createHubSpotConnector({
      ...common,
      config: { apiUrl, version, auth: hubSpotAuth(secrets.hubspot), limits: config.limits.hubspot },
      limiter: limiter('hubspot', hubSpotRateLimits(config.limits.hubspot)),
      patience: createPatience?.(),
    }),
    officernd: createOfficerndConnector({
      ...common,
      config: officerndSettings(config, secrets),
      limiter: limiter('officernd', officerndRateLimits(config.limits.officernd)),
      patience: createPatience?.(),
    }),
  };
}

/** The settings of a connector to the tenant's organisation. */
export function officerndSettings(
  { officernd: { apiUrl, tokenUrl, organization } }: TenantConfig,
  { officernd: { clientId, clientSecret } }: TenantSecrets,
): OfficerndConnectorConfig {
  return { apiUrl, tokenUrl, organization, clientId: clientId.reveal(), clientSecret: clientSecret.reveal() };
}

function hubSpotAuth(secrets: TenantSecrets['hubspot']): HubSpotAuth {
  switch (secrets.kind) {
    case 'token':
      return { kind: 'token', accessToken: secrets.accessToken.reveal() };
    case 'oauth':
      return {
        kind: 'oauth',
        clientId: secrets.clientId.reveal(),
        clientSecret: secrets.clientSecret.reveal(),
        refreshToken: secrets.refreshToken.reveal(),
      };
  }
}
