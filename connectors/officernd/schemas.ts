import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { isTooDeep } from '../answer-size';
import { readableItems, wording, wordings } from '../readable-items';
import type { OfficerndRecord } from './connector';

/** Any value from `JSON.parse`, unchecked: it can't be anything else than JSON, and a check would take twice as long as the parsing. */
const anyJson = z.custom<JsonValue>();

/** A record, kept completely. */
export const recordSchema = z
  .object({ _id: z.string().min(1) })
  .catchall(anyJson)
  .refine((body) => !isTooDeep(body))
  .transform((body): OfficerndRecord => ({ id: body._id, body }));

/** Where the next page begins. On the last page it is absent; OfficeRnD's guide shows null. A run's history holds it, so it may not be long. */
const cursor = z.string().max(4_096).nullish();

/** A page of a list. */
export const pageOf = <T>(item: z.ZodType<T>) => z.object({ results: z.array(item), cursorNext: cursor });

export const recordPageSchema = pageOf(recordSchema);

/** A location that can't be read is an error: whether there is one or several decides where records are created (L8). */
export const locationPageSchema = pageOf(
  z.object({ _id: z.string().min(1), name: wording }).transform(({ _id, name }) => ({ id: _id, name })),
);

/** A page of definitions; see `readableItems`. */
const definitionsOf = <T>(item: z.ZodType<T>) => z.object({ results: readableItems(item), cursorNext: cursor });

export const opportunityStatusPageSchema = definitionsOf(
  z
    .object({ _id: z.string().min(1), description: wording, probability: z.number().nullable().catch(null) })
    .transform(({ _id, description, probability }) => ({ id: _id, description, probability })),
);

export const customPropertyPageSchema = definitionsOf(
  z
    .object({ _id: z.string().min(1), key: z.string().min(1), title: wording, type: wording, targets: wordings, values: wordings })
    .transform(({ _id, key, title, type, targets, values }) => ({
      id: _id,
      key,
      title: title === '' ? key : title,
      type,
      targets,
      values,
    })),
);
