import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { isTooDeep } from '../answer-size';
import type { OfficerndRecord } from './connector';

/** Any value from `JSON.parse`, unchecked: it can't be anything else than JSON, and a check would take twice as long as the parsing. */
const anyJson = z.custom<JsonValue>();

/** A record, kept completely. */
export const recordSchema = z
  .object({ _id: z.string().min(1) })
  .catchall(anyJson)
  .refine((body) => !isTooDeep(body))
  .transform((body): OfficerndRecord => ({ id: body._id, body }));

/** A page of a list. On the last page `cursorNext` is absent; OfficeRnD's guide shows null. */
export const pageOf = <T>(item: z.ZodType<T>) => z.object({ results: z.array(item), cursorNext: z.string().nullish() });

export const recordPageSchema = pageOf(recordSchema);

export const locationPageSchema = pageOf(
  z.object({ _id: z.string().min(1), name: z.string() }).transform(({ _id, name }) => ({ id: _id, name })),
);

export const opportunityStatusPageSchema = pageOf(
  z
    .object({ _id: z.string().min(1), description: z.string(), probability: z.number().nullish() })
    .transform(({ _id, description, probability }) => ({ id: _id, description, probability: probability ?? null })),
);

/** A list that is null or absent where a definition has none. The values of a select may be numbers. */
const texts = z.array(z.union([z.string(), z.number().transform(String)])).nullish();

export const customPropertyPageSchema = pageOf(
  z
    .object({
      _id: z.string().min(1),
      key: z.string().min(1),
      title: z.string().nullish(),
      type: z.string(),
      targets: texts,
      values: texts,
    })
    .transform(({ _id, key, title, type, targets, values }) => ({
      id: _id,
      key,
      title: title ?? key,
      type,
      targets: targets ?? [],
      values: values ?? [],
    })),
);
