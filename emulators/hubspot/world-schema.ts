import { z } from 'zod';
import { partialPipelineSchema } from './pipeline';
import { ownerSchema } from './owners';
import { partialDefinitionSchema } from './property-definition';

const idText = z.union([z.string(), z.number()]).transform(String).refine((id) => /^\d{1,15}$/.test(id), 'a HubSpot id is a text of digits');
const scalarText = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => (value === null ? '' : String(value)));
const instant = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = typeof value === 'number' ? value : Date.parse(value);
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: 'not a time' });
  return ms;
});

const recordSchema = z.strictObject({
  id: idText.optional(),
  properties: z.record(z.string(), scalarText).default({}),
  associations: z.record(z.string(), z.array(idText)).default({}),
  createdAt: instant.optional(),
  updatedAt: instant.optional(),
  archived: z.boolean().default(false),
  archivedAt: instant.optional(),
});

/** One record of a world document. */
export type WorldRecord = z.infer<typeof recordSchema>;

const definitions = z.array(partialDefinitionSchema).default([]);
const records = z.array(recordSchema).default([]);

/** HubSpot's half of a world document; everything may be left out. */
export const worldSchema = z.strictObject({
  portalId: z.union([z.string(), z.number()]).transform(String).refine((id) => /^\d+$/.test(id), 'a portal id is a text of digits').default('12345678'),
  properties: z.strictObject({ companies: definitions, contacts: definitions, deals: definitions }).prefault({}),
  pipelines: z.array(partialPipelineSchema).default([]),
  owners: z.array(ownerSchema).optional(),
  companies: records,
  contacts: records,
  deals: records,
});

export type World = z.infer<typeof worldSchema>;
