import { z } from 'zod';
import { idSchema } from './batch';

/** Property values of a write; numbers and flags are taken for their texts. */
export const propertiesSchema = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]),
);

/** Type ids of an association; labels that people define do not exist here. */
export const typeSpecsSchema = z.array(
  z.object({ associationCategory: z.string().optional(), associationTypeId: z.coerce.number().int() }),
);

const associationsSchema = z
  .array(z.object({ to: z.object({ id: idSchema }), types: typeSpecsSchema.default([]) }))
  .nullish()
  .transform((given) =>
    (given ?? []).map(({ to, types }) => ({ toId: to.id, typeIds: types.map(({ associationTypeId }) => associationTypeId) })),
  );

export const createInputSchema = z.object({ properties: propertiesSchema, associations: associationsSchema });

export const batchCreateSchema = z.object({
  inputs: z.array(z.object({ properties: propertiesSchema, associations: associationsSchema, objectWriteTraceId: z.string().optional() })),
});

const batchInput = z.object({
  id: idSchema,
  idProperty: z.string().nullish(),
  properties: propertiesSchema,
  objectWriteTraceId: z.string().optional(),
});

export const batchUpdateSchema = z.object({ inputs: z.array(batchInput) });

export const batchReadSchema = z.object({
  inputs: z.array(z.object({ id: idSchema })),
  properties: z.array(z.string()).nullish(),
  propertiesWithHistory: z.array(z.string()).nullish(),
  idProperty: z.string().nullish(),
});

export const batchIdsSchema = z.object({ inputs: z.array(z.object({ id: idSchema })) });

export type BatchCreateInput = z.infer<typeof batchCreateSchema>['inputs'][number];
export type BatchUpdateInput = z.infer<typeof batchInput>;
