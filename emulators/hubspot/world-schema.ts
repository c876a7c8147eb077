import { z } from 'zod';
import { partialPipelineSchema } from './pipeline';
import { ownerSchema } from './owners';
import type { JsonValue } from '../../domain/json';
import { partialDefinitionSchema } from './property-definition';

const definitions = z.array(partialDefinitionSchema).default([]);
const records = z.array(z.custom<JsonValue>()).default([]);

/**
 * HubSpot's half of a world document. Everything may be left out. The records are parsed by `world-record.ts`, because zod would be too
 * slow for 100,000.
 */
export const worldSchema = z.strictObject({
  portalId: z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((id) => /^\d+$/.test(id), 'a portal id is a text of digits')
    .default('12345678'),
  properties: z.strictObject({ companies: definitions, contacts: definitions, deals: definitions }).prefault({}),
  pipelines: z.array(partialPipelineSchema).default([]),
  owners: z.array(ownerSchema).optional(),
  companies: records,
  contacts: records,
  deals: records,
});

export type HubSpotWorld = z.infer<typeof worldSchema>;
