import { z } from 'zod';
import { isTrue, readableItems, wording } from '../readable-items';
import { hubSpotErrorSchema } from './refused-fields';

/** Schemas of the official client's results, which it does not check; times are `Date` there. They name only what the connector uses. */
const id = z.string().regex(/^\d+$/);
const paging = z.object({ next: z.object({ after: z.string().min(1) }).optional() }).optional();
const isoTime = z.date().transform((time) => time.toISOString());

const inlineAssociations = z.object({ results: z.array(z.object({ id, type: z.string() })), paging });

export const recordSchema = z.object({
  id,
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: isoTime,
  updatedAt: isoTime,
  archived: z.boolean().optional(),
  associations: z.record(z.string(), inlineAssociations).optional(),
});
export type WireRecord = z.infer<typeof recordSchema>;

export const pageSchema = z.object({ results: z.array(recordSchema), paging });

/** Of a search, only the ids are used, and whether there are more. */
export const searchSchema = z.object({ total: z.int().nonnegative(), results: z.array(z.object({ id })), paging });

/** The same for 200 and 207. */
export const batchReadSchema = z.object({ results: z.array(recordSchema) });

/** Of a write's answer, only the ids and errors are used: the stored values are read back. */
export const batchUpdateSchema = z.object({ results: z.array(z.object({ id })), errors: z.array(hubSpotErrorSchema).optional() });

/** `toObjectId` is a number in v4; HubSpot's description of 2026-09 shows a string. */
const objectId = z.union([id, z.int().nonnegative().transform(String)]);

export const associationsSchema = z.object({
  results: z.array(
    z.object({
      _from: z.object({ id }),
      to: z.array(z.object({ toObjectId: objectId, associationTypes: z.array(z.object({ category: z.string(), typeId: z.number() })) })),
      paging,
    }),
  ),
  errors: z.array(hubSpotErrorSchema).optional(),
});

const option = z.object({ value: z.string(), label: wording });

export const propertiesSchema = z.object({
  results: readableItems(
    z
      .object({
        name: z.string().min(1),
        label: wording,
        type: z.string(),
        fieldType: z.string(),
        options: z.array(z.unknown()).catch([]).transform(readOptions),
        calculated: isTrue,
        archived: isTrue,
        modificationMetadata: z.object({ readOnlyValue: isTrue }).catch({ readOnlyValue: false }),
      })
      .transform(({ label, ...property }) => ({ ...property, label: label === '' ? property.name : label })),
  ),
});

function readOptions(options: readonly unknown[]): readonly { readonly value: string; readonly label: string }[] {
  return options
    .flatMap((one) => option.safeParse(one).data ?? [])
    .map(({ value, label }) => ({ value, label: label === '' ? value : label }));
}

const stage = z.object({
  id: z.string().min(1),
  label: wording,
  archived: isTrue,
  metadata: z
    .object({
      probability: z
        .union([z.string(), z.number().transform(String)])
        .optional()
        .catch(undefined),
    })
    .catch({}),
});

export const pipelinesSchema = z.object({
  results: readableItems(
    z.object({
      id: z.string().min(1),
      label: wording,
      archived: isTrue,
      stages: z
        .array(z.unknown())
        .catch([])
        .transform((stages) => stages.flatMap((one) => stage.safeParse(one).data ?? [])),
    }),
  ),
});

export const accountSchema = z.object({
  portalId: objectId,
  timeZone: z.string().min(1),
  companyCurrency: z.string().min(1).optional(),
});

export const tokenInfoSchema = z.object({ scopes: z.array(z.string()) });
