import { z } from 'zod';
import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError, invalid } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import {
  bodyOf,
  flagQuery,
  linkTo,
  listQuery,
  nextLink,
  noContent,
  objectScopes,
  ok,
  param,
  typeParam,
  type HubSpotCall,
  type HubSpotRoute,
} from './call';
import { idSchema } from './batch';
import { createBody, writtenProperties } from './write-schemas';
import { findByProperty, findRecord } from './find-record';
import { mergeRecords } from './merge';
import { objectTypeOf, objectTypes } from './object-type';
import { viewRecord, viewWritten, type ViewOptions } from './record-view';
import { archiveRecord, commitCreate, commitUpdate, eraseRecord, prepareCreate, prepareUpdate } from './record-writes';
import { searchRecords } from './search';
import { parseSearch } from './search-request';

export const objectVersions: readonly ApiVersion[] = ['v3', ...datedVersions];

const shared = { versions: objectVersions, limit: 'standard' } as const;
const read = { ...shared, scopes: objectScopes('read') } as const;
const write = { ...shared, scopes: objectScopes('write') } as const;

/** The calls for single records, and merge, GDPR delete and search. */
export const objectRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'GET', pattern: 'objects/{type}', handle: list, whenEmpty: { results: [] } },
  { ...read, method: 'GET', pattern: 'objects/{type}/{id}', handle: get },
  { ...write, method: 'POST', pattern: 'objects/{type}', handle: create },
  { ...write, method: 'PATCH', pattern: 'objects/{type}/{id}', handle: patch },
  { ...write, method: 'DELETE', pattern: 'objects/{type}/{id}', handle: remove },
  { ...write, method: 'POST', pattern: 'objects/{type}/merge', handle: merge },
  { ...write, method: 'POST', pattern: 'objects/{type}/gdpr-delete', handle: gdprDelete },
  { ...read, method: 'POST', pattern: 'objects/{type}/search', limit: 'search', handle: runSearch, whenEmpty: { total: 0, results: [] } },
];

function list(call: HubSpotCall): VendorResponse {
  const { portal, request } = call;
  const type = typeParam(call);
  const options = viewOptions(call);
  const limit = pageLimit(call, (options.propertiesWithHistory ?? []).length > 0 ? 50 : 100);
  const after = request.query.get('after') ?? '';
  if (!/^\d*$/.test(after)) throw invalid(`Invalid paging cursor: ${after}`);
  const { records, more } = portal.tables[type].page(flagQuery(call, 'archived'), Number(after), limit);
  const last = records.at(-1);
  for (const record of records) request.touch(record.id);
  const next = more && last !== undefined ? String(last.numericId + 1) : undefined;
  return ok({
    results: records.map((record) => viewRecord(portal, record, options)),
    ...(next === undefined ? {} : { paging: { next: { after: next, link: nextLink(call, next) } } }),
  });
}

function pageLimit({ portal, request }: HubSpotCall, max: number): number {
  const given = request.query.get('limit');
  if (given === null || given === '') return 10;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  throw invalid(portal.settings().listLimitMessage.replace('{limit}', given).replace('{max}', String(max)));
}

const viewOptions = (call: HubSpotCall): ViewOptions => ({
  properties: listQuery(call, 'properties'),
  propertiesWithHistory: listQuery(call, 'propertiesWithHistory'),
  associations: objectTypes.filter((type) => (listQuery(call, 'associations') ?? []).some((name) => objectTypeOf(name) === type)),
});

const idProperty = ({ request }: HubSpotCall): string | undefined => request.query.get('idProperty') || undefined;

function get(call: HubSpotCall): VendorResponse {
  const record = findRecord(call.portal, typeParam(call), param(call, 'id'), idProperty(call), flagQuery(call, 'archived'));
  call.request.touch(record.id);
  return ok(viewRecord(call.portal, record, viewOptions(call)));
}

function create(call: HubSpotCall): VendorResponse {
  const { portal, actor, request } = call;
  const type = typeParam(call);
  const prepared = prepareCreate(portal, type, bodyOf(call, createBody), new Map(), actor);
  const record = commitCreate(portal, type, prepared, actor);
  request.touch(record.id);
  const location = linkTo(call, `${request.path.replace(/\/$/, '')}/${record.id}`);
  return { status: 201, headers: { location }, body: viewWritten(portal, record, prepared.sent, prepared.warnings) };
}

function patch(call: HubSpotCall): VendorResponse {
  const { portal, actor, request } = call;
  const { properties } = bodyOf(call, z.object({ properties: writtenProperties }));
  const record = findRecord(portal, typeParam(call), param(call, 'id'), idProperty(call));
  const prepared = prepareUpdate(portal, record, properties, new Map(), actor);
  commitUpdate(portal, prepared, actor);
  request.touch(record.id);
  return ok(viewWritten(portal, record, prepared.sent, prepared.warnings));
}

/** The answer is 204 for all ids, known or not. */
function remove(call: HubSpotCall): VendorResponse {
  const record = call.portal.tables[typeParam(call)].get(param(call, 'id'));
  if (record !== undefined && record.archivedAtMs === undefined) archiveRecord(call.portal, record, call.actor);
  call.request.touch(param(call, 'id'));
  return noContent;
}

function merge(call: HubSpotCall): VendorResponse {
  const { primaryObjectId, objectIdToMerge } = bodyOf(call, z.object({ primaryObjectId: idSchema, objectIdToMerge: idSchema }));
  const record = mergeRecords(call.portal, typeParam(call), primaryObjectId, objectIdToMerge, call.actor);
  for (const id of [primaryObjectId, objectIdToMerge, record.id]) call.request.touch(id);
  return ok(viewRecord(call.portal, record, { properties: [...record.values.keys()] }));
}

function gdprDelete(call: HubSpotCall): VendorResponse {
  const type = typeParam(call);
  if (type !== 'contacts') throw new HubSpotApiError(404, 'resource not found');
  const { objectId, idProperty: name } = bodyOf(call, z.object({ objectId: idSchema, idProperty: z.string().nullish() }));
  const record = name === 'email' ? findByProperty(call.portal, type, name, objectId) : call.portal.tables[type].resolve(objectId);
  if (record !== undefined) eraseRecord(call.portal, record, call.actor);
  return noContent;
}

function runSearch(call: HubSpotCall): VendorResponse {
  const { portal, request } = call;
  const { body, ids } = searchRecords(
    portal,
    typeParam(call),
    parseSearch(request.rawBody.toString('utf8'), portal.settings()),
    request.searchLagMs,
  );
  for (const id of ids) request.touch(id);
  return ok(body);
}
