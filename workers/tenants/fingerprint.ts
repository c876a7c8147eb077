import { createHash } from 'node:crypto';
import type { TenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';

/**
 * A hash of configuration and secrets. It shows whether they have changed, without a second copy of the secrets.
 * @param more whatever else counts as a change
 */
export function fingerprintOf(config: TenantConfig, { officernd, hubspot, app }: TenantSecrets, more?: Date): string {
  const ofHubSpot = hubspot.kind === 'token' ? [hubspot.accessToken] : [hubspot.clientId, hubspot.clientSecret, hubspot.refreshToken];
  const ofApp = app === undefined ? [] : [app.clientId, app.clientSecret];
  const revealed = [officernd.clientId, officernd.clientSecret, ...ofHubSpot, ...ofApp].map((secret) => secret.reveal());
  return createHash('sha256')
    .update(JSON.stringify([config, revealed, more]))
    .digest('hex');
}
