import type { TenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import { createJournalConnector } from '../../connectors/hubspot/journal/connector';
import type { JournalConnector } from '../../connectors/hubspot/journal/connector';
import { hubSpotObjectOf } from '../../domain/entity';

/** Makes the connector to the journal of a tenant's HubSpot app. It sends nothing before the first call. */
export const journalConnectorOf = (
  { hubspot, entities }: TenantConfig,
  app: NonNullable<TenantSecrets['app']>,
  now: () => number,
): JournalConnector =>
  createJournalConnector({
    apiUrl: hubspot.apiUrl,
    app: { clientId: app.clientId.reveal(), clientSecret: app.clientSecret.reveal() },
    objectScopes: entities.map((entity) => `crm.objects.${hubSpotObjectOf[entity]}.read`),
    now,
  });
