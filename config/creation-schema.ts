import { z } from 'zod';
import { entities } from '../domain/entity';
import { at, isGroup, scalarText, section } from './schema-parts';

/** Where the property of a rule is expected (V3). `orsync tenant apply` fills it in, so a run knows a property that is gone. */
const expectedIn = z
  .array(z.enum(entities))
  .optional()
  .describe('The entities whose HubSpot object has the property. `orsync tenant apply` fills it in where it is not given (V3).');

const isEmpty = (value: unknown): boolean => typeof value !== 'object' || value === null || Object.keys(value).length === 0;

/** The section `locations` (L8). */
export const locations = section({
  property: z.string().min(1).nullable().default(null).describe('HubSpot property whose value chooses the location.'),
  entities: expectedIn,
  map: z.record(z.string(), scalarText).default({}).describe('For each value of that property, a location’s id or exact name.'),
  default: scalarText.nullable().default(null).describe('Id or exact name of the location for all other records.'),
}).refine((value) => typeof at(value, ['property']) === 'string' || isEmpty(at(value, ['map'])), {
  path: ['property'],
  error: 'name the HubSpot property whose values the table lists',
  when: isGroup,
});

const condition = section({
  property: z.string().min(1).describe('HubSpot property.'),
  entities: expectedIn,
  in: z.array(scalarText).min(1).describe('The values with which a record fulfils the condition.'),
});

/** The section `create` (L6, L10). */
export const creation = section({
  filter: z.array(condition).default([]).describe('All conditions must hold for a HubSpot record to be created in OfficeRnD (L10).'),
  memberNeedsEmail: z
    .boolean()
    .default(false)
    .describe('Whether OfficeRnD refuses a member without e-mail. If so, such contacts are reported and not sent (L6).'),
});
