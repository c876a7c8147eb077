import { chunksOf } from '../../domain/chunks';
import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { refusedInWords, VendorError, type RefusedField } from '../errors';
import { LookTooOld } from '../look-too-old';
import type { Call } from './client';
import type { BatchUpdateOptions, HubSpotConnector, HubSpotUpdate, HubSpotUpdateOutcome } from './connector';
import { wordsOf } from './errors';
import { PAGE_SIZE } from './records';
import { codeOr, refusedFieldsOf, type HubSpotError } from './refused-fields';
import { batchUpdateSchema } from './schemas';

type Outcomes = Map<HubSpotId, HubSpotUpdateOutcome>;

/**
 * Writes in batches, one after the other: parallel writes to the same object type get a 423. HubSpot writes a batch completely, or not at
 * all after a 400. So a refused batch is divided until each refused record stands alone.
 */
export const createBatchUpdate =
  (call: Call): HubSpotConnector['batchUpdate'] =>
  async (object, updates, options) => {
    const outcomes: Outcomes = new Map();
    try {
      for (const chunk of chunksOf(updates, PAGE_SIZE)) await writeGroup(call, object, chunk, options, outcomes);
    } catch (error) {
      throw afterSomeWrites(error, outcomes);
    }
    return outcomes;
  };

async function writeGroup(
  call: Call,
  object: HubSpotObject,
  group: readonly HubSpotUpdate[],
  options: BatchUpdateOptions | undefined,
  outcomes: Outcomes,
): Promise<void> {
  const input = { inputs: group.map(({ id, properties }) => ({ id, objectWriteTraceId: id, properties: { ...properties } })) };
  try {
    const { results, errors = [] } = await call(batchUpdateSchema, ({ batches }) => batches.update(object, input), options);
    const written = new Set(results.map(({ id }) => id));
    const failed = new Map(errors.flatMap((error) => idsOf(error).map((id) => [id, error])));
    for (const { id } of group) outcomes.set(id, written.has(id) ? { kind: 'updated' } : outcomeOf(failed.get(id)));
  } catch (error) {
    if (error instanceof LookTooOld || isUnknown(error)) {
      const again =
        (await options?.lookAgain?.(
          group.map(({ id }) => id),
          error,
        )) ?? null;
      if (again === null) throw error;
      const { unchanged, place } = again;
      for (const { id } of group) if (!unchanged.has(id)) outcomes.set(id, { kind: 'unaccounted' });
      const left = group.filter(({ id }) => unchanged.has(id));
      if (left.length > 0) await writeGroup(call, object, left, { ...options, ...(place !== undefined && { place }) }, outcomes);
      return;
    }
    if (!(error instanceof VendorError) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
    const refusedFields = error.details.refusedFields ?? [];
    const { refused, parts } = divide(group, refusedFields);
    for (const { id, properties } of refused) {
      const own = group.length === 1 ? refusedFields : refusedFields.filter(({ property }) => property in properties);
      outcomes.set(id, { kind: 'refused', refusedFields: own, reason: error.message, ...ownWords(group, error) });
    }
    for (const part of parts) await writeGroup(call, object, part, options, outcomes);
  }
}

/** Whether nobody knows if the batch was written: its connection broke, or a gateway answered. */
const isUnknown = (error: unknown): error is VendorError =>
  error instanceof VendorError && error.kind === 'unavailable' && error.details.mayHaveHappened === true;

/** HubSpot's words about a record that was sent alone. About several, they may quote another record's values. */
const ownWords = (group: readonly HubSpotUpdate[], { details: { said } }: VendorError): { readonly said?: string } =>
  group.length > 1 || said === undefined ? {} : { said };

/** The ids that an error entry of a 207 names. */
const idsOf = ({ context }: HubSpotError): readonly string[] => [...(context?.['ids'] ?? []), ...(context?.['objectWriteTraceId'] ?? [])];

/** The outcome by an error entry. Without an entry, or with an unknown one, the record must be read again: `unaccounted`. */
function outcomeOf(error: HubSpotError | undefined): HubSpotUpdateOutcome {
  if (error === undefined) return { kind: 'unaccounted' };
  switch (error.category ?? '') {
    case 'OBJECT_NOT_FOUND':
      return { kind: 'missing' };
    case 'VALIDATION_ERROR':
    case 'CONFLICT':
    case 'OBJECT_ALREADY_EXISTS': {
      const refusedFields = refusedFieldsOf(error);
      const named = refusedInWords(refusedFields);
      return {
        kind: 'refused',
        refusedFields,
        reason: `HubSpot refused ${named === '' ? 'it' : named} as ${codeOr(error.category, 'invalid')}.`,
        ...wordsOf(error, refusedFields),
      };
    }
    default:
      return { kind: 'unaccounted' };
  }
}

/** Refusals because of the property's definition: HubSpot refuses every value. */
const ANY_VALUE = new Set(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE']);

interface Division {
  /** These are certainly refused. */
  readonly refused: readonly HubSpotUpdate[];
  /** These are written again, each part by itself. */
  readonly parts: readonly (readonly HubSpotUpdate[])[];
}

/** Divides a refused batch. Every part is smaller than the batch, so repeated division ends. */
function divide(group: readonly HubSpotUpdate[], refusedFields: readonly RefusedField[]): Division {
  if (group.length === 1) return { refused: group, parts: [] };
  const hopeless = refusedFields.filter(({ reason }) => ANY_VALUE.has(reason));
  const [refused, open] = partition(group, ({ properties }) => hopeless.some(({ property }) => property in properties));
  if (refused.length > 0) return { refused, parts: nonEmpty([open]) };
  const [suspects, others] = partition(group, ({ properties }) => refusedFields.some(({ property }) => property in properties));
  if (suspects.length > 0 && others.length > 0) return { refused: [], parts: [others, suspects] };
  const middle = Math.ceil(group.length / 2);
  return { refused: [], parts: [group.slice(0, middle), group.slice(middle)] };
}

function partition<T>(items: readonly T[], holds: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

const nonEmpty = <T>(groups: readonly (readonly T[])[]): readonly (readonly T[])[] => groups.filter((group) => group.length > 0);

/** Marks a failure after other batches were written: the caller must not treat all records as unwritten. */
function afterSomeWrites(error: unknown, outcomes: Outcomes): unknown {
  const hasWritten = [...outcomes.values()].some(({ kind }) => kind === 'updated' || kind === 'unaccounted');
  if (!hasWritten || !(error instanceof VendorError)) return error;
  return new VendorError(error.kind, error.message, { ...error.details, mayHaveHappened: true });
}
