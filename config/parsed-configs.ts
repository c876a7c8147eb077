import { parseTenantConfig } from './tenant-file';
import type { TenantConfig } from './tenant-config';

/** A stored configuration with the time of its version. */
export interface StoredConfig {
  readonly tenant: string;
  readonly config: unknown;
  readonly updatedAt: Date;
}

/** The configurations of all tenants. Each version is parsed once: with a thousand tenants, parsing all each minute would be work. */
export interface ParsedConfigs {
  /** Throws as `parseTenantConfig` does. */
  readonly of: (stored: StoredConfig) => TenantConfig;
  /** Forgets the tenants that are not among these. */
  readonly keepOnly: (tenants: ReadonlySet<string>) => void;
  /** Those that were parsed and are not forgotten. */
  readonly all: () => readonly TenantConfig[];
}

export function createParsedConfigs(): ParsedConfigs {
  const parsed = new Map<string, { readonly updatedAtMs: number; readonly config: TenantConfig }>();
  return {
    of: ({ tenant, config: stored, updatedAt }) => {
      const updatedAtMs = updatedAt.getTime();
      const known = parsed.get(tenant);
      if (known?.updatedAtMs === updatedAtMs) return known.config;
      parsed.delete(tenant);
      const config = parseTenantConfig(stored, `tenant ${tenant}`);
      parsed.set(tenant, { updatedAtMs, config });
      return config;
    },
    keepOnly: (tenants) => {
      for (const tenant of parsed.keys()) if (!tenants.has(tenant)) parsed.delete(tenant);
    },
    all: () => [...parsed.values()].map(({ config }) => config),
  };
}
