import type { JsonObject } from '../shared/json';
import type { VendorResponse } from '../shared/vendor';
import { missingIds } from './api-error';
import { batchAnswer, checkBatchSize } from './batch';
import { batchCreate } from './batch-create';
import { batchUpdate, batchUpsert } from './batch-update';
import { bodyOf, flagQuery, noContent, objectScopes, typeParam, type HubSpotCall, type HubSpotRoute } from './call';
import { findByProperty } from './find-record';
import type { ObjectType } from './object-type';
import { objectVersions } from './object-routes';
import type { Portal } from './portal';
import type { StoredRecord } from './record';
import { viewRecord } from './record-view';
import { archiveRecord } from './record-writes';
import { batchIdsBody, batchReadBody } from './write-schemas';

const shared = { versions: objectVersions, limit: 'standard', method: 'POST' } as const;
const write = { ...shared, scopes: objectScopes('write') } as const;

/** The batch calls for records. */
export const batchRoutes: readonly HubSpotRoute[] = [
  { ...shared, scopes: objectScopes('read'), pattern: 'objects/{type}/batch/read', handle: batchRead },
  { ...write, pattern: 'objects/{type}/batch/create', handle: batchCreate },
  { ...write, pattern: 'objects/{type}/batch/update', handle: batchUpdate },
  { ...write, pattern: 'objects/{type}/batch/upsert', handle: batchUpsert },
  { ...write, pattern: 'objects/{type}/batch/archive', handle: batchArchive },
];

function batchRead(call: HubSpotCall): VendorResponse {
  const { portal, request } = call;
  const type = typeParam(call);
  const body = bodyOf(call, batchReadBody);
  const propertiesWithHistory = body.propertiesWithHistory ?? [];
  checkBatchSize(body.inputs, propertiesWithHistory.length > 0);
  const archived = flagQuery(call, 'archived');
  const rows: JsonObject[] = [];
  const shown = new Set<string>();
  const missing: string[] = [];
  for (const id of new Set(body.inputs.map((input) => input.id))) {
    request.touch(id);
    const record = readable(portal, type, id, body.idProperty ?? undefined, archived);
    if (record === undefined) missing.push(id);
    else if (portal.settings().batchReadMergedTwice === 'two' || !shown.has(record.id)) {
      shown.add(record.id);
      rows.push(viewRecord(portal, record, { properties: body.properties ?? undefined, propertiesWithHistory }));
    }
  }
  return batchAnswer(call, rows, missing.length === 0 ? [] : [missingIds(type, missing)]);
}

/** If the settings say so, the id of a merged record leads to the survivor, which appears under its new id. */
function readable(
  portal: Portal,
  type: ObjectType,
  id: string,
  idProperty: string | undefined,
  archived: boolean,
): StoredRecord | undefined {
  const table = portal.tables[type];
  const { batchReadMerged } = portal.settings();
  const follows = (type === 'contacts' ? batchReadMerged.contacts : batchReadMerged.others) === 'survivor';
  const byProperty = idProperty !== undefined && idProperty !== 'hs_object_id';
  const record = byProperty
    ? findByProperty(portal, type, idProperty, id)
    : (table.get(id) ?? (follows ? table.survivorOf(id) : undefined));
  return record !== undefined && (record.archivedAtMs !== undefined) === archived ? record : undefined;
}

/** The answer is 204 for all ids, known or not. */
function batchArchive(call: HubSpotCall): VendorResponse {
  const table = call.portal.tables[typeParam(call)];
  const { inputs } = bodyOf(call, batchIdsBody);
  checkBatchSize(inputs);
  for (const { id } of inputs) {
    const record = table.get(id);
    if (record !== undefined && record.archivedAtMs === undefined) archiveRecord(call.portal, record, call.actor);
    call.request.touch(id);
  }
  return noContent;
}
