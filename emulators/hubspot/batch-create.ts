import type { JsonObject } from '../shared/json';
import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError, ContactConflict, invalidProperties, PropertyError } from './api-error';
import { batchAnswer, checkBatchSize, itemError, traceIds } from './batch';
import { bodyOf, typeParam, type HubSpotCall } from './call';
import type { ObjectType } from './object-type';
import { viewWritten } from './record-view';
import { commitCreate, prepareCreate, type PreparedCreate } from './record-writes';
import { batchCreateBody, type BatchCreateInput } from './write-schemas';

/** Creates all inputs or none. If every input has a trace id of its own, each succeeds or fails alone, and the answer is 207. */
export function batchCreate(call: HubSpotCall): VendorResponse {
  const type = typeParam(call);
  const { inputs } = bodyOf(call, batchCreateBody);
  checkBatchSize(inputs);
  const outcomes = prepareAll(call, type, inputs);
  const refused = outcomes.flatMap(({ error, input }) => (error === undefined ? [] : [{ error, traceId: input.objectWriteTraceId ?? '' }]));
  if (refused.length > 0 && traceIds(inputs) === undefined) {
    throw wholeRefusal(
      refused.map(({ error }) => error),
      call.portal.portalId,
    );
  }
  const results = outcomes.flatMap(({ prepared, input }) => (prepared === undefined ? [] : [commit(call, type, prepared, input)]));
  const errors = refused.map(({ error, traceId }) => itemError(error, traceId, existingId(error)));
  return batchAnswer(call, results, errors, 201);
}

interface Outcome {
  readonly input: BatchCreateInput;
  readonly prepared?: PreparedCreate;
  readonly error?: HubSpotApiError;
}

function prepareAll({ portal, actor }: HubSpotCall, type: ObjectType, inputs: readonly BatchCreateInput[]): readonly Outcome[] {
  const claimed = new Map<string, string>();
  return inputs.map((input) => {
    try {
      return { input, prepared: prepareCreate(portal, type, input, claimed, actor) };
    } catch (error) {
      if (error instanceof HubSpotApiError) return { input, error };
      throw error;
    }
  });
}

function commit(
  { portal, actor, request }: HubSpotCall,
  type: ObjectType,
  prepared: PreparedCreate,
  { objectWriteTraceId }: BatchCreateInput,
): JsonObject {
  const record = commitCreate(portal, type, prepared, actor);
  request.touch(record.id);
  return {
    ...viewWritten(portal, record, prepared.sent, prepared.warnings),
    ...(objectWriteTraceId === undefined ? {} : { objectWriteTraceId }),
  };
}

/**
 * The single error for the whole batch. Invalid values come first, all of them together; then a conflict; then the first error.
 * A conflict has an id only when it is the only one.
 */
export function wholeRefusal(errors: readonly HubSpotApiError[], portalId: string): HubSpotApiError {
  const problems = errors.flatMap((error) => (error instanceof PropertyError ? error.problems : []));
  if (problems.length > 0) return invalidProperties(problems, portalId);
  const conflicts = errors.filter((error) => error instanceof ContactConflict);
  if (conflicts.length > 1) return new ContactConflict('Contact already exists', { category: 'CONFLICT' }, undefined);
  return conflicts[0] ?? errors[0] ?? new HubSpotApiError(500, 'internal error');
}

const existingId = (error: HubSpotApiError): JsonObject =>
  error instanceof ContactConflict && error.existingId !== undefined ? { existingId: [error.existingId] } : {};
