import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, type JsonObject } from '../shared/json';

/** The API's resources, with their names in its paths. */
export const resources = ['companies', 'members', 'opportunities', 'locations', 'opportunity-statuses', 'custom-properties'] as const;
export type Resource = (typeof resources)[number];
/** The resources that can be written through the API. */
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

/** The fields that a POST body may have. */
export const createFields: Readonly<Record<WritableResource, FieldTable>> = {
  companies: company,
  members: { ...memberUpdate, phone: 'string', image: 'string', description: 'string', location: 'id', company: 'id' },
  opportunities: opportunity,
};

/** The fields that a PUT body may have. Two of a member's fields depend on settings. */
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

/** The fields with a known type of a record in a world or an edit. Other fields of a world are kept as they are. */
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

/** The fields that hold the id of another record. `word` is the vendor's old word for that record in its refusals. */
export const references: readonly { readonly field: string; readonly to: Resource; readonly word: string }[] = [
  { field: 'location', to: 'locations', word: 'office' },
  { field: 'company', to: 'companies', word: 'company' },
  { field: 'member', to: 'members', word: 'member' },
  { field: 'status', to: 'opportunity-statuses', word: 'opportunity status' },
];

interface CheckedBody {
  /** In the words of the vendor's validator. Empty when the body is correct. */
  readonly problems: readonly string[];
  /** Dates are in full ISO form. Null stays null and clears the field. */
  readonly values: JsonObject;
}

/** Checks a body against a table. Unknown fields and wrong types are problems; null is allowed everywhere. */
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

/** A date or date-time of ISO 8601 in the API's form. Undefined for any other text. */
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
