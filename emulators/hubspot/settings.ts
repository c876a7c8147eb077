import { z } from 'zod';

const rangeMs = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);
const limit = z.int().nonnegative().nullable();

const ruleSchema = z.strictObject({
  type: z.enum(['contacts', 'companies', 'deals']),
  property: z.string(),
  kind: z.enum(['maxLength', 'alpha', 'numeric', 'required']),
  /** For `maxLength`. */
  value: z.int().positive().optional(),
  /** For `required`: only when this property has a value. */
  whenProperty: z.string().optional(),
});

/** An account's validation rule for one property. */
export type AccountRule = z.infer<typeof ruleSchema>;

/** Every switch of the HubSpot emulator with its default; numbers in brackets are the lines of the fact sheet's checklist. */
export const hubSpotSettingsSchema = z.strictObject({
  /** Added to each request, real milliseconds. */
  latencyMs: z.number().nonnegative().default(0),
  /** [4] Rate limits; null is off. */
  limits: z
    .strictObject({
      per10s: limit.default(190),
      searchPerSecond: limit.default(5),
      daily: limit.default(650_000),
      associationsPer10s: limit.default(150),
    })
    .prefault({}),
  /** [2] Granted scopes; null is all. */
  scopes: z.array(z.string()).nullable().default(null),
  /** [36] Every token is refused as if it had been revoked. */
  revoked: z.boolean().default(false),
  /** [3] The app that may ask for OAuth tokens. */
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
  /** [4, 32, 34] The account: its midnight resets the daily limit, its currencies are the ones deals may have. */
  account: z
    .strictObject({
      timeZone: z.string().refine(isTimeZone, 'not an IANA time zone').default('Europe/London'),
      companyCurrency: z.string().default('GBP'),
      additionalCurrencies: z.array(z.string()).default(['EUR', 'USD']),
    })
    .prefault({}),
  /** [4] */
  dailyHeadersOnSearch: z.boolean().default(false),
  /** [4] */
  dailyHeadersWithOauth: z.boolean().default(false),
  /** [4] Send `Retry-After` with a 429. */
  retryAfter: z.boolean().default(false),
  /** [5] Which of the two recorded bodies a search 429 has. */
  searchLimitBody: z.enum(['A', 'B']).default('B'),
  /** [10] */
  dropZeroMs: z.boolean().default(true),
  /** [11] `{limit}` is replaced by what was asked for, `{max}` by the largest allowed. */
  listLimitMessage: z
    .string()
    .default('Number of items to return must be a positive integer greater than 0, and less than {max} - you provided {limit}'),
  /** [13] Whether `idProperty=email` finds a contact by an additional e-mail. */
  additionalEmailResolves: z.boolean().default(true),
  /** [14] The longer 409 body for a contact's e-mail. */
  richConflict: z.boolean().default(false),
  /** [14] The lifecycle stage of new contacts and companies; null sets none. */
  defaultLifecycleStage: z.string().nullable().default('lead'),
  /** [15] What search answers for a cleared property; list and get always say null. */
  clearedInSearch: z.enum(['empty', 'null']).default('empty'),
  /** [16] A PATCH that changes nothing moves the modified date. */
  noopPatchTouches: z.boolean().default(false),
  /** [16] HubSpot's own processing moves the modified date so long after a create; null is off. */
  createDriftMs: rangeMs.nullable().default([2_000, 25_000]),
  /** [18] */
  shuffleBatches: z.boolean().default(true),
  /** [19] What a batch read does with a merged-away id. */
  batchReadMerged: z
    .strictObject({
      contacts: z.enum(['survivor', 'missing']).default('survivor'),
      others: z.enum(['survivor', 'missing']).default('survivor'),
    })
    .prefault({}),
  /** [19] Rows for two old ids of one survivor. */
  batchReadMergedTwice: z.enum(['one', 'two']).default('one'),
  /** [23] Dated versions answer 207 to a partly failed batch; else 200 with `errors`. */
  datedMultiStatus: z.boolean().default(true),
  /** [24] */
  filterLimits: z.strictObject({ groups: z.int().default(5), perGroup: z.int().default(6), total: z.int().default(18) }).prefault({}),
  /** [24] The longest search body; null is off. */
  maxSearchCharacters: z.int().positive().nullable().default(3_000),
  /** [25] How long a write stays invisible to search; null is off. A `tailShare` of writes takes up to `tailMs`. */
  searchLag: z
    .strictObject({
      createMs: rangeMs.default([300, 5_000]),
      updateMs: rangeMs.default([100, 1_000]),
      tailShare: z.number().min(0).max(1).default(0.02),
      tailMs: z.number().nonnegative().default(30_000),
    })
    .nullable()
    .prefault({}),
  /** [25] `total` still counts a record that was just archived. */
  staleTotal: z.boolean().default(true),
  /** [27] A merge makes a new id, or keeps the primary's (beta "Primary ID Preservation for Merged Records"). */
  mergeId: z.enum(['new', 'primary']).default('new'),
  /** [28] What association calls make of a merged-away id. */
  mergedIdInAssociations: z.enum(['empty', 'survivor']).default('empty'),
  /** [29] */
  writable: z
    .strictObject({ hs_additional_emails: z.boolean().default(false), hs_deal_stage_probability: z.boolean().default(false) })
    .prefault({}),
  /** [30] A company created with a domain alone gets it as its website. */
  websiteFromDomain: z.boolean().default(true),
  /** [30] A company created with a website alone gets its host as domain. */
  domainFromWebsite: z.boolean().default(true),
  /** [30] Phone numbers must be E.164. */
  phoneValidation: z.boolean().default(false),
  /** [30] The account's own rules; enforced on 2026-09 only unless `rulesOnAllVersions`. */
  rules: z.array(ruleSchema).default([]),
  rulesOnAllVersions: z.boolean().default(false),
  /** [31] 2026-09 reports dates it has normalised. */
  dateWarnings: z.boolean().default(false),
  /** [32] Entering a closed stage sets the close date to now. */
  closeDateOnClose: z.boolean().default(true),
  /** [32] So does creating a deal in a closed stage. */
  closeDateOnCreate: z.boolean().default(false),
  /** [32] Calculated numbers read as their full binary expansion. */
  fullBinaryNumbers: z.boolean().default(true),
  /** [33] 2026-09 sends `toObjectId` as a text. */
  associationIdAsString: z.boolean().default(false),
  /** [33] `GET …/associations/{to}` exists under dated versions. */
  datedAssociationGet: z.boolean().default(true),
  /** [33] The first company associated with a contact or deal becomes its primary. */
  firstCompanyIsPrimary: z.boolean().default(true),
  /** [38] Longer URLs are answered 414. */
  maxUrlBytes: z.int().positive().default(16_384),
  /** [39] Days from which old versions are gone, compared with the virtual clock where `enforced`. */
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
