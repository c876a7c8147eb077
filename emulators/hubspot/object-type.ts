import type { HubSpotObject } from '../../domain/entity';

/** The object types of which this emulator has records. */
export type ObjectType = HubSpotObject;

export const objectTypes: readonly ObjectType[] = ['contacts', 'companies', 'deals'];

interface ObjectTypeFacts {
  /** HubSpot's type id, as in `/crm/objects/2026-09/0-1`. */
  readonly typeId: string;
  readonly singular: string;
  /** The name of the modified date. HubSpot silently ignores the name that other object types use. */
  readonly modifiedProperty: 'lastmodifieddate' | 'hs_lastmodifieddate';
  /** The properties of a read that names none. */
  readonly defaultProperties: readonly string[];
}

export const objectTypeFacts: Readonly<Record<ObjectType, ObjectTypeFacts>> = {
  contacts: {
    typeId: '0-1',
    singular: 'contact',
    modifiedProperty: 'lastmodifieddate',
    defaultProperties: ['firstname', 'lastname', 'email'],
  },
  companies: { typeId: '0-2', singular: 'company', modifiedProperty: 'hs_lastmodifieddate', defaultProperties: ['name', 'domain'] },
  deals: {
    typeId: '0-3',
    singular: 'deal',
    modifiedProperty: 'hs_lastmodifieddate',
    defaultProperties: ['dealname', 'amount', 'closedate', 'pipeline', 'dealstage'],
  },
};

const names: ReadonlyMap<string, ObjectType> = new Map(
  objectTypes.flatMap((type) => [type, objectTypeFacts[type].singular, objectTypeFacts[type].typeId].map((name) => [name, type] as const)),
);

/** The type of a path segment or association name: plural, singular or type id. Undefined for any other name. */
export const objectTypeOf = (name: string): ObjectType | undefined => names.get(name.toLowerCase());

/** The types of a real account that are always empty here. Third-party clients that list everything get empty pages. */
const emptyTypes: ReadonlySet<string> = new Set(
  'tickets products quotes line_items calls emails meetings notes tasks communications leads 0-5 0-7 0-8 0-14 0-27 0-46 0-47 0-48 0-49'.split(
    ' ',
  ),
);

/** True for a standard object of HubSpot that never has records here. */
export const isEmptyType = (name: string): boolean => emptyTypes.has(name.toLowerCase());

/** `CONTACT`, as in error messages. */
export const shoutedName = (type: ObjectType): string => objectTypeFacts[type].singular.toUpperCase();
