import { z } from 'zod';
import type { Connectors } from '../../activities/deps';
import type { TenantConfig } from '../../config/tenant-config';
import { parseTenantConfig } from '../../config/tenant-file';
import { resolveTenantSecrets } from '../../config/secrets';
import { hubSpotObjectOf } from '../../domain/entity';
import type { Entity, HubSpotObject } from '../../domain/entity';
import { observedProperties } from '../../domain/to-observation';
import type { HubSpotConnector } from '../../connectors/hubspot/connector';
import { createConnectors } from '../../workers/tenants/connectors';
import { localLimiters } from '../../workers/limits';
import { resolveTenant } from '../../workers/tenants/resolve';
import { processSecrets } from '../../workers/tenants/process-secrets';
import { associationsOf } from '../../activities/observe/parents';

/**
 * Reads contacts, companies and deals with the connector of a full run, and stores nothing. Its only argument is JSON: `tenant`, a tenant
 * file, and `properties`, which is `mapped` or `all`. It prints one line of JSON.
 */
const settings = z.object({ tenant: z.unknown(), properties: z.enum(['mapped', 'all']) }).parse(JSON.parse(process.argv[2] ?? ''));

async function readAll(hubspot: HubSpotConnector, object: HubSpotObject, properties: readonly string[]): Promise<number> {
  const request = { properties, associations: associationsOf[object] };
  let count = 0;
  for (let after: string | null | undefined; after !== null;) {
    const page = await hubspot.listPage(object, { ...request, ...(after !== undefined && { after }) });
    count += page.records.length;
    after = page.after;
  }
  return count;
}

type PropertiesOf = (entity: Entity) => Promise<readonly string[]>;

/** The properties that a run reads. It needs both vendors' definitions first: nine calls, five of them to HubSpot. */
async function mappedProperties(config: TenantConfig, connectors: Connectors): Promise<PropertiesOf> {
  const { mapping } = await resolveTenant(config, connectors, AbortSignal.timeout(60_000));
  return async (entity) => observedProperties(entity, mapping);
}

/** All properties, as the peers read them. */
const allProperties =
  (hubspot: HubSpotConnector): PropertiesOf =>
  async (entity) =>
    (await hubspot.properties(hubSpotObjectOf[entity])).map(({ name }) => name);

async function main(): Promise<void> {
  const config = parseTenantConfig(settings.tenant, 'the benchmark');
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const connectors = createConnectors(config, resolveTenantSecrets(config, processSecrets()), { count: () => undefined }, localLimiters);
  const { hubspot } = connectors;
  const propertiesOf = settings.properties === 'mapped' ? await mappedProperties(config, connectors) : allProperties(hubspot);
  const read = async (entity: Entity) => {
    const object = hubSpotObjectOf[entity];
    return [object, await readAll(hubspot, object, await propertiesOf(entity))] as const;
  };
  const records = await Promise.all(config.entities.map(read));
  const { user, system } = process.cpuUsage(cpuBefore);
  const figures = { seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1_000_000 };
  process.stdout.write(`${JSON.stringify({ ...figures, records: Object.fromEntries(records) })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
