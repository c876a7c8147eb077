import { z } from 'zod';
import { idSchema } from './batch';

/** The property values of a write. Numbers and flags become texts. */
export const writtenProperties = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]),
);

/** The type ids of an association. Labels that people define do not exist here. */
export const typeSpecsSchema = z.array(
  z.object({ associationCategory: z.string().optional(), associationTypeId: z.coerce.number().int() }),
);

const associationsSchema = z
  .array(z.object({ to: z.object({ id: idSchema }), types: typeSpecsSchema.default([]) }))
  .nullish()
  .transform((given) =>
    (given ?? []).map(({ to, types }) => ({ toId: to.id, typeIds: types.map(({ associationTypeId }) => associationTypeId) })),
  );

export const createBody = z.object({ properties: writtenProperties, associations: associationsSchema });

export const batchCreateBody = z.object({
  inputs: z.array(z.object({ properties: writtenProperties, associations: associationsSchema, objectWriteTraceId: z.string().optional() })),
});

const batchInput = z.object({
  id: idSchema,
  idProperty: z.string().nullish(),
  properties: writtenProperties,
  objectWriteTraceId: z.string().optional(),
});

export const batchUpdateBody = z.object({ inputs: z.array(batchInput) });

export const batchReadBody = z.object({
  inputs: z.array(z.object({ id: idSchema })),
  properties: z.array(z.string()).nullish(),
  propertiesWithHistory: z.array(z.string()).nullish(),
  idProperty: z.string().nullish(),
});

export const batchIdsBody = z.object({ inputs: z.array(z.object({ id: idSchema })) });

export type BatchCreateInput = z.infer<typeof batchCreateBody>['inputs'][number];
export type BatchUpdateInput = z.infer<typeof batchInput>;
