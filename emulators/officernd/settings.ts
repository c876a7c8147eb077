import { z } from 'zod';

const perMinute = (limit: number | null) => z.int().nonnegative().nullable().default(limit);

const read = [
  'community.opportunityStatuses',
  'space.locations',
  'settings.customProperties',
  'community.memberships',
  'billing.plans',
  'space.resources',
  'community.contracts',
  'settings.organization',
];
const written = ['community.companies', 'community.members', 'community.opportunities', 'settings.webhooks'];

/** The scopes of the emulator's one app, unless the settings say otherwise. */
export const defaultScopes: readonly string[] = [
  ...written.flatMap((resource) => ['read', 'create', 'update', 'delete'].map((action) => `flex.${resource}.${action}`)),
  ...read.map((resource) => `flex.${resource}.read`),
];

/** The settings of the OfficeRnD emulator. Each one stands for a behaviour that the vendor's documentation leaves open. */
export const officerndSettingsSchema = z.strictObject({
  /** Time added to each request, in real milliseconds. */
  latencyMs: z.number().nonnegative().default(0),
  /** Calls in a rolling minute; null means no limit. Reads, writes and token calls are counted separately. */
  limits: z
    .strictObject({ readsPerMinute: perMinute(400), writesPerMinute: perMinute(100), tokensPerMinute: perMinute(null) })
    .prefault({}),
  /** Whether a 429 carries `Retry-After`, in seconds. */
  retryAfter: z.enum(['always', 'sometimes', 'never']).default('sometimes'),
  /** A token call that asks for any other scope fails. */
  grantedScopes: z.array(z.string()).default([...defaultScopes]),
  /** `expires_in` is one second less, as we measured at the vendor. */
  tokenLifetimeSeconds: z.int().positive().default(3600),
  /** A list refuses a cursor that is older. Null means never. */
  cursorLifetimeMs: z.int().positive().nullable().default(null),
  /** Whether PUT replaces `properties` as a whole or merges into it. */
  propertiesOnPut: z.enum(['replace', 'merge']).default('replace'),
  /** Whether PUT replaces or merges objects such as address and billingDetails. */
  objectsOnPut: z.enum(['replace', 'merge']).default('replace'),
  /** Whether PUT replaces or merges an address alone. Null means as `objectsOnPut` says. */
  addressPut: z.enum(['replace', 'merge']).nullable().default(null),
  /** Fields that are left out of answers, by resource. A path may have a dot: `address.city`. */
  omitFields: z.record(z.string(), z.array(z.string())).default({}),
  /** Whether `properties.hubspot_link_id` is stored, refused with 400, or silently left out. */
  linkProperty: z.enum(['accept', 'reject', 'drop']).default('accept'),
  /** With `reject`, every key without a definition is refused, the link property's, too. */
  unknownPropertyKeys: z.enum(['accept', 'reject']).default('accept'),
  /** Fields that each PUT clears beside what it was asked to change, by resource. */
  sideEffects: z.record(z.string(), z.array(z.string())).default({}),
  /** Whether a custom property set to null is removed or stays as null. */
  nullProperties: z.enum(['remove', 'keep']).default('remove'),
  /** Whether `properties` accepts keys without a definition. The link property is always accepted. */
  unknownProperties: z.enum(['accept', 'refuse']).default('accept'),
  /** Whether a select property refuses values that its definition does not list. */
  checkPropertyValues: z.boolean().default(true),
  /** Whether PUT accepts a member's phone. */
  memberPhoneOnPut: z.boolean().default(true),
  /** Whether PUT accepts a member's description. */
  memberDescriptionOnPut: z.boolean().default(true),
  /** Whether POST /members refuses a member without an e-mail. */
  memberNeedsEmail: z.boolean().default(false),
  /** Values that a PUT refuses, in words of any kind: a text at `field` (a path) that `pattern` matches. Only what is sent is looked at. */
  refusals: z
    .array(
      z.strictObject({
        resource: z.enum(['companies', 'members', 'opportunities']),
        field: z.string(),
        pattern: z.string(),
        status: z.int().default(400),
        message: z.string(),
      }),
    )
    .default([]),
  /** Whether two members with one e-mail are refused. */
  memberEmailUnique: z.boolean().default(false),
  /** Whether members carry createdBy and modifiedBy, as companies do. */
  memberModifiedBy: z.boolean().default(false),
  /** Whether a create needs a location when the organisation has several. If not, the first one is used. */
  locationRequired: z.boolean().default(true),
  /** Whether an opportunity gets the probability of its status when none is sent with the status. */
  statusSetsProbability: z.boolean().default(true),
  /** Whether an open opportunity makes its member and its company a lead. */
  autoLead: z.boolean().default(true),
  /** Whether such a computed status changes modifiedAt. */
  autoLeadBumpsModifiedAt: z.boolean().default(true),
  /** Whether exact filters are case-sensitive. */
  caseSensitiveFilters: z.boolean().default(true),
  /**
   * `documented`: opportunities can be filtered by _id, member, company, createdAt and modifiedAt only.
   * `all`: by name, status and properties, too.
   */
  opportunityFilters: z.enum(['all', 'documented']).default('all'),
  /** Whether references to deleted records are still shown. */
  danglingReferences: z.boolean().default(true),
  /** The verb of members/{id}/status and members/{id}/company. The other verb gets 404. */
  subResourceVerb: z.enum(['PUT', 'PATCH']).default('PUT'),
});

export type OfficerndSettings = z.infer<typeof officerndSettingsSchema>;
