import { resolveHookSecrets } from '../config/hook-secrets';
import { createParsedConfigs } from '../config/parsed-configs';
import type { Secret } from '../config/secret';
import type { SecretSources } from '../config/secrets';
import type { TenantConfig } from '../config/tenant-config';
import type { Entity } from '../domain/entity';
import type { StoredTenant } from '../store/tenants';

/** A tenant as the hooks see it. */
export interface SignedTenant {
  readonly tenant: string;
  readonly portalId: string;
  readonly entities: ReadonlySet<Entity>;
  /** Its HubSpot app signs with this; null where it has none. */
  readonly hubspotSecret: Secret | null;
  /** Its OfficeRnD webhook signs with this; null where it has none. */
  readonly officerndSecret: Secret | null;
}

export interface SignedTenantsDeps {
  readonly list: () => Promise<readonly StoredTenant[]>;
  readonly secrets: SecretSources;
  readonly now: () => number;
  /** Told of a tenant whose secrets can't be used, once for each problem. The text holds no secret. */
  readonly onProblem: (tenant: string, message: string) => void;
}

/** A tenant that is stored, or a secret that is replaced, counts after this time. */
const FRESH_MS = 60_000;

/**
 * All tenants with their secrets, kept in memory and read again once a minute. When they can't be read again, those of before count.
 * Rejects only when they could not be read at all.
 */
export function createSignedTenants({ list, secrets, now, onProblem }: SignedTenantsDeps): () => Promise<readonly SignedTenant[]> {
  const configs = createParsedConfigs();
  const told = new Set<string>();
  let known: { readonly tenants: readonly SignedTenant[]; readonly atMs: number } | null = null;
  let reading: Promise<readonly SignedTenant[]> | null = null;

  const tell = (tenant: string, message: string): void => {
    if (told.has(`${tenant} ${message}`)) return;
    told.add(`${tenant} ${message}`);
    onProblem(tenant, message);
  };
  const configOf = (stored: StoredTenant): TenantConfig | null => {
    try {
      return configs.of(stored);
    } catch {
      tell(stored.tenant, 'its configuration can no longer be read; store it again with "orsync tenant apply FILE"');
      return null;
    }
  };
  const read = async (): Promise<readonly SignedTenant[]> => {
    const stored = await list();
    configs.keepOnly(new Set(stored.map(({ tenant }) => tenant)));
    const tenants = stored.flatMap((one) => {
      const config = configOf(one);
      if (config === null) return [];
      const { hubspot, officernd, problems } = resolveHookSecrets(config, secrets);
      for (const { setting, message } of problems) tell(one.tenant, `${setting}: ${message}`);
      const { portalId } = config.hubspot;
      return [{ tenant: one.tenant, portalId, entities: new Set(config.entities), hubspotSecret: hubspot, officerndSecret: officernd }];
    });
    known = { tenants, atMs: now() };
    return tenants;
  };
  return async () => {
    if (known !== null && now() - known.atMs < FRESH_MS) return known.tenants;
    const before = known;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading.catch((error: unknown) => {
      if (before === null) throw error;
      return before.tenants;
    });
  };
}
