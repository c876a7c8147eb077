import { z } from 'zod';

const rangeMs = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);
const limit = z.int().nonnegative().nullable();

const ruleSchema = z.strictObject({
  type: z.enum(['contacts', 'companies', 'deals']),
  property: z.string(),
  kind: z.enum(['maxLength', 'alpha', 'numeric', 'required']),
  /** The length of `maxLength`. */
  value: z.int().positive().optional(),
  /** With `required`: the rule applies only when this property has a value. */
  whenProperty: z.string().optional(),
});

/** A validation rule of an account for one property. */
export type AccountRule = z.infer<typeof ruleSchema>;

/** The settings of the HubSpot emulator with their defaults. Many stand for a behaviour that accounts or API versions differ in. */
export const hubSpotSettingsSchema = z.strictObject({
  /** Time added to each request, in real milliseconds. */
  latencyMs: z.number().nonnegative().default(0),
  /** Rate limits. Null means no limit. */
  limits: z
    .strictObject({
      per10s: limit.default(190),
      searchPerSecond: limit.default(5),
      daily: limit.default(650_000),
      associationsPer10s: limit.default(150),
      journalPerSecond: limit.default(100),
      subscriptionsPerSecond: limit.default(50),
    })
    .prefault({}),
  /** The granted scopes. Null means all. */
  scopes: z.array(z.string()).nullable().default(null),
  /** The scopes that an app's own token may ask for (`client_credentials`). Null means all. */
  appScopes: z.array(z.string()).nullable().default(null),
  /** Whether every token is refused, as if it had been revoked. */
  revoked: z.boolean().default(false),
  /** The app that may ask for OAuth tokens. */
  oauth: z
    .strictObject({
      clientId: z.string().default('11111111-2222-4333-8444-555555555555'),
      clientSecret: z.string().default('emulated-client-secret'),
      refreshToken: z.string().default('na1-emulated-refresh-token'),
      code: z.string().default('na1-emulated-code'),
      redirectUri: z.string().default('http://localhost/callback'),
      expiresInS: z.int().positive().default(1800),
    })
    .prefault({}),
  /** The account. The daily limit starts again at midnight in its time zone. Deals may have its currencies. */
  account: z
    .strictObject({
      timeZone: z.string().refine(isTimeZone, 'not an IANA time zone').default('Europe/London'),
      companyCurrency: z.string().default('GBP'),
      additionalCurrencies: z.array(z.string()).default(['EUR', 'USD']),
    })
    .prefault({}),
  /** Whether answers to searches carry the headers of the daily limit. */
  dailyHeadersOnSearch: z.boolean().default(false),
  /** Whether answers to OAuth apps carry the headers of the daily limit. */
  dailyHeadersWithOauth: z.boolean().default(false),
  /** Whether a 429 carries `Retry-After`. */
  retryAfter: z.boolean().default(false),
  /** The body of a 429 for searches: one of the two that have been recorded. */
  searchLimitBody: z.enum(['A', 'B']).default('B'),
  /** Whether times leave out milliseconds that are zero. */
  dropZeroMs: z.boolean().default(true),
  /** The refusal of a wrong `limit`. `{limit}` becomes the limit sent, `{max}` the largest one allowed. */
  listLimitMessage: z
    .string()
    .default('Number of items to return must be a positive integer greater than 0, and less than {max} - you provided {limit}'),
  /** Whether `idProperty=email` finds a contact by an additional e-mail. */
  additionalEmailResolves: z.boolean().default(true),
  /** Whether the 409 for a contact's e-mail has the longer body. */
  richConflict: z.boolean().default(false),
  /** The lifecycle stage of new contacts and companies. Null sets none. */
  defaultLifecycleStage: z.string().nullable().default('lead'),
  /** How search shows a cleared property. List and get always show null. */
  clearedInSearch: z.enum(['empty', 'null']).default('empty'),
  /** Whether a PATCH that changes nothing changes the modified date. */
  noopPatchTouches: z.boolean().default(false),
  /** The time after a create at which HubSpot's own processing changes the modified date, in milliseconds. Null means never. */
  createDriftMs: rangeMs.nullable().default([2_000, 25_000]),
  /** Whether batch answers come in another order than their inputs. */
  shuffleBatches: z.boolean().default(true),
  /** The result of a batch read for the id of a merged record. */
  batchReadMerged: z
    .strictObject({
      contacts: z.enum(['survivor', 'missing']).default('survivor'),
      others: z.enum(['survivor', 'missing']).default('survivor'),
    })
    .prefault({}),
  /** The number of rows in a batch read for two merged records of one survivor. */
  batchReadMergedTwice: z.enum(['one', 'two']).default('one'),
  /** Whether the dated versions answer 207 to a batch that failed in part. If not, they answer 200 with `errors`. */
  datedMultiStatus: z.boolean().default(true),
  /** The most filter groups of a search, filters of one group, and filters of all groups. */
  filterLimits: z.strictObject({ groups: z.int().default(5), perGroup: z.int().default(6), total: z.int().default(18) }).prefault({}),
  /** The longest search body. Null means no limit. */
  maxSearchCharacters: z.int().positive().nullable().default(3_000),
  /** The delay until search shows a write. Null means none. A share of `tailShare` of all writes takes up to `tailMs`. */
  searchLag: z
    .strictObject({
      createMs: rangeMs.default([300, 5_000]),
      updateMs: rangeMs.default([100, 1_000]),
      tailShare: z.number().min(0).max(1).default(0.02),
      tailMs: z.number().nonnegative().default(30_000),
    })
    .nullable()
    .prefault({}),
  /** Whether the `total` of a search still counts a record that was just archived. */
  staleTotal: z.boolean().default(true),
  /** Whether a merge makes a new id or keeps the primary's. HubSpot's beta is called "Primary ID Preservation for Merged Records". */
  mergeId: z.enum(['new', 'primary']).default('new'),
  /** How association calls treat the id of a merged record: as a record without associations, or as its survivor. */
  mergedIdInAssociations: z.enum(['empty', 'survivor']).default('empty'),
  /** Whether writes of these two properties are accepted. */
  writable: z
    .strictObject({ hs_additional_emails: z.boolean().default(false), hs_deal_stage_probability: z.boolean().default(false) })
    .prefault({}),
  /** Whether a company created with a domain but no website gets the domain as its website. */
  websiteFromDomain: z.boolean().default(true),
  /** Whether a company created with a website but no domain gets the website's host as its domain. */
  domainFromWebsite: z.boolean().default(true),
  /** Whether phone numbers must have the form E.164. */
  phoneValidation: z.boolean().default(false),
  /** The account's own validation rules. The API obeys them in version 2026-09, and with `rulesOnAllVersions` in all versions. */
  rules: z.array(ruleSchema).default([]),
  rulesOnAllVersions: z.boolean().default(false),
  /** Whether a refusal of values leaves out which properties it is about. */
  namelessRefusals: z.boolean().default(false),
  /** Properties that are left out of answers though they were asked for, by object type. */
  omitProperties: z.record(z.string(), z.array(z.string())).default({}),
  /** Properties that must not be blank on a record after any write of it, by object type, in all versions. */
  requiredProperties: z.record(z.string(), z.array(z.string())).default({}),
  /** Whether version 2026-09 reports the dates that it has normalised. */
  dateWarnings: z.boolean().default(false),
  /** Whether a deal that moves to a closed stage gets the current time as its close date. */
  closeDateOnClose: z.boolean().default(true),
  /** Whether a deal that is created in a closed stage does, too. */
  closeDateOnCreate: z.boolean().default(false),
  /** Whether calculated numbers are shown with all decimals of the double's exact value. */
  fullBinaryNumbers: z.boolean().default(true),
  /** Whether version 2026-09 sends `toObjectId` as a text. */
  associationIdAsString: z.boolean().default(false),
  /** Whether `GET …/associations/{to}` exists in the dated versions. */
  datedAssociationGet: z.boolean().default(true),
  /** Whether the first company associated with a contact or deal becomes its primary. */
  firstCompanyIsPrimary: z.boolean().default(true),
  /** The longest URL. Longer ones get 414. */
  maxUrlBytes: z.int().positive().default(16_384),
  /** The days on which old versions end. With `enforced`, they end when the virtual clock reaches that day. */
  switchOff: z
    .strictObject({
      enforced: z.boolean().default(false),
      v4: z.iso.date().default('2027-03-30'),
      v3: z.iso.date().default('2027-09-01'),
      oauthV1: z.iso.date().default('2027-02-16'),
    })
    .prefault({}),
});

export type HubSpotSettings = z.infer<typeof hubSpotSettingsSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
