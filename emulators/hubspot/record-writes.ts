import type { JsonObject } from '../shared/json';
import { associationTypeOf, defaultTypeOf, primaryTypeOf } from './association-types';
import { invalid, type HubSpotApiError } from './api-error';
import { checkUnique, checkWrite, type CheckedWrite, type RawProperties } from './check-write';
import { objectTypeFacts, type ObjectType } from './object-type';
import { isLiveRecord, type Actor, type Portal } from './portal';
import type { MutableRecord } from './record';
import { insertRecord, changeRecord } from './record-changes';

/** An association in a create: the other record's id and the type ids. */
interface GivenAssociation {
  readonly toId: string;
  readonly typeIds: readonly number[];
}

interface RequestedCreate {
  readonly properties: RawProperties;
  readonly associations: readonly GivenAssociation[];
}

/** A create that has passed every check. */
export interface PreparedCreate extends CheckedWrite {
  readonly associations: readonly GivenAssociation[];
  readonly sent: readonly string[];
}

/** Checks a create without making it. `claimed` has the unique values of the batch's other inputs. Throws HubSpotApiError. */
export function prepareCreate(
  portal: Portal,
  type: ObjectType,
  input: RequestedCreate,
  claimed: Map<string, string>,
  actor: Actor,
): PreparedCreate {
  const checked = checkWrite(portal, type, undefined, input.properties, actor);
  checkUnique(portal, type, undefined, checked.changes, claimed);
  for (const association of input.associations) checkGivenAssociation(portal, type, association);
  return { ...checked, associations: input.associations, sent: Object.keys(input.properties) };
}

/** Makes a prepared create. Only a person's edit gives an `id`. */
export function commitCreate(portal: Portal, type: ObjectType, prepared: PreparedCreate, actor: Actor, id = portal.newId()): MutableRecord {
  const record = insertRecord(portal, type, { id, values: prepared.changes, createdAtMs: portal.now() }, actor);
  for (const { toId, typeIds } of prepared.associations) {
    for (const typeId of typeIds) {
      const to = associationTypeOf(typeId)?.to;
      if (to !== undefined) associate(portal, type, record.id, to, toId, [typeId]);
    }
  }
  return record;
}

export interface PreparedUpdate extends CheckedWrite {
  readonly record: MutableRecord;
  readonly sent: readonly string[];
}

/** Checks an update without making it. Throws HubSpotApiError. */
export function prepareUpdate(
  portal: Portal,
  record: MutableRecord,
  properties: RawProperties,
  claimed: Map<string, string>,
  actor: Actor,
): PreparedUpdate {
  const checked = checkWrite(portal, record.type, record, properties, actor);
  checkUnique(portal, record.type, record, checked.changes, claimed);
  return { ...checked, record, sent: Object.keys(properties) };
}

export function commitUpdate(portal: Portal, { record, changes }: PreparedUpdate, actor: Actor): void {
  changeRecord(portal, record, changes, actor);
}

/** Puts a live record into the recycle bin. */
export function archiveRecord(portal: Portal, record: MutableRecord, actor: Actor): void {
  portal.index.noteWrite(record, 'update', actor.indexLagMs);
  portal.tables[record.type].setArchived(record, portal.now());
  tellOf(portal, record, 'DELETE');
}

/** Passes on to the feeds what happened to a whole record. */
export const tellOf = (portal: Portal, { type, id }: MutableRecord, action: 'DELETE' | 'RESTORE' | 'GDPR_DELETE'): void =>
  portal.tell({ kind: 'record', action, type, id, atMs: portal.now() });

/** GDPR delete: puts the record into the bin without its values. It cannot be restored. */
export function eraseRecord(portal: Portal, record: MutableRecord, actor: Actor): void {
  if (record.archivedAtMs === undefined) archiveRecord(portal, record, actor);
  record.values.clear();
  record.history.clear();
  record.purged = true;
  tellOf(portal, record, 'GDPR_DELETE');
}

/** Links two records. If the settings say so, the first company of a contact or deal becomes its primary. Modified dates stay. */
export function associate(
  portal: Portal,
  from: ObjectType,
  fromId: string,
  to: ObjectType,
  toId: string,
  typeIds: readonly number[],
): void {
  const { associations } = portal;
  associations.link(from, fromId, to, toId, typeIds);
  if (!portal.settings().firstCompanyIsPrimary) return;
  const [childType, childId, companyId] =
    to === 'companies' ? [from, fromId, toId] : from === 'companies' ? [to, toId, fromId] : [from, fromId, undefined];
  const primary = primaryTypeOf(childType, 'companies');
  const current = associations.primaryCompany(childType, childId);
  if (companyId === undefined || primary === undefined || (current !== undefined && isLiveRecord(portal, 'companies', current))) return;
  associations.link(childType, childId, 'companies', companyId, [primary.typeId]);
}

function checkGivenAssociation(portal: Portal, from: ObjectType, { toId, typeIds }: GivenAssociation): void {
  for (const typeId of typeIds) {
    const type = associationTypeOf(typeId);
    if (type === undefined || type.from !== from) throw wrongAssociationType(from, typeId);
    if (!isLiveRecord(portal, type.to, toId)) throw invalidAssociation(toId);
  }
}

/** 400 for an association type that does not start at this object type. */
export function wrongAssociationType(from: ObjectType, typeId: number): HubSpotApiError {
  const expected = associationTypeOf(typeId)?.from;
  return invalid(
    expected === undefined
      ? `No association type ${typeId} exists`
      : `invalid from object type ${objectTypeFacts[from].typeId} for associations to be created. expected: ${objectTypeFacts[expected].typeId}`,
  );
}

/** 400 for an association with a record that does not exist. */
export const invalidAssociation = (...ids: readonly string[]): HubSpotApiError => {
  const context: JsonObject = { INVALID_OBJECT_IDS: [...ids] };
  return invalid('One or more associations are invalid', { context });
};

/** The default type ids between two object types. Empty when there are none. */
export const defaultTypeIds = (from: ObjectType, to: ObjectType): readonly number[] => {
  const type = defaultTypeOf(from, to);
  return type === undefined ? [] : [type.typeId];
};
