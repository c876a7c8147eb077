import { z } from 'zod';
import type { AssociationChange, RecordChange } from './change';
import { objectTypeFacts, type ObjectType } from './object-type';

const names = z.array(z.string()).default([]);

/** The body of a new subscription of the journal. */
export const subscriptionSchema = z.object({
  subscriptionType: z.enum(['OBJECT', 'ASSOCIATION', 'GDPR_PRIVACY_DELETION', 'APP_LIFECYCLE_EVENT']),
  portalId: z.union([z.string(), z.number()]).transform(String),
  objectTypeId: z.string().optional(),
  actions: names,
  properties: names,
  objectIds: z.array(z.union([z.string(), z.number()])).optional(),
  associatedObjectTypeIds: names,
});

export type Subscription = z.output<typeof subscriptionSchema> & { readonly id: string; readonly createdAtMs: number };

/** An event as one subscription lets it through: with the values that it names. */
export interface Wanted {
  readonly change: RecordChange;
  readonly values: Readonly<Record<string, string | null>>;
}

/** The part of a change that a subscription lets through; undefined for none. */
export function wantedOf(subscription: Subscription, change: RecordChange, tellsComputed: boolean): Wanted | undefined {
  if (change.kind === 'association') return wantedLink(subscription, change);
  if (subscription.objectTypeId !== undefined && subscription.objectTypeId !== idOf(change.type)) return undefined;
  if (change.action === 'GDPR_DELETE')
    return subscription.subscriptionType === 'GDPR_PRIVACY_DELETION' ? { change, values: {} } : undefined;
  if (subscription.subscriptionType !== 'OBJECT' || !subscription.actions.includes(change.action)) return undefined;
  const changed = [...(tellsComputed ? (change.computed ?? []) : []), ...(change.values ?? [])];
  const values = Object.fromEntries(
    changed.flatMap(([name, value]) => (subscription.properties.includes(name) ? [[name, value === '' ? null : value]] : [])),
  );
  // An update concerns those who named a changed property; other changes concern everybody.
  return change.action === 'UPDATE' && Object.keys(values).length === 0 ? undefined : { change, values };
}

/** A link is told from the end that the subscription names. */
function wantedLink(subscription: Subscription, change: AssociationChange): Wanted | undefined {
  const { subscriptionType, actions, associatedObjectTypeIds, objectTypeId } = subscription;
  if (subscriptionType !== 'ASSOCIATION' || !actions.includes(change.action)) return undefined;
  const { type, id, to, toId } = change;
  const oriented = [change, { ...change, type: to, id: toId, to: type, toId: id }].find(
    (one) => idOf(one.type) === objectTypeId && associatedObjectTypeIds.includes(idOf(one.to)),
  );
  return oriented === undefined ? undefined : { change: oriented, values: {} };
}

const idOf = (type: ObjectType): string => objectTypeFacts[type].typeId;
