import type { JsonValue } from '../../domain/json';
import type { Entity } from '../../domain/entity';
import { entityOfType, type ScreenEdit } from '../shared/edits';
import { isJsonObject, jsonEquals, type JsonObject } from '../shared/json';
import { AdminError } from '../shared/vendor';
import { textAt, type Row } from './collection';
import { refreshStatuses, type Database } from './database';
import { checkBody, recordFields, resources, type Resource } from './fields';
import type { OfficerndSettings } from './settings';
import { STAFF_ID, addGivenRecord } from './world';

interface EditContext {
  readonly database: Database;
  readonly settings: OfficerndSettings;
  readonly nowIso: string;
}

/** Makes a change as a person does in OfficeRnD's screens. Returns the record after it; for archive and delete, the record before it. */
export function applyOfficerndEdit(context: EditContext, edit: ScreenEdit): JsonValue {
  const resource = resourceOf(edit.type);
  const { database } = context;
  const opportunities = (): readonly JsonObject[] =>
    resource === 'opportunities' ? [database.collections.opportunities.get(edit.id ?? '')?.fields ?? {}] : [];
  const before = opportunities();
  const result = applied(context, resource, edit);
  refreshStatuses(database, [...before, ...(resource === 'opportunities' ? [result] : [])], context.settings, context.nowIso);
  return result;
}

function applied(context: EditContext, resource: Resource, edit: ScreenEdit): JsonObject {
  const { database, nowIso } = context;
  const collection = database.collections[resource];
  switch (edit.op) {
    case 'create': {
      const stamps =
        resource === 'companies' || resource === 'members' || resource === 'opportunities' ? { createdAt: nowIso, modifiedAt: nowIso } : {};
      const record = withEditedFields({ properties: {} }, resource, edit);
      if (resource !== 'opportunity-statuses' && resource !== 'custom-properties' && typeof record.name !== 'string')
        throw new AdminError('a record needs a name');
      return addGivenRecord(database, resource, { ...stamps, ...record, ...(edit.id === undefined ? {} : { _id: edit.id }) }, 'the record');
    }
    case 'update': {
      const row = existing(database, resource, edit.id);
      const fields = withEditedFields(row.fields, resource, edit);
      if (jsonEquals(fields, row.fields)) return row.fields;
      const byHand = fields.status !== row.fields.status && resource !== 'opportunities';
      const status = byHand ? { baseStatus: textAt(fields, 'status'), manualStatus: true } : {};
      collection.replace({ ...row, ...status, fields: stamped(fields, resource, nowIso) });
      return collection.get(row.id)?.fields ?? fields;
    }
    case 'archive':
    case 'delete': {
      const row = existing(database, resource, edit.id);
      collection.remove(row.id);
      if (edit.op === 'archive') database.archived.set(row.id, { resource, row });
      return row.fields;
    }
    case 'restore': {
      const archived = database.archived.get(edit.id ?? '');
      if (archived === undefined || archived.resource !== resource) throw new AdminError('there is no archived record with this id');
      database.archived.delete(archived.row.id);
      database.collections[resource].restore(archived.row);
      return archived.row.fields;
    }
    case 'merge':
      return mergeInto(context, resource, edit);
  }
}

/** Removes the source. The target gets its opportunities and, for companies, its members. */
function mergeInto({ database, nowIso }: EditContext, resource: Resource, edit: ScreenEdit): JsonObject {
  if (resource !== 'companies' && resource !== 'members') throw new AdminError('only companies and members can be merged');
  const source = existing(database, resource, edit.id);
  const target = existing(database, resource, edit.into, 'into');
  if (source.id === target.id) throw new AdminError('a record cannot be merged into itself');
  const field = resource === 'companies' ? 'company' : 'member';
  for (const dependents of resource === 'companies' ? (['members', 'opportunities'] as const) : (['opportunities'] as const)) {
    for (const row of database.collections[dependents].find(field, source.id) ?? []) {
      database.collections[dependents].replace({ ...row, fields: stamped({ ...row.fields, [field]: target.id }, dependents, nowIso) });
    }
  }
  database.collections[resource].remove(source.id);
  const fields = stamped(target.fields, resource, nowIso);
  database.collections[resource].replace({ ...target, fields });
  return fields;
}

const extraTypes: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['location', 'locations'],
  ['office', 'locations'],
  ['opportunitystatus', 'opportunity-statuses'],
  ['opportunitystatuses', 'opportunity-statuses'],
  ['customproperty', 'custom-properties'],
  ['customproperties', 'custom-properties'],
  ...resources.map((resource) => [resource, resource] as const),
]);

const resourceOfEntity: Readonly<Record<Entity, Resource>> = { company: 'companies', member: 'members', opportunity: 'opportunities' };

function resourceOf(type: string): Resource {
  const entity = entityOfType(type);
  const resource = entity === undefined ? extraTypes.get(type.toLowerCase()) : resourceOfEntity[entity];
  if (resource === undefined) throw new AdminError(`there is no type ${type}; use company, member or opportunity`);
  return resource;
}

function existing(database: Database, resource: Resource, id: string | undefined, name = 'id'): Row {
  if (id === undefined) throw new AdminError(`this edit needs ${name}`);
  const row = database.collections[resource].get(id);
  if (row === undefined) throw new AdminError(`OfficeRnD has no ${resource} record ${id}`);
  return row;
}

const stamped = (fields: JsonObject, resource: Resource, nowIso: string): JsonObject => {
  if (resource !== 'companies' && resource !== 'members' && resource !== 'opportunities') return fields;
  return { ...fields, modifiedAt: nowIso, ...(resource === 'members' ? {} : { modifiedBy: STAFF_ID }) };
};

/**
 * Returns the record with the edit's `fields`, and with those of its `properties` that name a field. Null clears a field; objects are
 * merged. Custom properties are in `properties`. A name such as `address.city` or `properties.<key>` changes one value inside a field.
 * Company and member are set by `associations`.
 */
function withEditedFields(record: JsonObject, resource: Resource, edit: ScreenEdit): JsonObject {
  const table = recordFields[resource];
  const result: Record<string, JsonValue> = { ...record };
  const set = (field: string, value: JsonValue): void => {
    const old = result[field];
    if (value === null) delete result[field];
    else result[field] = isJsonObject(value) && isJsonObject(old) ? withoutNulls({ ...old, ...value }) : value;
  };
  const inBag = (key: string, value: JsonValue): void => set('properties', { [key]: value });
  const inside = (name: string): readonly [string, string] | undefined => {
    const dot = name.indexOf('.');
    return dot > 0 && Object.hasOwn(table, name.slice(0, dot)) ? [name.slice(0, dot), name.slice(dot + 1)] : undefined;
  };
  for (const [name, value] of Object.entries(edit.fields ?? {})) {
    const path = inside(name);
    if (Object.hasOwn(table, name)) set(name, value);
    else if (path !== undefined) set(path[0], { [path[1]]: value });
    else throw new AdminError(`${resource} have no field ${name}; custom properties go into properties`);
  }
  for (const [name, value] of Object.entries(edit.properties ?? {})) {
    const path = inside(name);
    if (name !== 'properties' && Object.hasOwn(table, name)) set(name, value);
    else if (path !== undefined) set(path[0], { [path[1]]: value });
    else inBag(name, value);
  }
  for (const [type, ids] of Object.entries(edit.associations ?? {})) {
    const field = entityOfType(type);
    if (field === undefined || !Object.hasOwn(table, field)) throw new AdminError(`${resource} have no association to ${type}`);
    set(field, ids[0] ?? null);
  }
  const known = Object.fromEntries(Object.entries(result).filter(([field]) => Object.hasOwn(table, field)));
  const { problems, values } = checkBody(known, table);
  if (problems.length > 0) throw new AdminError(problems.join('; '));
  return { ...result, ...values };
}

const withoutNulls = (bag: JsonObject): JsonObject => Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null));
