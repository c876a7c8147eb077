import type { ConfigurationProblem } from './configuration-error';
import { createSecret } from './secret';
import type { Secret } from './secret';
import { lookUp } from './secrets';
import type { SecretSources } from './secrets';
import type { SecretRef, TenantConfig } from './tenant-config';

/** The secrets that a tenant's vendors sign their calls with. They are compared with, and sent nowhere. */
export interface HookSecrets {
  /** Of the HubSpot app; null where the tenant file names none, or it is missing here. */
  readonly hubspot: Secret | null;
  /** Of the OfficeRnD webhook, likewise. */
  readonly officernd: Secret | null;
  /** Secrets that the tenant file names and this process doesn't have. */
  readonly problems: readonly ConfigurationProblem[];
}

/** Looks up the secrets of a tenant that `orsync serve` needs, and no others. A missing one is a problem of this tenant alone. */
export function resolveHookSecrets({ officernd, hubspot }: TenantConfig, sources: SecretSources): HookSecrets {
  const problems: ConfigurationProblem[] = [];
  const secret = (setting: string, ref: SecretRef | undefined): Secret | null => {
    if (ref === undefined) return null;
    const found = lookUp(ref, sources);
    if (found.kind === 'found') return createSecret(found.text);
    problems.push({ setting, message: found.message });
    return null;
  };
  return {
    hubspot: secret('hubspot.app.clientSecret', hubspot.app?.clientSecret),
    officernd: secret('officernd.webhookSecret', officernd.webhookSecret),
    problems,
  };
}
