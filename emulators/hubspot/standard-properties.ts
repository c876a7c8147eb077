import { companyProperties } from './company-properties';
import { contactProperties } from './contact-properties';
import { dealProperties } from './deal-properties';
import type { ObjectType } from './object-type';
import { completeDefinition, type PartialDefinition, type PropertyDefinition } from './property-definition';

/** Standard definitions date from the first second of 2020 in every account. */
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

/** The definitions every account starts with. */
export const standardProperties = (type: ObjectType): readonly PropertyDefinition[] =>
  partials[type].map((partial) => completeDefinition({ hubspotDefined: true, ...partial }, defaultGroupOf[type], STANDARD_SINCE_MS));
