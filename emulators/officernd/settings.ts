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

/** What the emulator's one app has been granted, unless the settings say otherwise. */
export const defaultScopes: readonly string[] = [
  ...written.flatMap((resource) => ['read', 'create', 'update', 'delete'].map((action) => `flex.${resource}.${action}`)),
  ...read.map((resource) => `flex.${resource}.read`),
];

/** Settings of the OfficeRnD emulator. Each switch stands for a behaviour that the vendor's documentation leaves open. */
export const officerndSettingsSchema = z.strictObject({
  /** Added to every request, real milliseconds. */
  latencyMs: z.number().nonnegative().default(0),
  /** Rolling minute, null = no limit. Reads and writes count apart; token calls have their own. */
  limits: z
    .strictObject({ readsPerMinute: perMinute(400), writesPerMinute: perMinute(100), tokensPerMinute: perMinute(null) })
    .prefault({}),
  /** Whether a 429 says how long to wait, in seconds. */
  retryAfter: z.enum(['always', 'sometimes', 'never']).default('sometimes'),
  /** Asking for any other scope fails the whole token call. */
  grantedScopes: z.array(z.string()).default([...defaultScopes]),
  /** `expires_in` is one less, as measured. */
  tokenLifetimeSeconds: z.int().positive().default(3600),
  /** A list's cursor is refused when it is older; null = never. */
  cursorLifetimeMs: z.int().positive().nullable().default(null),
  /** What PUT does with the `properties` bag. */
  propertiesOnPut: z.enum(['replace', 'merge']).default('replace'),
  /** What PUT does with address, billingDetails and the like. */
  objectsOnPut: z.enum(['replace', 'merge']).default('replace'),
  /** Whether a custom property set to null is gone or stays as null. */
  nullProperties: z.enum(['remove', 'keep']).default('remove'),
  /** Whether `properties` takes keys without a definition (the link property is always taken). */
  unknownProperties: z.enum(['accept', 'refuse']).default('accept'),
  /** Whether a select property refuses values that its definition does not list. */
  checkPropertyValues: z.boolean().default(true),
  memberPhoneOnPut: z.boolean().default(true),
  memberDescriptionOnPut: z.boolean().default(true),
  /** Whether POST /members needs an e-mail. */
  memberNeedsEmail: z.boolean().default(false),
  /** Whether two members with one e-mail are refused. */
  memberEmailUnique: z.boolean().default(false),
  /** Whether members carry createdBy and modifiedBy, as companies do. */
  memberModifiedBy: z.boolean().default(false),
  /** Whether a create needs a location when the organisation has several; else the first is taken. */
  locationRequired: z.boolean().default(true),
  /** Whether an opportunity takes its status' probability where none is sent with the status. */
  statusSetsProbability: z.boolean().default(true),
  /** Whether an open opportunity makes its member and its company a lead. */
  autoLead: z.boolean().default(true),
  /** Whether such a computed status moves modifiedAt. */
  autoLeadBumpsModifiedAt: z.boolean().default(true),
  /** Whether exact filters tell capitals from small letters. */
  caseSensitiveFilters: z.boolean().default(true),
  /**
   * `documented`: opportunities filter by _id, member, company, createdAt and modifiedAt only; `all`: by name, status and properties, too.
   */
  opportunityFilters: z.enum(['all', 'documented']).default('all'),
  /** Whether references to records that are gone are still shown. */
  danglingReferences: z.boolean().default(true),
  /** The verb of members/{id}/status and members/{id}/company; the other one is answered 404. */
  subResourceVerb: z.enum(['PUT', 'PATCH']).default('PUT'),
});

export type OfficerndSettings = z.infer<typeof officerndSettingsSchema>;
