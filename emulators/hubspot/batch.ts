import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../shared/json';
import type { VendorResponse } from '../shared/vendor';
import { invalid, type HubSpotApiError } from './api-error';
import type { HubSpotCall } from './call';
import { formatInstant } from './instant';

/** An id in a body. HubSpot's JSON mapper also accepts numbers as texts. */
export const idSchema = z.union([z.string(), z.number()]).transform(String);

const BATCH_LIMIT = 100;
const HISTORY_BATCH_LIMIT = 50;

/** Refuses a batch that is too large, in HubSpot's exact words. */
export function checkBatchSize(inputs: readonly unknown[], withHistory = false): void {
  if (withHistory && inputs.length > HISTORY_BATCH_LIMIT) {
    throw invalid(
      `The maximum number of inputs supported in a batch request for property histories is ${HISTORY_BATCH_LIMIT}. Please reduce the number of items and try again`,
    );
  }
  if (inputs.length > BATCH_LIMIT)
    throw invalid(`The maximum number of inputs supported in a batch is ${BATCH_LIMIT}. Please reduce the number of items and try again`);
}

/** A batch answer: 207 with `numErrors` and `errors` if there are errors, else `cleanStatus` without these keys. */
export function batchAnswer(
  call: HubSpotCall,
  results: readonly JsonValue[],
  errors: readonly JsonObject[],
  cleanStatus = 200,
): VendorResponse {
  const { dropZeroMs, datedMultiStatus } = call.portal.settings();
  const now = formatInstant(call.portal.now(), dropZeroMs);
  const body = { status: 'COMPLETE', results: call.portal.shuffled(results), startedAt: now, completedAt: now };
  if (errors.length === 0) return { status: cleanStatus, body };
  const multiStatus = call.version === 'v3' || call.version === 'v4' || datedMultiStatus;
  return { status: multiStatus ? 207 : 200, body: { ...body, numErrors: errors.length, errors } };
}

/** The refusal of one input as an entry of `errors`. Its trace id says which input it is. */
export function itemError(error: HubSpotApiError, traceId: string, context: JsonObject = {}): JsonObject {
  const { category, ...rest } = error.rest;
  return {
    status: 'error',
    category: category ?? 'VALIDATION_ERROR',
    message: error.message,
    ...rest,
    context: { objectWriteTraceId: [traceId], ...context },
  };
}

/** The trace ids if every input has one of its own, else undefined. With trace ids, inputs can fail one by one. */
export function traceIds(inputs: readonly { readonly objectWriteTraceId?: string | undefined }[]): readonly string[] | undefined {
  const ids = inputs.flatMap(({ objectWriteTraceId }) => (objectWriteTraceId === undefined ? [] : [objectWriteTraceId]));
  return ids.length === inputs.length && new Set(ids).size === ids.length && ids.length > 0 ? ids : undefined;
}

/** The ids that occur more than once. */
export const repeated = (ids: readonly string[]): readonly string[] => [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
