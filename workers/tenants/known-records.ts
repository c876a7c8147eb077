import { resolveTenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import { entities, officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { TenantStore } from '../../store/store';
import { localLimiters } from '../limits';
import { createConnectors } from './connectors';
import { processSecrets } from './process-secrets';

/** Links of each entity whose records are looked for. */
const SAMPLE = 3;

/**
 * B1: whether records that a tenant has linked are found under their ids in the organisation that a configuration names. A single one that
 * is found shows that it is the same organisation; without any link, nothing speaks against it.
 * @param besideFile the folder of the tenant file, for its secrets
 */
export async function knowsLinkedRecords(
  config: TenantConfig,
  store: TenantStore,
  signal: AbortSignal,
  besideFile?: string,
): Promise<boolean> {
  const { officernd } = createConnectors(
    config,
    resolveTenantSecrets(config, processSecrets(besideFile)),
    { count: () => undefined },
    localLimiters,
  );
  const samples = await Promise.all(entities.map(async (entity) => ({ entity, ids: await sampleOf(store, entity) })));
  if (samples.every(({ ids }) => ids.length === 0)) return true;
  for (const { entity, ids } of samples)
    for (const id of ids) if ((await officernd.readOne(officerndResourceOf[entity], id, { signal })) !== null) return true;
  return false;
}

async function sampleOf({ links }: TenantStore, entity: Entity): Promise<readonly string[]> {
  const { items } = await links.pagePairs(entity, { after: null, limit: SAMPLE });
  return items.map(({ officerndId }) => officerndId);
}
