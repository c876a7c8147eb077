import { z } from 'zod';
import { entities } from '../domain/entity';
import { SETTLE_SECONDS } from '../domain/hints/settle';
import { standardFields } from '../domain/standard-fields';
import { LATE_EFFECT_MINUTES } from '../domain/tenant-mapping';
import { creation, locations } from './creation-schema';
import { hubspot } from './hubspot-schema';
import { additionalType, at, direction, httpUrl, isGroup, refuseLiteral, scalarText, secretRef, section } from './schema-parts';
import { isTimeZone } from './time-zone';

/** OfficeRnD's published limits, less a tenth for other programs; HubSpot's limits of the smallest plan. */
const hubspotLimits = { per10s: 100, searchPerSecond: 4 };
const officerndLimits = { readsPerMinute: 360, writesPerMinute: 90 };

const perDay = z.int().min(1).nullable().default(null);

const drift = z.enum(['report', 'enforce']);

const officernd = [['clientId'], ['clientSecret'], ['webhookSecret']].reduce(
  (schema, secret) => refuseLiteral(schema, secret, ['apiUrl', 'tokenUrl']),
  section({
    organization: z
      .string()
      .regex(/^(?!\.+$)[A-Za-z0-9._-]+$/, 'this must be the short name that stands in OfficeRnD’s address after /admin/')
      .describe('The organisation’s short name: the part after `/admin/` in OfficeRnD’s address.'),
    apiUrl: httpUrl.prefault('https://app.officernd.com/api/v2').describe('Where OfficeRnD’s API is.'),
    tokenUrl: httpUrl.prefault('https://identity.officernd.com/oauth/token').describe('Where access tokens are issued.'),
    lateEffectMinutes: z
      .number()
      .min(2)
      .max(60)
      .default(LATE_EFFECT_MINUTES)
      .describe('How long a creation without an answer may still take effect. Only after that is it sent again (L12).'),
    clientId: secretRef.describe('Client id of the OfficeRnD app (Settings › Data & Extensibility › Developer Tools).'),
    clientSecret: secretRef.describe('Client secret of the same app.'),
    webhookSecret: secretRef
      .optional()
      .describe(
        'Secret of the webhook that OfficeRnD calls: `orsync tenant apply` shows it once. `orsync serve` needs it, and nothing else.',
      ),
  }),
);

/** All standard properties, as the section `standard` names them: `member.phone`. */
export const standardKeys: readonly string[] = entities.flatMap((entity) => standardFields(entity).map(({ key }) => `${entity}.${key}`));

/** The only standard property that can have another HubSpot property: HubSpot computes the usual one, so it can't be written. */
const PROBABILITY_KEY = 'opportunity.probability';

const fieldPolicies = {
  drift: drift.optional().describe('Overrides `policies.drift` for this property (M5).'),
  neverErase: z.boolean().optional().describe('Overrides `policies.neverErase` for this property (M6).'),
};

const standardOverride = z
  .preprocess(
    (value) => (typeof value === 'string' ? { direction: value } : value),
    section({
      direction: direction.optional().describe('Which way the property flows.'),
      hubspot: z
        .string()
        .min(1)
        .optional()
        .describe(`Only for \`${PROBABILITY_KEY}\`: a writable number property in place of the computed one.`),
      ...fieldPolicies,
    }),
  )
  .describe('A direction, or these settings.');

const standardKey = z
  .string()
  .refine((key) => standardKeys.includes(key), `there is no such standard property; known are ${standardKeys.join(', ')}`);

const standard = standardKeys
  .filter((key) => key !== PROBABILITY_KEY)
  .reduce(
    (schema, key) =>
      schema.refine((value) => at(value, [key, 'hubspot']) === undefined, {
        path: [key, 'hubspot'],
        error: `only ${PROBABILITY_KEY} can have another HubSpot property`,
        when: isGroup,
      }),
    z.record(standardKey, standardOverride),
  );

const additionalField = section({
  officernd: z
    .string()
    .min(1)
    .describe(
      'OfficeRnD’s path: `properties.<key>` for a custom property (the key may contain spaces and dots), or a name such as `email`.',
    ),
  hubspot: z.string().min(1).describe('HubSpot’s internal property name.'),
  direction: direction.describe('Which way the property flows.'),
  type: additionalType.optional().describe('How values are compared, where the two definitions leave a choice.'),
  ...fieldPolicies,
});

const additional = section({
  company: z.array(additionalField).default([]).describe('Additional properties of companies.'),
  member: z.array(additionalField).default([]).describe('Additional properties of members (HubSpot’s contacts), given as for companies.'),
  opportunity: z
    .array(additionalField)
    .default([])
    .describe('Additional properties of opportunities (HubSpot’s deals), given as for companies.'),
});

const statusPair = section({ stage: scalarText, status: scalarText });

const currencies = z
  .enum(['company', 'any'])
  .default('company')
  .describe('Which deals’ amounts are kept in step: those in the portal’s company currency, or all, as bare numbers (M14).');

const opportunities = section({
  pipeline: scalarText.prefault('default').describe('Id or label of the HubSpot pipeline whose deals are opportunities.'),
  statuses: z
    .union(
      [
        z.array(statusPair),
        z.record(z.string(), scalarText).transform((table) => Object.entries(table).map(([stage, status]) => ({ stage, status }))),
      ],
      { error: 'this must be a table of stages and statuses, such as { closedwon: Won }' },
    )
    .prefault([])
    .describe(
      'For each HubSpot stage (id or label), the OfficeRnD status (label or id); also as a list of `{ stage, status }`. If several stages have one status, the first stage is written. Stages and statuses that are not listed are matched by label.',
    ),
  currencies,
});

/** The tenant file. The schema can read its own result again, so a stored configuration is checked like a file. */
export const tenantSchema = section({
  tenant: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'this must be 1 to 40 lower-case letters, digits and hyphens')
    .describe('The tenant’s name, in ids and commands: 1 to 40 lower-case letters, digits and hyphens.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'this must be an IANA time zone such as Europe/London')
    .nullable()
    .default(null)
    .describe('IANA time zone in which calendar dates are read. Without it, the HubSpot portal’s time zone.'),
  officernd: officernd.describe('The OfficeRnD organisation.'),
  hubspot: hubspot.describe('The HubSpot portal.'),
  entities: z
    .array(z.enum(entities))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'each entity may be named once')
    .default([...entities])
    .describe('The kinds of records that are kept in step.'),
  standard: standard.default({}).describe('The direction of a standard property, by its name, or its settings as a group.'),
  additional: additional.prefault({}).describe('Additional properties: pairs beside the standard ones.'),
  matching: section({
    ambiguous: z.enum(['review', 'oldest']).default('review').describe('The decision when several records share a key (L4).'),
    emailsDiffer: z.enum(['review', 'link', 'create']).default('review').describe('The decision when names match and e-mails differ (L5).'),
    name: z
      .enum(['link', 'review', 'off'])
      .default('link')
      .describe('The decision when only the names match (L3): a link, a review, or none, so that the record is created.'),
  })
    .prefault({})
    .describe('How records are matched.'),
  locations: locations.prefault({}).describe('The location of a created record, if OfficeRnD has several (L8).'),
  opportunities: opportunities.prefault({}).describe('How deals become opportunities.'),
  create: creation.prefault({}).describe('Which records are created in OfficeRnD.'),
  links: section({
    show: z
      .boolean()
      .default(true)
      .describe(
        'Whether a link shows on the OfficeRnD record, as `hubspot_link_id`. Without it, links are kept in MongoDB alone (L14). Records that are created carry the id all the same, so that none is created twice (L12).',
      ),
  })
    .prefault({})
    .describe('How links show in OfficeRnD.'),
  policies: section({
    drift: drift.default('report').describe('The decision on a change against a one-way direction (M5).'),
    neverErase: z.boolean().default(false).describe('A value that was cleared stays on the other side (M6).'),
  })
    .prefault({})
    .describe('Rules for all properties.'),
  brakes: section({
    unlink: section({
      count: z.int().min(0).default(10).describe('Up to this number of links needs no approval.'),
      share: z.number().min(0).max(1).default(0.05).describe('Up to this share of the entity’s links, 0 to 1, needs no approval.'),
    })
      .prefault({})
      .describe(
        'Unlinking more than the larger of the two needs approval (U4). Records gone from HubSpot and from OfficeRnD count each by themselves.',
      ),
    createsPerRun: z.int().min(0).default(1000).describe('More creations than this wait for approval (L11).'),
    erase: section({
      count: z.int().min(0).default(10).describe('Up to this number of values of one field on one side needs no approval.'),
      share: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe('Up to this share of the links that hold a value in the field, 0 to 1, needs no approval.'),
    })
      .prefault({})
      .describe('Clearing more values of one field on one side than the larger of the two waits for approval (M6).'),
    firstLink: section({
      count: z.int().min(0).default(25).describe('Up to this number of new links needs no approval.'),
      share: z.number().min(0).max(1).default(0.1).describe('Up to this share of the entity’s new links, 0 to 1, needs no approval.'),
    })
      .prefault({})
      .describe('If more new links than the larger of the two have a value that gives way, these values wait for approval (M2).'),
  })
    .prefault({})
    .describe('Limits above which changes wait for approval.'),
  incremental: section({
    fullEveryHours: z
      .number()
      .min(0)
      .max(8760)
      .default(24)
      .describe('`sync --mode incremental` reads everything when the last full reading is older than this number of hours.'),
    // A stored file has no new setting that nobody has set: the release before would refuse it.
    readLinked: z
      .boolean()
      .optional()
      .describe('With true, incremental runs read every linked HubSpot record again, 100 a call, and compare no counts.'),
  })
    .prefault({})
    .describe('The reading of incremental runs.'),
  settleSeconds: z
    .number()
    .min(0)
    .max(60)
    .optional()
    .describe(
      `Seconds after the last hint about a record before it is read (T2); without this setting ${SETTLE_SECONDS}. It is read a minute after the first hint at the latest.`,
    ),
  limits: section({
    hubspot: section({
      per10s: z.int().min(1).default(hubspotLimits.per10s).describe('Calls in any ten seconds, without searches.'),
      searchPerSecond: z.int().min(1).default(hubspotLimits.searchPerSecond).describe('Searches in any second.'),
      perDay: perDay.describe(
        'Calls a day, of all kinds. A run that has used them up waits for the next day. Without this setting there is no daily limit.',
      ),
    })
      .prefault({})
      .describe('HubSpot’s limits, less the calls that your other programs need.'),
    officernd: section({
      readsPerMinute: z.int().min(1).default(officerndLimits.readsPerMinute).describe('Reading calls in any minute.'),
      writesPerMinute: z.int().min(1).default(officerndLimits.writesPerMinute).describe('Writing calls in any minute.'),
      perDay: perDay.describe('As for HubSpot.'),
    })
      .prefault({})
      .describe('OfficeRnD’s limits, less the calls that your other programs need.'),
  })
    .prefault({})
    .describe('The largest number of calls.'),
  history: section({
    days: z
      .int()
      .min(1)
      .max(3650)
      .default(90)
      .describe('History with personal data is deleted this number of days after the end of its run.'),
  })
    .prefault({})
    .describe('How long history is kept.'),
});
