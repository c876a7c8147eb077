import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, jsonEquals, type JsonObject } from '../shared/json';
import { textAt, type Row } from './collection';
import { computedStatus, definitionOf, refreshStatuses, type Database } from './database';
import { OfficerndApiError, badRequest, castError, isObjectId, unknownId } from './errors';
import { checkBody, createFields, references, updateFields, type Resource, type WritableResource } from './fields';
import type { OfficerndSettings } from './settings';

/** Everything that a write through the API needs besides its body. */
export interface WriteContext {
  readonly database: Database;
  readonly settings: OfficerndSettings;
  readonly nowIso: string;
  /** The user for createdBy and modifiedBy. */
  readonly by: string;
}

/** The properties of OfficeRnD's own HubSpot integration. They need no definition. */
const LINK_PROPERTY = 'hubspot_link_id';
const OWN_PROPERTIES = [LINK_PROPERTY, 'hubspot_sync_errors'];
const MEMBER_STATUSES = ['active', 'former', 'pending', 'contact', 'not_approved', 'drop-in', 'lead'];

/** POST: returns the new record or throws OfficerndApiError. */
export function createByApi(context: WriteContext, resource: WritableResource, body: JsonObject): Row {
  const { database, settings, nowIso, by } = context;
  const { problems, values } = checkBody(body, createFields[resource]);
  const missing = requiredOnCreate(resource, settings)
    .filter(({ field }) => (body[field] ?? null) === null)
    .map(({ problem }) => problem);
  refuse([...missing, ...problems, ...propertyProblems(context, resource, values.properties)]);
  const given = withoutNulls(values, settings);
  checkRules(context, resource, given, undefined);
  const defaults =
    resource === 'opportunities' ? opportunityDefaults(database, given, settings) : { location: locationFor(database, given, settings) };
  const id = database.newId(resource);
  const people = resource === 'members' && !settings.memberModifiedBy ? {} : { createdBy: by, modifiedBy: by };
  const fields: JsonObject = { _id: id, properties: {}, ...given, ...defaults, createdAt: nowIso, modifiedAt: nowIso, ...people };
  const row = database.collections[resource].add({ id, fields, baseStatus: undefined, manualStatus: false });
  if (resource === 'opportunities') {
    refreshStatuses(database, [fields], settings, nowIso);
    return row;
  }
  return replaceRow(database, resource, {
    ...row,
    fields: { ...fields, status: computedStatus(database, resource, row, settings.autoLead) },
  });
}

/** PUT: returns the record after it. A PUT without changes does not touch modifiedAt. */
export function updateByApi(context: WriteContext, resource: WritableResource, id: string, body: JsonObject): Row {
  const { settings } = context;
  const { problems, values } = checkBody(body, updateFields(resource, settings));
  refuse([...problems, ...propertyProblems(context, resource, values.properties)]);
  refuseValues(settings, resource, values);
  const row = existingRow(context.database, resource, id);
  const fields = withValues(row.fields, values, settings);
  if (
    resource === 'opportunities' &&
    settings.statusSetsProbability &&
    values.probability === undefined &&
    typeof values.status === 'string'
  ) {
    const probability = context.database.collections['opportunity-statuses'].get(values.status)?.fields.probability;
    if (probability !== undefined && values.status !== row.fields.status) fields.probability = probability;
  }
  checkRules(context, resource, fields, row, Object.keys(values));
  for (const field of settings.sideEffects[resource] ?? []) delete fields[field];
  return saveRow(context, resource, row, { ...row, fields });
}

/** members/{id}/status: sets the status, which is never computed again. */
export function setMemberStatus(context: WriteContext, id: string, body: JsonObject): Row {
  const { problems, values } = checkBody(body, { status: 'string' });
  const { status } = values;
  if (typeof status !== 'string' || !MEMBER_STATUSES.includes(status)) {
    throw badRequest([
      ...problems.filter((problem) => problem.startsWith('property ')),
      `status must be one of the following values: ${MEMBER_STATUSES.join(', ')}`,
    ]);
  }
  refuse(problems);
  const row = existingRow(context.database, 'members', id);
  return saveRow(context, 'members', row, { ...row, fields: { ...row.fields, status }, baseStatus: status, manualStatus: true });
}

/** members/{id}/company: moves the member to another company. Null takes it out of its company. */
export function setMemberCompany(context: WriteContext, id: string, body: JsonObject): Row {
  const { problems, values } = checkBody(body, { company: 'id' });
  refuse([...(body.company === undefined ? ['company must be a string'] : []), ...problems]);
  const row = existingRow(context.database, 'members', id);
  const fields = withValues(row.fields, values, context.settings);
  checkReferences(context.database, fields, ['company']);
  return saveRow(context, 'members', row, { ...row, fields });
}

/** DELETE: returns the record as it was. References to it stay and lead nowhere. */
export function deleteByApi(context: WriteContext, resource: WritableResource, id: string): Row {
  const row = existingRow(context.database, resource, id);
  context.database.collections[resource].remove(id);
  if (resource === 'opportunities') refreshStatuses(context.database, [row.fields], context.settings, context.nowIso);
  return row;
}

/** Returns the record or throws 404. An id of another form breaks the vendor's query: 500. */
export function existingRow(database: Database, resource: Resource, id: string): Row {
  if (!isObjectId(id)) throw castError(id, '_id');
  const row = database.collections[resource].get(id.toLowerCase());
  if (row === undefined) throw unknownId(id);
  return row;
}

/** Stores a changed row with new modifiedAt and modifiedBy. An unchanged row is returned as it is. */
export function saveRow({ database, settings, nowIso, by }: WriteContext, resource: WritableResource, before: Row, after: Row): Row {
  if (jsonEquals(before.fields, after.fields))
    return after.manualStatus === before.manualStatus ? before : replaceRow(database, resource, after);
  const person = resource === 'members' && !settings.memberModifiedBy ? {} : { modifiedBy: by };
  const row = replaceRow(database, resource, { ...after, fields: { ...after.fields, modifiedAt: nowIso, ...person } });
  if (resource === 'opportunities') refreshStatuses(database, [before.fields, row.fields], settings, nowIso);
  return row;
}

/** Returns `fields` with the changes of `values`, as PUT makes them. Null clears. Objects and `properties` follow the settings. */
function withValues(fields: JsonObject, values: JsonObject, settings: OfficerndSettings): Record<string, JsonValue> {
  const result: Record<string, JsonValue> = { ...fields };
  for (const [field, value] of Object.entries(values)) {
    const old = fields[field];
    const mode = putModeOf(field, settings);
    const next = isJsonObject(value) && isJsonObject(old) && mode === 'merge' ? { ...old, ...value } : value;
    if (field === 'properties') result[field] = next === null ? {} : bagWithoutNulls(keptKeys(next, old, settings), settings);
    else if (next === null) delete result[field];
    else result[field] = deepWithoutNulls(next);
  }
  return result;
}

function putModeOf(field: string, { propertiesOnPut, addressPut, objectsOnPut }: OfficerndSettings): 'replace' | 'merge' {
  if (field === 'properties') return propertiesOnPut;
  return field === 'address' ? (addressPut ?? objectsOnPut) : objectsOnPut;
}

const replaceRow = (database: Database, resource: WritableResource, row: Row): Row => {
  database.collections[resource].replace(row);
  return row;
};

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw badRequest(problems);
}

/** Refuses values as `refusals` says, in its words. */
function refuseValues({ refusals }: OfficerndSettings, resource: WritableResource, values: JsonObject): void {
  for (const { field, pattern, status, message } of refusals.filter((one) => one.resource === resource)) {
    const [outer = '', ...inner] = field.split('.');
    const sent = inner.length === 0 ? values[outer] : isJsonObject(values[outer]) ? values[outer][inner.join('.')] : undefined;
    if (typeof sent === 'string' && new RegExp(pattern, 'u').test(sent)) throw new OfficerndApiError(status, message);
  }
}

function requiredOnCreate(
  resource: WritableResource,
  settings: OfficerndSettings,
): readonly { readonly field: string; readonly problem: string }[] {
  const name = { field: 'name', problem: 'name must be a string' };
  return resource === 'members' && settings.memberNeedsEmail ? [name, { field: 'email', problem: 'email must be an email' }] : [name];
}

/** Business rules. For a broken one, the vendor's answer is 500 with the rule as its message. */
function checkRules(
  { database, settings }: WriteContext,
  resource: WritableResource,
  fields: JsonObject,
  before: Row | undefined,
  touched?: readonly string[],
): void {
  if ((textAt(fields, 'name') ?? '') === '') throw new OfficerndApiError(500, "Path 'name' is required.");
  checkReferences(database, fields, touched ?? Object.keys(fields), resource);
  if (resource === 'opportunities' && fields.company === undefined && fields.member === undefined) {
    throw new OfficerndApiError(500, 'An opportunity needs a member or a company');
  }
  const email = textAt(fields, 'email');
  if (resource === 'members' && settings.memberEmailUnique && email !== undefined) {
    const others = (database.collections.members.find('email', email) ?? []).filter(({ id }) => id !== before?.id);
    if (others.length > 0) throw new OfficerndApiError(500, 'Member with this email already exists');
  }
}

function checkReferences(database: Database, fields: JsonObject, touched: readonly string[], resource: WritableResource = 'members'): void {
  for (const { field, to, word } of references) {
    const id = textAt(fields, field);
    // Only an opportunity's status is a reference. A company's or member's status is a plain word.
    if (id === undefined || !touched.includes(field) || (field === 'status' && resource !== 'opportunities')) continue;
    if (!isObjectId(id)) throw castError(id, field);
    if (database.collections[to].get(id.toLowerCase()) === undefined) throw new OfficerndApiError(500, `Specified ${word} was not found`);
  }
}

function locationFor(database: Database, given: JsonObject, settings: OfficerndSettings): string {
  const locations = database.collections.locations.rows();
  const location = textAt(given, 'location') ?? (locations.length === 1 || !settings.locationRequired ? locations[0]?.id : undefined);
  if (location === undefined) throw new OfficerndApiError(500, "Path 'location' is required.");
  return location;
}

function opportunityDefaults(database: Database, given: JsonObject, settings: OfficerndSettings): JsonObject {
  const statuses = database.collections['opportunity-statuses'];
  const status = statuses.get(textAt(given, 'status') ?? '') ?? statuses.rows()[0];
  if (status === undefined) return {};
  const probability = given.probability ?? (settings.statusSetsProbability ? status.fields.probability : undefined);
  return { status: status.id, ...(probability === undefined ? {} : { probability }) };
}

function propertyProblems({ database, settings }: WriteContext, resource: WritableResource, bag: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(bag)) return [];
  return Object.entries(bag).flatMap(([key, value]) => {
    const definition = definitionOf(database, resource, key);
    const unknown = [`properties.property ${key} should not exist`];
    if (definition === undefined && settings.unknownPropertyKeys === 'reject') return unknown;
    if (key === LINK_PROPERTY && settings.linkProperty === 'reject') return unknown;
    if (OWN_PROPERTIES.includes(key) || value === null) return [];
    if (definition === undefined) return settings.unknownProperties === 'refuse' ? unknown : [];
    if (!settings.checkPropertyValues || !isJsonArray(definition.values) || !/select/i.test(textAt(definition, 'type') ?? '')) return [];
    const allowed = definition.values.filter((item) => typeof item === 'string');
    const values = isJsonArray(value) ? value : [value];
    return values.every((item) => typeof item === 'string' && allowed.includes(item))
      ? []
      : [`properties.${key} must be one of the following values: ${allowed.join(', ')}`];
  });
}

const withoutNulls = (values: JsonObject, settings: OfficerndSettings): JsonObject => withValues({}, values, settings);

/** With `linkProperty: drop`, a write leaves the link property as it is, without a word. */
function keptKeys(bag: JsonValue, old: JsonValue | undefined, { linkProperty }: OfficerndSettings): JsonValue {
  if (linkProperty !== 'drop' || !isJsonObject(bag)) return bag;
  const { [LINK_PROPERTY]: _dropped, ...rest } = bag;
  const present = isJsonObject(old) ? old[LINK_PROPERTY] : undefined;
  return present === undefined ? rest : { ...rest, [LINK_PROPERTY]: present };
}

const bagWithoutNulls = (bag: JsonValue, settings: OfficerndSettings): JsonValue =>
  isJsonObject(bag) && settings.nullProperties === 'remove'
    ? Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null))
    : bag;

const deepWithoutNulls = (value: JsonValue): JsonValue =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== null)
          .map(([key, item]) => [key, deepWithoutNulls(item)]),
      )
    : value;
