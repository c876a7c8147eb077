import type { JsonObject } from '../shared/json';
import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError, invalid, missingIds, recordNotFound, unknownType } from './api-error';
import { batchAnswer, checkBatchSize, itemError, repeated, traceIds } from './batch';
import { wholeRefusal } from './batch-create';
import { bodyOf, param, typeParam, type HubSpotCall } from './call';
import { findByProperty, notUnique, requireUnique } from './find-record';
import type { ObjectType } from './object-type';
import type { MutableRecord } from './record';
import { viewWritten } from './record-view';
import { commitCreate, commitUpdate, prepareCreate, prepareUpdate, type PreparedCreate, type PreparedUpdate } from './record-writes';
import { batchUpdateBody, type BatchUpdateInput } from './write-schemas';

/**
 * One invalid value makes HubSpot refuse the whole batch. Unknown and archived ids are reported in a 207, and the rest is applied.
 * Ids of merged records are left out silently.
 */
export function batchUpdate(call: HubSpotCall): VendorResponse {
  const { portal, actor } = call;
  const type = typeParam(call);
  const inputs = checkedInputs(call);
  const byEmail = inputs.find(({ idProperty }) => type === 'contacts' && idProperty === 'email');
  if (byEmail !== undefined) throw notUnique(portal, type, 'email');
  const targets = inputs.map((input) => ({ input, record: target(call, type, input) }));
  const claimed = new Map<string, string>();
  const prepared = runChecks(
    portal.portalId,
    targets.flatMap(({ input, record }) =>
      record === undefined ? [] : [() => ({ input, update: prepareUpdate(portal, record, input.properties, claimed, actor) })],
    ),
  );
  const results = prepared.map(({ input, update }) => apply(call, input, update));
  const missing = targets
    .filter(({ input, record }) => record === undefined && portal.tables[type].survivorOf(input.id) === undefined)
    .map(({ input }) => input);
  return batchAnswer(call, results, missing.length === 0 ? [] : [missingError(type, missing)]);
}

/**
 * Creates or updates by an e-mail or a unique property. Inputs fail one by one only if they have trace ids and the property is not the
 * e-mail.
 */
export function batchUpsert(call: HubSpotCall): VendorResponse {
  const { portal, actor } = call;
  const type = typeParam(call);
  const inputs = checkedInputs(call);
  if (inputs.some(({ idProperty }) => (idProperty ?? '') === '')) throw recordNotFound();
  const partial = traceIds(inputs) !== undefined && inputs.every(({ idProperty }) => idProperty !== 'email');
  const claimed = new Map<string, string>();
  const prepare = (input: BatchUpdateInput): Upsert => {
    const name = input.idProperty ?? '';
    const record = findByProperty(portal, type, name, input.id);
    if (record !== undefined) return { input, update: prepareUpdate(portal, record, input.properties, claimed, actor) };
    return {
      input,
      create: prepareCreate(portal, type, { properties: { ...input.properties, [name]: input.id }, associations: [] }, claimed, actor),
    };
  };
  const errors: JsonObject[] = [];
  const upserts = partial
    ? inputs.flatMap((input) =>
        attempt(
          () => prepare(input),
          (error) => errors.push(itemError(error, input.objectWriteTraceId ?? '')),
        ),
      )
    : runChecks(
        portal.portalId,
        inputs.map((input) => () => prepare(input)),
      );
  const results = upserts.map(({ input, update, create }) => {
    if (update !== undefined) return { ...apply(call, input, update), new: false };
    if (create === undefined) throw unknownType(param(call, 'type'));
    const record = commitCreate(portal, type, create, actor);
    call.request.touch(record.id);
    return { ...viewWritten(portal, record, create.sent, create.warnings), ...trace(input), new: true };
  });
  return batchAnswer(call, results, errors);
}

interface Upsert {
  readonly input: BatchUpdateInput;
  readonly update?: PreparedUpdate;
  readonly create?: PreparedCreate;
}

function checkedInputs(call: HubSpotCall): readonly BatchUpdateInput[] {
  const { inputs } = bodyOf(call, batchUpdateBody);
  checkBatchSize(inputs);
  const twice = repeated(inputs.map(({ id }) => id));
  if (twice.length > 0)
    throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, { context: { ids: [...twice] } });
  return inputs;
}

/** A batch update does not follow the ids of merged records to their survivors. */
function target({ portal }: HubSpotCall, type: ObjectType, { id, idProperty }: BatchUpdateInput): MutableRecord | undefined {
  const name = idProperty ?? 'hs_object_id';
  if (name !== 'hs_object_id') requireUnique(portal, type, name);
  const record = name === 'hs_object_id' ? portal.tables[type].get(id) : findByProperty(portal, type, name, id);
  return record?.archivedAtMs === undefined ? record : undefined;
}

function apply({ portal, actor, request }: HubSpotCall, input: BatchUpdateInput, update: PreparedUpdate): JsonObject {
  commitUpdate(portal, update, actor);
  request.touch(update.record.id);
  return { ...viewWritten(portal, update.record, update.sent, update.warnings), ...trace(input) };
}

const trace = ({ objectWriteTraceId }: BatchUpdateInput): JsonObject => (objectWriteTraceId === undefined ? {} : { objectWriteTraceId });

function missingError(type: ObjectType, inputs: readonly BatchUpdateInput[]): JsonObject {
  const traces = inputs.flatMap(({ objectWriteTraceId }) => objectWriteTraceId ?? []);
  const ids = inputs.map(({ id }) => id);
  return { ...missingIds(type, ids), context: { ids, ...(traces.length > 0 ? { objectWriteTraceId: traces } : {}) } };
}

/** Runs every check before anything is written. Throws one error for all failed checks. */
function runChecks<T>(portalId: string, checks: readonly (() => T)[]): readonly T[] {
  const errors: HubSpotApiError[] = [];
  const passed = checks.flatMap((check) => attempt(check, (error) => errors.push(error)));
  if (errors.length > 0) throw wholeRefusal(errors, portalId);
  return passed;
}

function attempt<T>(act: () => T, refused: (error: HubSpotApiError) => void): readonly T[] {
  try {
    return [act()];
  } catch (error) {
    if (!(error instanceof HubSpotApiError)) throw error;
    refused(error);
    return [];
  }
}
