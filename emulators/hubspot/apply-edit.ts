import type { JsonValue } from '../../domain/json';
import type { ScreenEdit } from '../shared/edits';
import type { JsonObject } from '../shared/json';
import { AdminError } from '../shared/vendor';
import { HubSpotApiError } from './api-error';
import { defaultTypeOf, primaryTypeOf } from './association-types';
import { checkUnique, storedTextOf, type RawProperties } from './check-write';
import { applyAccountEdit, isAccountEdit } from './account-edit';
import { mergeRecords } from './merge';
import { objectTypeOf, type ObjectType } from './object-type';
import { person, type Portal } from './portal';
import type { MutableRecord } from './record';
import { archiveRecord, commitCreate, commitUpdate, prepareCreate, prepareUpdate, tellOf } from './record-writes';
import { describeRecord } from './world';

/**
 * Makes a change as a person does in HubSpot's screens, with all its consequences. Rate limits and the request log do not count it.
 * Returns the record as a world shows it. Throws AdminError.
 * An `archive` puts the record into the recycle bin; a `delete` removes it for good. A `merge` merges `id` into the primary, `into`.
 */
export function applyHubSpotEdit(portal: Portal, edit: ScreenEdit): JsonValue {
  try {
    if (isAccountEdit(edit)) return applyAccountEdit(portal, edit);
    return applyRecordEdit(portal, edit);
  } catch (error) {
    if (error instanceof HubSpotApiError) throw new AdminError(error.message);
    throw error;
  }
}

function applyRecordEdit(portal: Portal, edit: ScreenEdit): JsonObject {
  const type = objectTypeOf(edit.type);
  if (type === undefined) throw new AdminError(`There is no type ${edit.type}; use contacts, companies or deals`);
  switch (edit.op) {
    case 'create':
      return create(portal, type, edit);
    case 'update': {
      const record = existing(portal, type, edit);
      if (record.archivedAtMs !== undefined) throw new AdminError(`${type} ${record.id} is archived; restore it first`);
      commitUpdate(portal, prepareUpdate(portal, record, rawProperties(edit), new Map(), person), person);
      replaceAssociations(portal, record, edit);
      return describeRecord(portal, record);
    }
    case 'archive': {
      const record = existing(portal, type, edit);
      if (record.archivedAtMs === undefined) archiveRecord(portal, record, person);
      return describeRecord(portal, record);
    }
    case 'delete': {
      const record = existing(portal, type, edit);
      if (record.archivedAtMs === undefined) archiveRecord(portal, record, person);
      portal.tables[type].remove(record);
      return describeRecord(portal, record);
    }
    case 'restore':
      return restore(portal, existing(portal, type, edit));
    case 'merge':
      if (edit.id === undefined || edit.into === undefined) throw new AdminError('A merge needs id and into');
      for (const id of [edit.id, edit.into]) existing(portal, type, { id });
      return describeRecord(portal, mergeRecords(portal, type, edit.into, edit.id, person));
  }
}

function create(portal: Portal, type: ObjectType, edit: ScreenEdit): JsonObject {
  if (edit.id !== undefined && !/^\d{1,15}$/.test(edit.id)) throw new AdminError('A HubSpot id is a text of digits');
  if (edit.id !== undefined && portal.tables[type].resolve(edit.id) !== undefined)
    throw new AdminError(`${type} ${edit.id} exists already`);
  const prepared = prepareCreate(portal, type, { properties: rawProperties(edit), associations: [] }, new Map(), person);
  const record = commitCreate(portal, type, prepared, person, edit.id);
  replaceAssociations(portal, record, edit);
  return describeRecord(portal, record);
}

function restore(portal: Portal, record: MutableRecord): JsonObject {
  if (record.archivedAtMs === undefined) throw new AdminError(`${record.type} ${record.id} is not archived`);
  if (record.purged) throw new AdminError(`${record.type} ${record.id} was erased for good`);
  checkUnique(portal, record.type, record, record.values, new Map());
  portal.index.noteWrite(record, 'update', 0);
  portal.tables[record.type].setArchived(record, undefined);
  record.updatedAtMs = Math.max(record.updatedAtMs, portal.now());
  tellOf(portal, record, 'RESTORE');
  return describeRecord(portal, record);
}

function existing(portal: Portal, type: ObjectType, { id }: Pick<ScreenEdit, 'id'>): MutableRecord {
  const record = id === undefined ? undefined : portal.tables[type].resolve(id);
  if (record === undefined) throw new AdminError(`There is no record ${id ?? '(no id given)'} in ${type}`);
  return record;
}

function rawProperties(edit: ScreenEdit): RawProperties {
  const entries = Object.entries(edit.properties ?? edit.fields ?? {}).map(([name, value]) => {
    const text = storedTextOf(value);
    if (text === undefined) throw new AdminError(`${name}: a HubSpot value is a text, number or flag`);
    // A person clears a field by emptying it.
    return [name, text ?? ''] as const;
  });
  return Object.fromEntries(entries);
}

/** Each given list replaces the record's associations with that type. The first company becomes the primary. */
function replaceAssociations(portal: Portal, record: MutableRecord, { associations }: ScreenEdit): void {
  for (const [name, ids] of Object.entries(associations ?? {})) {
    const to = objectTypeOf(name);
    const type = to === undefined ? undefined : defaultTypeOf(record.type, to);
    if (to === undefined || type === undefined) throw new AdminError(`${record.type} have no associations with ${name}`);
    const missing = ids.find((id) => portal.tables[to].get(id) === undefined);
    if (missing !== undefined) throw new AdminError(`There is no record ${missing} in ${to}`);
    for (const { id } of portal.associations.list(record.type, record.id, to)) portal.associations.unlink(record.type, record.id, to, id);
    const primary = to === 'companies' ? primaryTypeOf(record.type, to)?.typeId : undefined;
    ids.forEach((id, index) => {
      portal.associations.link(
        record.type,
        record.id,
        to,
        id,
        index === 0 && primary !== undefined ? [primary, type.typeId] : [type.typeId],
      );
    });
  }
}
