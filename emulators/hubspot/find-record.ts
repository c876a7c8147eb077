import { invalid, type HubSpotApiError, recordNotFound, notNumeric } from './api-error';
import { objectTypeFacts, type ObjectType } from './object-type';
import type { Portal } from './portal';
import type { MutableRecord } from './record';

/**
 * Finds a record for a single read or write, by id or by a unique property. The id of a merged record leads to its survivor.
 * Throws HubSpot's 404 if there is none, and 400 for a property that is not unique.
 */
export function findRecord(portal: Portal, type: ObjectType, id: string, idProperty: string | undefined, archived = false): MutableRecord {
  const record = byIdOrProperty(portal, type, id, idProperty);
  if (record === undefined || (record.archivedAtMs !== undefined) !== archived) throw recordNotFound();
  return record;
}

function byIdOrProperty(portal: Portal, type: ObjectType, id: string, idProperty: string | undefined): MutableRecord | undefined {
  if (idProperty !== undefined && idProperty !== 'hs_object_id') return findByProperty(portal, type, idProperty, id);
  if (!/^\d+$/.test(id)) throw notNumeric(id);
  return portal.tables[type].resolve(String(BigInt(id)));
}

/** The live record with this e-mail or this value of a unique property. Throws 400 for any other property. */
export function findByProperty(portal: Portal, type: ObjectType, name: string, value: string): MutableRecord | undefined {
  const isEmail = type === 'contacts' && name === 'email';
  if (!isEmail) requireUnique(portal, type, name);
  const wanted = isEmail ? value.trim().toLowerCase() : value;
  const record = portal.tables[type].holderOf(name, wanted);
  if (isEmail && record?.values.get('email') !== wanted && !portal.settings().additionalEmailResolves) return undefined;
  return record;
}

/** Throws HubSpot's 400 if the property is not unique. */
export function requireUnique(portal: Portal, type: ObjectType, name: string): void {
  if (portal.properties[type].active(name)?.hasUniqueValue !== true) throw notUnique(portal, type, name);
}

export const notUnique = (portal: Portal, type: ObjectType, name: string): HubSpotApiError =>
  invalid(`Unable to perform update/upsert by non-unique ${objectTypeFacts[type].typeId} property ${name} in portal ID ${portal.portalId}`);
