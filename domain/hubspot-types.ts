import { entities } from './entity';
import type { Entity } from './entity';

/** HubSpot's type ids of the entities' objects, as its screens, webhooks and journal name them. */
export const hubSpotTypeIdOf: Readonly<Record<Entity, string>> = { member: '0-1', company: '0-2', opportunity: '0-3' };

/** The entity of a type id; undefined for any other type. */
export const entityOfTypeId = (typeId: string | undefined): Entity | undefined =>
  entities.find((entity) => hubSpotTypeIdOf[entity] === typeId);
