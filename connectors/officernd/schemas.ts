import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { OfficerndRecord } from './connector';

/**
 * Of answers that `JSON.parse` has read, and so can hold nothing else: looking through each value again would take twice as long as that.
 */
const anyJson = z.custom<JsonValue>();

/** The vendor's answers as far as the connector reads them; a record is kept whole. */
export const recordSchema = z
  .object({ _id: z.string().min(1) })
  .catchall(anyJson)
  .transform((body): OfficerndRecord => ({ id: body._id, body }));

/** The list envelope. On the last page `cursorNext` is absent; the guide shows null. */
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

/** Lists are null or absent where a definition has none; the values of a select may be numbers. */
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
