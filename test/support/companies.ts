import { z } from 'zod';
import { idOf, look } from './sight';
import type { Stage, StageWorld } from './stage';

/** Companies by number. Both sides have the same name and no city. Tests change the city in HubSpot. */

export const company = (number: number): string => idOf('company', number);

/** A world of companies `C1` and so on, which match by name. */
export const companies = (...numbers: readonly number[]): Required<StageWorld> => ({
  officernd: { companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })) },
  hubspot: { companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
});

/** Sets the city of HubSpot's companies to Leeds. */
export const toLeeds = (stage: Stage, ...numbers: readonly number[]): Promise<void> =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op: 'update', type: 'companies', id: `${number}`, properties: { city: 'Leeds' } })),
  );

const addressSchema = z.object({ city: z.string().optional() });

/** The cities of OfficeRnD's companies. */
export async function cities(stage: Stage, ...numbers: readonly number[]): Promise<readonly (string | undefined)[]> {
  const { officernd } = await look(stage);
  return numbers.map((number) => addressSchema.parse(officernd(company(number))?.['address'] ?? {}).city);
}

/** An edit in OfficeRnD; `properties` are its custom ones. */
export const edited = (number: number, fields: Readonly<Record<string, unknown>>, properties?: Readonly<Record<string, unknown>>) => ({
  op: 'update',
  type: 'companies',
  id: company(number),
  fields,
  ...(properties !== undefined && { properties }),
});

export const editedInHubSpot = (number: number, properties: Readonly<Record<string, string>>) => ({
  op: 'update',
  type: 'companies',
  id: `${number}`,
  properties,
});
