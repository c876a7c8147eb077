import { associationsOf } from '../../activities/observe/parents';
import type { LookLive } from '../../client/explain/explain';
import { resolveTenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import type { HubSpotConnector } from '../../connectors/hubspot/connector';
import type { OfficerndConnector } from '../../connectors/officernd/connector';
import { readPath } from '../../connectors/officernd/record';
import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { Observation } from '../../domain/observation';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { hubSpotObservation, observedPaths, observedProperties, officerndObservation } from '../../domain/to-observation';
import { localLimiters } from '../limits';
import { createConnectors } from './connectors';
import { processSecrets } from './process-secrets';
import { waitOutPauses } from './wait-out-pauses';
import type { WaitOptions } from './wait-out-pauses';

/**
 * Reads the two records of a link, or one without a link, as they are now. It writes nothing, not even to the database. Throws
 * `ConfigurationError` or `VendorError`. A pause that a vendor asks for is waited out, up to a minute.
 */
export const createLiveLook =
  (config: TenantConfig, waiting: WaitOptions): LookLive =>
  async ({ entity, officerndId, hubspotId }, mapping) => {
    const secrets = resolveTenantSecrets(config, processSecrets());
    const { hubspot, officernd } = createConnectors(config, secrets, { count: () => undefined }, localLimiters);
    const [ofOfficernd, ofHubSpot] = await Promise.all([
      officerndId === null
        ? null
        : waitOutPauses(() => readOfficernd(officernd, entity, officerndId, { mapping, signal: waiting.signal }), waiting),
      hubspotId === null
        ? null
        : waitOutPauses(() => readHubSpot(hubspot, entity, hubspotId, { mapping, signal: waiting.signal }), waiting),
    ]);
    return { officernd: ofOfficernd, hubspot: ofHubSpot };
  };

interface Reading {
  readonly mapping: TenantMapping;
  readonly signal: AbortSignal;
}

async function readOfficernd(
  officernd: OfficerndConnector,
  entity: Entity,
  id: string,
  { mapping: { fields }, signal }: Reading,
): Promise<Observation | null> {
  const record = await officernd.readOne(officerndResourceOf[entity], id, { signal });
  if (record === null) return null;
  const read = (path: string) => readPath(record.body, path);
  return officerndObservation(entity, { id: record.id, read }, { paths: observedPaths(entity, fields), fields });
}

/** Null also for an id that leads to another record by now: the next run follows it (U3). */
async function readHubSpot(
  hubspot: HubSpotConnector,
  entity: Entity,
  id: string,
  { mapping, signal }: Reading,
): Promise<Observation | null> {
  const object = hubSpotObjectOf[entity];
  const properties = observedProperties(entity, mapping);
  const record = (await hubspot.batchRead(object, [id], properties, { signal })).get(id);
  if (record === undefined || record.id !== id) return null;
  const parentsIn = async (to: 'companies' | 'contacts') =>
    associationsOf[object].includes(to) ? ((await hubspot.associations(object, to, [id], { signal })).get(id) ?? []) : [];
  const [companyIds, contactIds] = await Promise.all([parentsIn('companies'), parentsIn('contacts')]);
  return hubSpotObservation(entity, { ...record, companyIds, contactIds }, { properties, fields: mapping.fields });
}
