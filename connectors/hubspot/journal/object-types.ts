import type { Entity } from '../../../domain/entity';

/** HubSpot's type ids of the entities' objects. */
export const objectTypeIdOf: Readonly<Record<Entity, string>> = { member: '0-1', company: '0-2', opportunity: '0-3' };

/** The entity of a type id. Undefined for any other type. */
export const entityOfTypeId: ReadonlyMap<string, Entity> = new Map([
  [objectTypeIdOf.member, 'member'],
  [objectTypeIdOf.company, 'company'],
  [objectTypeIdOf.opportunity, 'opportunity'],
]);

/** The type ids of the events that an account has installed the app, or removed it. */
export const INSTALLED = '4-1909196';
export const UNINSTALLED = '4-1916193';
