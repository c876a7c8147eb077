import { z } from 'zod';
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

export const propertiesSchema = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      fieldType: z.string(),
      options: z.array(z.object({ label: z.string(), value: z.string() })).optional(),
      calculated: z.boolean().optional(),
      archived: z.boolean().optional(),
      modificationMetadata: z.object({ readOnlyValue: z.boolean().optional() }).optional(),
    }),
  ),
});

export const pipelinesSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      archived: z.boolean().optional(),
      stages: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          archived: z.boolean().optional(),
          metadata: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  ),
});

export const accountSchema = z.object({
  portalId: objectId,
  timeZone: z.string().min(1),
});

export const tokenInfoSchema = z.object({ scopes: z.array(z.string()) });
