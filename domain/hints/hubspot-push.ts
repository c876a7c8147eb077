import type { Entity } from '../entity';
import { entityOfTypeId } from '../hubspot-types';
import { hubSpotHint } from './hint';
import type { Hint } from './hint';

/** The part of a pushed HubSpot event that says which records it is about. Its values are never read. */
export interface HubSpotPushEvent {
  /** `contact.propertyChange`; `object.creation` names its type in `objectTypeId`. */
  readonly subscriptionType: string;
  readonly objectTypeId?: string | undefined;
  readonly objectId?: string | undefined;
  /** Of a merge: the record that the others went into, those others, and the survivor where it has an id of its own. */
  readonly primaryObjectId?: string | undefined;
  readonly mergedObjectIds?: readonly string[] | undefined;
  readonly newObjectId?: string | undefined;
  /** Of a changed association: `CONTACT_TO_COMPANY`, or the types of both ends. */
  readonly associationType?: string | undefined;
  readonly fromObjectTypeId?: string | undefined;
  readonly toObjectTypeId?: string | undefined;
  readonly fromObjectId?: string | undefined;
  readonly toObjectId?: string | undefined;
}

/** The records that a pushed HubSpot event is about; none for an event of another kind. */
export function hintsOfHubSpotPush(event: HubSpotPushEvent): readonly Hint[] {
  const [, object = '', change = ''] = /^([a-zA-Z]+)\.([a-zA-Z]+)$/.exec(event.subscriptionType) ?? [];
  const entity = object === 'object' ? entityOfTypeId(event.objectTypeId) : entityOfName(object);
  switch (change) {
    case 'creation':
    case 'propertyChange':
    case 'restore':
      return hubSpotHint(entity, event.objectId, false);
    case 'deletion':
    case 'privacyDeletion':
      return hubSpotHint(entity, event.objectId, true);
    case 'merge':
      return mergeHints(entity, event);
    case 'associationChange':
      return associationHints(entity, event);
    default:
      return [];
  }
}

/** A merge makes a new record today; in the older form the primary record lives on. */
function mergeHints(entity: Entity | undefined, event: HubSpotPushEvent): readonly Hint[] {
  const primary = event.primaryObjectId ?? event.objectId;
  const survivor = event.newObjectId ?? primary;
  const gone = [primary, ...(event.mergedObjectIds ?? [])].filter((id) => id !== survivor);
  return [...hubSpotHint(entity, survivor, false), ...gone.flatMap((id) => hubSpotHint(entity, id, true))];
}

/** A record's associations are part of both ends. */
function associationHints(entity: Entity | undefined, event: HubSpotPushEvent): readonly Hint[] {
  const [, from = '', to = ''] = /^([A-Z]+)_TO_([A-Z]+)$/.exec(event.associationType ?? '') ?? [];
  return [
    ...hubSpotHint(entityOfTypeId(event.fromObjectTypeId) ?? entityOfName(from) ?? entity, event.fromObjectId ?? event.objectId, false),
    ...hubSpotHint(entityOfTypeId(event.toObjectTypeId) ?? entityOfName(to), event.toObjectId, false),
  ];
}

const names: ReadonlyMap<string, Entity> = new Map([
  ['company', 'company'],
  ['contact', 'member'],
  ['deal', 'opportunity'],
]);
const entityOfName = (name: string): Entity | undefined => names.get(name.toLowerCase());
