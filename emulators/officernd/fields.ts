import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, type JsonObject } from '../shared/json';

/** The API's resources, by their names in its paths. */
export const resources = ['companies', 'members', 'opportunities', 'locations', 'opportunity-statuses', 'custom-properties'] as const;
export type Resource = (typeof resources)[number];
/** Those that can be written through the API. */
export type WritableResource = 'companies' | 'members' | 'opportunities';

type BodyFieldType =
  | 'string'
  | 'email'
  | 'date'
  | 'number'
  | 'percent'
  | 'boolean'
  | 'id'
  | 'strings'
  | 'bag'
  | { readonly group: FieldTable };
type FieldTable = { readonly [field: string]: BodyFieldType };

const postal: FieldTable = { country: 'string', state: 'string', city: 'string', street: 'string', zip: 'string' };
const billing: FieldTable = {
  billingName: 'string',
  vatNumber: 'string',
  registrationNumber: 'string',
  paymentMethod: 'string',
  shouldSendOverdueReminders: 'boolean',
  billingAddress: { group: postal },
};
const privacy: FieldTable = { isVisible: 'boolean', showContactDetails: 'boolean', showSocialProfiles: 'boolean' };
const social: FieldTable = { linkedin: 'string', twitter: 'string', instagram: 'string', facebook: 'string' };

const memberUpdate: FieldTable = {
  name: 'string',
  email: 'email',
  address: { group: postal },
  billingDetails: { group: billing },
  properties: 'bag',
  isBillingPerson: 'boolean',
  isContactPerson: 'boolean',
  portalPrivacy: { group: privacy },
  socialProfiles: { group: social },
  startDate: 'date',
};
const company: FieldTable = {
  name: 'string',
  email: 'email',
  description: 'string',
  url: 'string',
  image: 'string',
  startDate: 'date',
  location: 'id',
  address: { group: postal },
  billingDetails: { group: billing },
  portalPrivacy: { group: privacy },
  hasActiveMembersAllowance: 'boolean',
  activeMembersAllowanceLimit: 'number',
  properties: 'bag',
};
const opportunity: FieldTable = {
  name: 'string',
  company: 'id',
  member: 'id',
  status: 'id',
  probability: 'percent',
  startDate: 'date',
  dealSize: 'number',
  membersCount: 'number',
  resources: 'strings',
  requestedPlans: 'strings',
  properties: 'bag',
};

/** What a POST body may carry. */
export const createFields: Readonly<Record<WritableResource, FieldTable>> = {
  companies: company,
  members: { ...memberUpdate, phone: 'string', image: 'string', description: 'string', location: 'id', company: 'id' },
  opportunities: opportunity,
};

/** What a PUT body may carry; two of a member's fields depend on switches. */
export const updateFields = (
  resource: WritableResource,
  on: { readonly memberPhoneOnPut: boolean; readonly memberDescriptionOnPut: boolean },
): FieldTable =>
  resource !== 'members'
    ? createFields[resource]
    : {
        ...memberUpdate,
        ...(on.memberPhoneOnPut ? { phone: 'string' } : {}),
        ...(on.memberDescriptionOnPut ? { description: 'string' } : {}),
      };

const stamps: FieldTable = { createdAt: 'date', createdBy: 'string', modifiedAt: 'date', modifiedBy: 'string' };

/** What a record itself may hold, in worlds and edits; other fields of a world are kept as they are. */
export const recordFields: Readonly<Record<Resource, FieldTable>> = {
  companies: { ...createFields.companies, ...stamps, status: 'string', tags: 'strings' },
  members: { ...createFields.members, ...stamps, status: 'string', tags: 'strings' },
  opportunities: { ...createFields.opportunities, ...stamps },
  locations: {
    name: 'string',
    timezone: 'string',
    isOpen: 'boolean',
    isPublic: 'boolean',
    image: 'string',
    code: 'string',
    properties: 'bag',
  },
  'opportunity-statuses': { description: 'string', probability: 'percent', isSystem: 'boolean' },
  'custom-properties': {
    key: 'string',
    title: 'string',
    placeholder: 'string',
    type: 'string',
    privacy: 'string',
    targets: 'strings',
    values: 'strings',
  },
};

/** Fields that name a record of another collection, with the vendor's old word for it in its refusals. */
export const references: readonly { readonly field: string; readonly to: Resource; readonly word: string }[] = [
  { field: 'location', to: 'locations', word: 'office' },
  { field: 'company', to: 'companies', word: 'company' },
  { field: 'member', to: 'members', word: 'member' },
  { field: 'status', to: 'opportunity-statuses', word: 'opportunity status' },
];

interface CheckedBody {
  /** In the validator's wording; empty when all is well. */
  readonly problems: readonly string[];
  /** Dates in full ISO form; null stays null and means: clear. */
  readonly values: JsonObject;
}

/** Checks a body against a table: unknown fields and wrong types are problems, null is allowed anywhere. */
export function checkBody(body: JsonObject, table: FieldTable, prefix = ''): CheckedBody {
  const problems: string[] = [];
  const values: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(body)) {
    const kind = Object.hasOwn(table, field) ? table[field] : undefined;
    if (kind === undefined) problems.push(`${prefix}property ${field} should not exist`);
    else if (value === null) values[field] = null;
    else if (typeof kind === 'object') {
      if (isJsonObject(value)) {
        const inner = checkBody(value, kind.group, `${prefix}${field}.`);
        problems.push(...inner.problems);
        values[field] = inner.values;
      } else problems.push(`${prefix}${field} must be an object`);
    } else {
      problems.push(...problemsOf(`${prefix}${field}`, value, kind));
      values[field] = kind === 'date' && typeof value === 'string' ? (isoDate(value) ?? value) : value;
    }
  }
  return { problems, values };
}

/** A date or date-time in ISO 8601 as the API writes it, undefined for any other text. */
export function isoDate(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function problemsOf(path: string, value: JsonValue, kind: Exclude<BodyFieldType, object>): readonly string[] {
  switch (kind) {
    case 'string':
    case 'id':
      return typeof value === 'string' ? [] : [`${path} must be a string`];
    case 'email':
      return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? [] : [`${path} must be an email`];
    case 'date':
      return typeof value === 'string' && isoDate(value) !== undefined ? [] : [`${path} must be a valid ISO 8601 date string`];
    case 'number':
      return typeof value === 'number' ? [] : [`${path} must be a number conforming to the specified constraints`];
    case 'percent':
      if (typeof value !== 'number') return [`${path} must be a number conforming to the specified constraints`];
      if (value > 100) return [`${path} must not be greater than 100`];
      return value < 0 ? [`${path} must not be less than 0`] : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path} must be a boolean value`];
    case 'strings':
      return isJsonArray(value) && value.every((item) => typeof item === 'string') ? [] : [`each value in ${path} must be a string`];
    case 'bag':
      return isJsonObject(value) ? [] : [`${path} must be an object`];
  }
}
