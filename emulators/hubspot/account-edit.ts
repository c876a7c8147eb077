import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { checked } from '../shared/checked';
import type { ScreenEdit } from '../shared/edits';
import { AdminError } from '../shared/vendor';
import { objectTypeOf, type ObjectType } from './object-type';
import { partialStageSchema } from './pipeline';
import type { Portal } from './portal';
import { partialDefinitionSchema } from './property-definition';
import { viewDefinition, viewStage } from './view-definitions';

/** True for an edit of the account itself, that is, of a `stage` or a `property`. */
export const isAccountEdit = ({ type }: ScreenEdit): boolean => type === 'stage' || type === 'property';

/**
 * Makes an edit of an administrator: `{op: "update", type: "stage", id: "closedwon", properties: {label?, metadata?}}` and
 * `{op: "create"|"update"|"archive", type: "property", id: "contacts/name", properties: {…definition}}`. Throws AdminError.
 */
export function applyAccountEdit(portal: Portal, edit: ScreenEdit): JsonValue {
  return edit.type === 'stage' ? editStage(portal, edit) : editProperty(portal, edit);
}

function editStage(portal: Portal, { op, id = '', properties = {} }: ScreenEdit): JsonValue {
  const pipeline = portal.pipelines.pipelineOfStage(id);
  if (pipeline === undefined) throw new AdminError(`No pipeline has the stage ${id}`);
  if (op === 'delete' || op === 'archive') {
    portal.pipelines.removeStage(pipeline.id, id);
    return { id };
  }
  if (op !== 'update') throw new AdminError('A stage can be updated or deleted');
  return viewStage(portal.pipelines.updateStage(pipeline.id, id, checked(partialStageSchema, asJson(properties))), true);
}

function editProperty(portal: Portal, { op, id = '', properties = {} }: ScreenEdit): JsonValue {
  const [typeName = '', name = ''] = id.split('/');
  const type: ObjectType | undefined = objectTypeOf(typeName);
  if (type === undefined || name === '') throw new AdminError('The id of a property is its type and name, as contacts/officernd_id');
  const registry = portal.properties[type];
  const partial = checked(partialDefinitionSchema, asJson({ ...properties, name }));
  switch (op) {
    case 'create':
      return viewDefinition(registry.create(partial), true);
    case 'update':
      registry.define(partial);
      return { id };
    case 'archive':
    case 'delete':
      registry.archive(name);
      return { id };
    case 'restore':
    case 'merge':
      throw new AdminError(`A property can't be ${op}d`);
  }
}

const asJson = (value: z.core.util.JSONType): JsonValue => value;
