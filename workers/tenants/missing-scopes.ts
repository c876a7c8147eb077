import type { Connectors } from '../../activities/deps';
import type { ConfigurationProblem } from '../../config/configuration-error';
import { hubSpotObjectOf } from '../../domain/entity';
import type { TenantMapping } from '../../domain/tenant-mapping';

/**
 * Returns a problem if the HubSpot token lacks scopes that the mapping needs. It needs read scopes for all entities, and write scopes for
 * those with a field that flows to HubSpot. Where HubSpot does not say which scopes a token has, there is no problem. OfficeRnD needs no
 * such check: it gives no token to an app that lacks a scope.
 */
export async function missingScopes(
  { hubspot }: Connectors,
  { entities, fields }: TenantMapping,
  signal: AbortSignal,
): Promise<readonly ConfigurationProblem[]> {
  const granted = await hubspot.grantedScopes({ signal });
  if (granted === null) return [];
  const needed = entities.flatMap((entity) => {
    const writes = fields.some((field) => field.entity === entity && field.direction !== '←' && !field.readOnly.hubspot);
    return ['read', ...(writes ? ['write'] : [])].map((action) => `crm.objects.${hubSpotObjectOf[entity]}.${action}`);
  });
  const missing = needed.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return [];
  return [{ setting: 'hubspot.accessToken', message: `the token lacks the scopes ${missing.join(', ')}; grant them in HubSpot` }];
}
