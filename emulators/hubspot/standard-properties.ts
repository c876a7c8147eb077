import { companyProperties } from './company-properties';
import { contactProperties } from './contact-properties';
import { dealProperties } from './deal-properties';
import type { ObjectType } from './object-type';
import { completeDefinition, type PartialDefinition, type PropertyDefinition } from './property-definition';

/** The creation date of the standard definitions, the same in every account. */
const STANDARD_SINCE_MS = Date.UTC(2020, 0, 1);

export const defaultGroupOf: Readonly<Record<ObjectType, string>> = {
  contacts: 'contactinformation',
  companies: 'companyinformation',
  deals: 'dealinformation',
};

const partials: Readonly<Record<ObjectType, readonly PartialDefinition[]>> = {
  contacts: contactProperties,
  companies: companyProperties,
  deals: dealProperties,
};

/** The definitions of every new account. */
export const standardProperties = (type: ObjectType): readonly PropertyDefinition[] =>
  partials[type].map((partial) => completeDefinition({ hubspotDefined: true, ...partial }, defaultGroupOf[type], STANDARD_SINCE_MS));
