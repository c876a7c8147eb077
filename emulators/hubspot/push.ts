import { createHmac } from 'node:crypto';
import type { EmulatorClock } from '../shared/clock';
import type { FeedFaults } from '../shared/feed';
import type { JsonObject } from '../shared/json';
import { createPush, type Push, type PushSettings } from '../shared/push';
import type { SeededRandom } from '../shared/random';
import type { RecordChange } from './change';
import { objectTypeFacts, type ObjectType } from './object-type';

export interface HubSpotPushDeps {
  readonly clock: EmulatorClock;
  readonly random: SeededRandom;
  readonly faults: () => FeedFaults;
  readonly settings: () => PushSettings;
  readonly portalId: () => string;
  /** The app's, which signs unless the settings name another secret. */
  readonly clientSecret: () => string;
}

export interface HubSpotPush extends Pick<Push<JsonObject>, 'figures' | 'reset' | 'stop'> {
  readonly tell: (change: RecordChange) => void;
}

/** HubSpot's batches have at most so many events. */
const MOST_EVENTS = 100;
const APP_ID = 1_160_452;

/** The webhooks of an app that has subscribed to all changes of contacts, companies and deals. */
export function createHubSpotPush(deps: HubSpotPushDeps): HubSpotPush {
  const { clock, random, faults, settings, portalId, clientSecret } = deps;
  const push = createPush<JsonObject>({
    clock,
    random,
    faults,
    settings,
    ownSecret: clientSecret,
    mostEvents: MOST_EVENTS,
    request: (events, { url, secret }, attempt, nowMs) => {
      const body = JSON.stringify(events.map((event) => ({ ...event, attemptNumber: attempt })));
      const digest = createHmac('sha256', secret).update(`POST${url}${body}${nowMs}`).digest('base64');
      return { body, signature: { 'x-hubspot-signature-v3': digest, 'x-hubspot-request-timestamp': String(nowMs) } };
    },
  });
  return {
    ...push,
    tell: (change) => {
      if (settings().url === null) return;
      for (const event of eventsOf(change)) {
        // HubSpot's event ids are not unique.
        const eventId = Math.floor(random.next() * 1_000_000);
        push.tell({ eventId, subscriptionId: 25, portalId: Number(portalId()), appId: APP_ID, occurredAt: change.atMs, ...event }, []);
      }
    },
  };
}

const nameOf: Readonly<Record<ObjectType, string>> = { contacts: 'contact', companies: 'company', deals: 'deal' };

/** Creations come in the newer, generic form, all others in the older one, as a project app subscribes to them. Computed values have no events. */
function eventsOf(change: RecordChange): readonly JsonObject[] {
  const name = nameOf[change.type];
  const objectId = Number(change.id);
  if (change.kind === 'association') {
    const removed = change.action === 'ASSOCIATION_REMOVED';
    const [from, to] = [name.toUpperCase(), nameOf[change.to].toUpperCase()];
    return [
      { ...associationEvent(name, change.id, change.toId, removed), associationType: `${from}_TO_${to}` },
      { ...associationEvent(nameOf[change.to], change.toId, change.id, removed), associationType: `${to}_TO_${from}` },
    ];
  }
  switch (change.action) {
    case 'CREATE':
      return [{ subscriptionType: 'object.creation', objectTypeId: objectTypeFacts[change.type].typeId, objectId, changeFlag: 'CREATED' }];
    case 'UPDATE':
      return [...(change.values ?? [])].map(([propertyName, propertyValue]) => ({
        subscriptionType: `${name}.propertyChange`,
        objectId,
        propertyName,
        propertyValue,
      }));
    case 'DELETE':
      return [{ subscriptionType: `${name}.deletion`, objectId }];
    case 'GDPR_DELETE':
      return [
        { subscriptionType: `${name}.privacyDeletion`, objectId },
        { subscriptionType: `${name}.deletion`, objectId },
      ];
    case 'RESTORE':
      return [{ subscriptionType: `${name}.restore`, objectId }];
    case 'MERGE':
      return [mergeEvent(name, objectId, (change.mergedIds ?? []).map(Number))];
  }
}

const associationEvent = (name: string, fromId: string, toId: string, associationRemoved: boolean): JsonObject => ({
  subscriptionType: `${name}.associationChange`,
  fromObjectId: Number(fromId),
  toObjectId: Number(toId),
  associationRemoved,
  isPrimaryAssociation: false,
});

/** Two merged ids mean that the survivor is new: the first is then the primary's. */
function mergeEvent(name: string, newObjectId: number, mergedIds: readonly number[]): JsonObject {
  const [first = newObjectId, ...rest] = mergedIds;
  const isNew = rest.length > 0;
  return {
    subscriptionType: `${name}.merge`,
    primaryObjectId: isNew ? first : newObjectId,
    mergedObjectIds: isNew ? rest : mergedIds,
    newObjectId,
    numberOfPropertiesMoved: 0,
  };
}
