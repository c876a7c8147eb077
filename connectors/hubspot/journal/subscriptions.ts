import type { Entity } from '../../../domain/entity';
import type { TenantMapping } from '../../../domain/tenant-mapping';
import { observedProperties } from '../../../domain/to-observation';
import { hubSpotTypeIdOf } from '../../../domain/hubspot-types';
import { INSTALLED, UNINSTALLED } from './lifecycle-events';

/** A wish of an app to be told of changes in one portal. */
export interface SubscriptionRequest {
  readonly subscriptionType: SubscriptionType;
  readonly portalId: string;
  readonly objectTypeId: string;
  readonly actions: readonly string[];
  /** HubSpot has no word for all properties: an update concerns those that are named. */
  readonly properties: readonly string[];
  readonly associatedObjectTypeIds: readonly string[];
}

export const subscriptionTypes = ['OBJECT', 'ASSOCIATION', 'GDPR_PRIVACY_DELETION', 'APP_LIFECYCLE_EVENT'] as const;
export type SubscriptionType = (typeof subscriptionTypes)[number];

/** A subscription that exists. */
export interface Subscription extends Omit<SubscriptionRequest, 'subscriptionType' | 'objectTypeId'> {
  readonly id: string;
  /** Those of other programs may have other types, or no object type. */
  readonly subscriptionType: string;
  readonly objectTypeId: string | null;
}

const ofRecords = ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'];
const ofLinks = ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'];

/** The records on which another depends (L9). */
const parentsOf: Readonly<Record<Entity, readonly Entity[]>> = { company: [], member: ['company'], opportunity: ['company', 'member'] };

/**
 * The subscriptions that mappings need: of each entity's object with the properties that runs read, of links to parents, of erasures. One
 * more is about the removal of the app. Several mappings are those of tenants that share the portal.
 * @param isKnown whether an object has a property. HubSpot may refuse a subscription for one that is gone
 */
export function wantedSubscriptions(
  portalId: string,
  mappings: readonly Pick<TenantMapping, 'entities' | 'fields' | 'creation'>[],
  isKnown: (entity: Entity, property: string) => boolean,
): readonly SubscriptionRequest[] {
  const entities = [...new Set(mappings.flatMap((mapping) => mapping.entities))];
  const request = (subscriptionType: SubscriptionType, objectTypeId: string, rest: Partial<SubscriptionRequest>): SubscriptionRequest => ({
    subscriptionType,
    portalId,
    objectTypeId,
    actions: [],
    properties: [],
    associatedObjectTypeIds: [],
    ...rest,
  });
  const objects = entities.map((entity) => {
    const properties = mappings.filter((one) => one.entities.includes(entity)).flatMap((one) => observedProperties(entity, one));
    const known = [...new Set(properties)].filter((name) => isKnown(entity, name)).sort();
    return request('OBJECT', hubSpotTypeIdOf[entity], { actions: ofRecords, properties: known });
  });
  const links = entities.flatMap((entity) => {
    const parents = parentsOf[entity].filter((parent) => entities.includes(parent)).map((parent) => hubSpotTypeIdOf[parent]);
    return parents.length === 0
      ? []
      : [request('ASSOCIATION', hubSpotTypeIdOf[entity], { actions: ofLinks, associatedObjectTypeIds: parents })];
  });
  const erasures = entities.includes('member')
    ? [request('GDPR_PRIVACY_DELETION', hubSpotTypeIdOf.member, { actions: ['GDPR_DELETE'] })]
    : [];
  return [...objects, ...links, ...erasures, request('APP_LIFECYCLE_EVENT', UNINSTALLED, { actions: ['CREATE'] })];
}

export interface SubscriptionChanges {
  /** Ids of subscriptions of ours that nobody needs as they are. */
  readonly remove: readonly string[];
  readonly create: readonly SubscriptionRequest[];
}

const ours: ReadonlySet<string> = new Set([...Object.values(hubSpotTypeIdOf), INSTALLED, UNINSTALLED]);

/**
 * The steps from what is there to what is wanted. HubSpot changes no subscription, so one that differs is removed and made anew. Ours are
 * those of our portal for our object types: the app is ours alone. All others stay.
 */
export function subscriptionChanges(
  portalId: string,
  present: readonly Subscription[],
  wanted: readonly SubscriptionRequest[],
): SubscriptionChanges {
  const kept = new Set<string>();
  const create = wanted.filter((request) => {
    const same = present.find((one) => one.portalId === portalId && isSame(one, request));
    if (same !== undefined) kept.add(same.id);
    return same === undefined;
  });
  const remove = present.filter((one) => one.portalId === portalId && ours.has(one.objectTypeId ?? '') && !kept.has(one.id));
  return { remove: remove.map(({ id }) => id), create };
}

const isSame = (one: Subscription, request: SubscriptionRequest): boolean =>
  one.subscriptionType === request.subscriptionType &&
  one.objectTypeId === request.objectTypeId &&
  (['actions', 'properties', 'associatedObjectTypeIds'] as const).every((part) => isSameSet(one[part], request[part]));

const isSameSet = (some: readonly string[], others: readonly string[]): boolean =>
  new Set(some).size === new Set(others).size && some.every((one) => others.includes(one));
