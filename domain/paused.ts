import type { Entity } from './entity';

/** V3: a mapping whose property, stage or status is gone at one side. It is left out until that is back. */
export interface PausedField {
  readonly entity: Entity;
  readonly field: string;
  /** One sentence that names what is gone. */
  readonly message: string;
}

/** The name under which the tenant's pipeline is listed, like a field. */
export const PIPELINE_FIELD = 'pipeline';

/** The name under which an entity's creations are listed, like a field, when their filter or their location is gone (L8, L10). */
export const CREATION_FIELD = 'creation';

/** V3: the fields without which an entity's records can't be told apart. Without one of them, the whole entity is left out. */
const ESSENTIAL: Readonly<Record<Entity, readonly string[]>> = {
  company: ['name'],
  member: ['name', 'email'],
  opportunity: ['name', PIPELINE_FIELD],
};

/** Whether an entity lacks a field that it can't do without. */
export const isEntityPaused = (entity: Entity, paused: readonly PausedField[]): boolean =>
  paused.some((one) => one.entity === entity && ESSENTIAL[entity].includes(one.field));

/** Whether a field is left out, by itself or with its entity. */
export const isFieldPaused = (
  { entity, key }: { readonly entity: Entity; readonly key: string },
  paused: readonly PausedField[],
): boolean => isEntityPaused(entity, paused) || paused.some((one) => one.entity === entity && one.field === key);

/** Whether nothing of an entity is created for now. Without its filter or location rule, a creation would not be what the tenant wants. */
export const isCreationPaused = (entity: Entity, paused: readonly PausedField[] = []): boolean =>
  paused.some((one) => one.entity === entity && one.field === CREATION_FIELD);
