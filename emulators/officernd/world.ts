import type { JsonValue } from '../../domain/json';
import { WORLD_EPOCH_MS } from '../shared/clock';
import { isJsonArray, isJsonObject, type JsonObject } from '../shared/json';
import type { SeededRandom } from '../shared/random';
import { AdminError } from '../shared/vendor';
import { textAt } from './collection';
import { computedStatus, createDatabase, type Database } from './database';
import { isObjectId } from './errors';
import { checkBody, recordFields, type Resource } from './fields';

/** The keys of a world's OfficeRnD half. Each one refers only to those before it. */
const halves: readonly (readonly [string, Resource])[] = [
  ['locations', 'locations'],
  ['opportunityStatuses', 'opportunity-statuses'],
  ['customProperties', 'custom-properties'],
  ['companies', 'companies'],
  ['members', 'members'],
  ['opportunities', 'opportunities'],
];

const defaultLocations: readonly JsonObject[] = [{ name: 'Main', address: '', timezone: 'Europe/London', isOpen: true, isPublic: true }];
const defaultStatuses: readonly JsonObject[] = [
  { description: 'New', probability: 10, isSystem: true },
  { description: 'In Progress', probability: 50, isSystem: false },
  { description: 'Won', probability: 100, isSystem: true },
  { description: 'Lost', probability: 0, isSystem: true },
];

/** The user in createdBy and modifiedBy of records whose world names none. */
export const STAFF_ID = '65f0c0ffee00000000000001';

/** Builds an organisation from a world's half and fills in missing fields. Throws an AdminError that names the first wrong record. */
export function loadWorld(half: JsonValue, random: SeededRandom, autoLead: boolean): Database {
  if (!isJsonObject(half)) throw new AdminError('The OfficeRnD half of a world is an object of lists');
  const known = halves.map(([key]) => key);
  const unknown = Object.keys(half).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new AdminError(`The OfficeRnD half of a world has no ${unknown.join(', ')}; it has ${known.join(', ')}`);
  const database = createDatabase(random);
  for (const [key, resource] of halves) {
    for (const [index, record] of recordsOf(half, key).entries()) addGivenRecord(database, resource, record, `${key}[${index}]`);
  }
  for (const resource of ['companies', 'members'] as const) {
    for (const row of database.collections[resource].rows()) {
      if (row.fields.status !== undefined) continue;
      database.collections[resource].replace({
        ...row,
        fields: { ...row.fields, status: computedStatus(database, resource, row, autoLead) },
      });
    }
  }
  return database;
}

/** The current records in the form that `loadWorld` takes, without archived records. */
export const readWorld = (database: Database): JsonValue =>
  Object.fromEntries(halves.map(([key, resource]) => [key, database.collections[resource].rows().map(({ fields }) => fields)]));

/** Adds one record of a world or an edit. `where` names it in error messages. */
export function addGivenRecord(database: Database, resource: Resource, record: JsonValue, where: string): JsonObject {
  if (!isJsonObject(record)) throw new AdminError(`${where} is not an object`);
  const collection = database.collections[resource];
  const { _id: givenId, ...rest } = record;
  if (givenId !== undefined && (typeof givenId !== 'string' || !isObjectId(givenId)))
    throw new AdminError(`${where}: _id must be 24 hexadecimal digits`);
  const id = givenId ?? database.newId(resource);
  if (collection.get(id) !== undefined) throw new AdminError(`${where}: there are two records with _id ${id}`);
  // Known fields must have the right type. Unknown fields are kept, because real records have more than the documentation lists.
  const table = recordFields[resource];
  const known: Record<string, JsonValue> = {};
  const given: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(rest)) {
    if (value === null) continue;
    if (Object.hasOwn(table, field)) known[field] = value;
    else given[field] = value;
  }
  const { problems, values } = checkBody(known, table);
  if (problems.length > 0) throw new AdminError(`${where}: ${problems.join('; ')}`);
  const createdAt = textAt(values, 'createdAt') ?? new Date(WORLD_EPOCH_MS + collection.rows().length * 1000).toISOString();
  Object.assign(given, values);
  const fields: JsonObject = { _id: id, ...withDefaults(database, resource, given, createdAt) };
  const baseStatus = resource === 'opportunities' || fields.status === 'lead' ? undefined : textAt(fields, 'status');
  collection.add({ id, fields, baseStatus, manualStatus: false });
  return fields;
}

function withDefaults(database: Database, resource: Resource, given: JsonObject, createdAt: string): JsonObject {
  const modifiedAt = textAt(given, 'modifiedAt') ?? createdAt;
  const firstLocation = database.collections.locations.rows()[0];
  const location = firstLocation === undefined ? {} : { location: firstLocation.id };
  switch (resource) {
    case 'companies':
      return { properties: {}, ...location, createdBy: STAFF_ID, modifiedBy: STAFF_ID, ...given, createdAt, modifiedAt };
    case 'members':
      return { properties: {}, ...location, ...given, createdAt, modifiedAt };
    case 'opportunities': {
      const statuses = database.collections['opportunity-statuses'];
      const status = statuses.get(textAt(given, 'status') ?? '') ?? statuses.rows()[0];
      const probability = status?.fields.probability ?? 0;
      return {
        ...(status === undefined ? {} : { status: status.id }),
        probability,
        properties: {},
        createdBy: STAFF_ID,
        modifiedBy: STAFF_ID,
        ...given,
        createdAt,
        modifiedAt,
      };
    }
    case 'locations':
      return { properties: {}, ...given };
    case 'opportunity-statuses':
      return { isSystem: false, ...given };
    case 'custom-properties':
      return { title: given.key ?? '', type: 'String', privacy: 'admin', targets: [], values: [], rates: [], ...given };
  }
}

function recordsOf(half: JsonObject, key: string): readonly JsonValue[] {
  const records = half[key] ?? [];
  if (!isJsonArray(records)) throw new AdminError(`${key} must be a list`);
  if (records.length > 0) return records;
  // An organisation always has a location and its statuses.
  if (key === 'locations') return defaultLocations;
  return key === 'opportunityStatuses' ? defaultStatuses : records;
}
