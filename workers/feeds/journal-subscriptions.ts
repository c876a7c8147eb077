import type { HubSpotConnector } from '../../connectors/hubspot/connector';
import { VendorError } from '../../connectors/errors';
import type { JournalConnector } from '../../connectors/hubspot/journal/connector';
import { subscriptionChanges, wantedSubscriptions } from '../../connectors/hubspot/journal/subscriptions';
import { hubSpotObjectOf } from '../../domain/entity';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { inParallel } from '../../connectors/in-parallel';

export interface SubscribeDeps {
  readonly journal: JournalConnector;
  readonly hubspot: Pick<HubSpotConnector, 'properties'>;
  readonly portalId: string;
  readonly signal: AbortSignal;
}

/** The steps that were taken. */
export interface Subscribed {
  readonly made: number;
  readonly removed: number;
  /** Types that HubSpot refused. Changes of records are never among them. */
  readonly refused: readonly string[];
}

/**
 * Makes and removes the app's subscriptions of a portal until they are what the mappings need. Throws `VendorError`, also where HubSpot
 * refuses to tell of changes of records. Changes of the other kinds, if refused, are found by the next run.
 */
export async function keepSubscriptions(
  mappings: readonly TenantMapping[],
  { journal, hubspot, portalId, signal }: SubscribeDeps,
): Promise<Subscribed> {
  const entities = [...new Set(mappings.flatMap((mapping) => mapping.entities))];
  const known = new Map(
    await inParallel(entities, async (entity) => {
      const properties = await hubspot.properties(hubSpotObjectOf[entity], { signal });
      return [entity, new Set(properties.filter(({ archived }) => !archived).map(({ name }) => name))] as const;
    }),
  );
  const wanted = wantedSubscriptions(portalId, mappings, (entity, property) => known.get(entity)?.has(property) === true);
  const { remove, create } = subscriptionChanges(portalId, await journal.subscriptions(signal), wanted);
  for (const id of remove) await journal.unsubscribe(id, signal);
  const refused: string[] = [];
  for (const request of create) {
    await journal.subscribe(request, signal).catch((error: unknown) => {
      if (!(error instanceof VendorError)) throw error;
      // Another tenant's worker has made it at this moment.
      if (error.kind === 'conflict') return;
      if (error.kind !== 'invalid' || request.subscriptionType === 'OBJECT') throw error;
      refused.push(request.subscriptionType);
    });
  }
  return { made: create.length - refused.length, removed: remove.length, refused };
}
