import { parseTenantConfig } from '../config/tenant-file';
import type { Entity } from '../domain/entity';
import type { Store } from '../store/store';

/** The entities that a tenant keeps in step; null for a tenant that is not stored. */
export async function configuredEntities(store: Store, tenant: string): Promise<readonly Entity[] | null> {
  const stored = await store.tenants.get(tenant);
  return stored === null ? null : parseTenantConfig(stored.config, `tenant ${tenant}`).entities;
}
