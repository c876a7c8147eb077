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

/**
 * HubSpot's other standard types, as type id, plural and singular. Their records are none here, so that clients which list everything get
 * empty pages, and records have no associations to them.
 */
const EMPTY = `
  0-5 tickets ticket, 0-7 products product, 0-8 line_items line_item, 0-14 quotes quote, 0-18 communications communication,
  0-19 feedback_submissions feedback_submission, 0-27 tasks task, 0-46 notes note, 0-47 meetings meeting, 0-48 calls call, 0-49 emails email,
  0-53 invoices invoice, 0-54 marketing_events marketing_event, 0-69 subscriptions subscription, 0-74 goal_targets goal_target,
  0-84 discounts discount, 0-85 fees fee, 0-86 taxes tax, 0-101 commerce_payments commerce_payment, 0-115 users user,
  0-116 postal_mail postal_mail, 0-123 orders order, 0-136 leads lead, 0-142 carts cart, 0-162 services service, 0-410 courses course,
  0-420 listings listing, 0-421 appointments appointment, 0-970 projects project`;

const emptyTypes: ReadonlyMap<string, string> = new Map(
  EMPTY.split(',').flatMap((line) => {
    const names = line.trim().split(' ');
    return names.map((name) => [name, names[2] ?? name] as const);
  }),
);

/** The singular name of a standard type that never has records here; undefined for any other type. */
export const emptyTypeOf = (name: string): string | undefined => emptyTypes.get(name.toLowerCase());

/** `CONTACT`, as in error messages. */
export const shoutedName = (type: ObjectType): string => objectTypeFacts[type].singular.toUpperCase();
