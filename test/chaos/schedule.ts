import { z } from 'zod';
import { entities, sides } from '../../domain/entity';
import { directions } from '../../domain/field-mapping';

/**
 * One case for the whole engine as plain data: two copies of a world, and rounds of events by people, vendors, servers and processes.
 * Numbers are taken modulo the number of choices. So every case is valid and can be kept in `regressions.json`.
 */

const count = z.int().nonnegative();
const entity = z.enum(entities);
const side = z.enum(sides);

const pairSchema = z.object({
  entity,
  where: z.enum(['both', ...sides]),
  /** Whether OfficeRnD's record carries a link id of OfficeRnD's own integration. */
  link: z.enum(['carried', 'none']),
  officernd: z.array(count),
  hubspot: z.array(count),
  /** The company of a member or an opportunity. 0 means none. */
  parent: count,
  passesFilter: z.boolean(),
});

/** An edit by a person. `nth` chooses among the records that are there. */
const editSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set'), side, entity, nth: count, field: count, value: count }),
  z.object({ kind: z.literal('note'), side, entity, nth: count, value: count }),
  z.object({ kind: z.literal('create'), side, entity, values: z.array(count), parent: count }),
  /** Puts a record into HubSpot's recycle bin, from which `restore` takes it. In OfficeRnD it deletes the record for good. */
  z.object({ kind: z.literal('delete'), side, entity, nth: count }),
  z.object({ kind: z.literal('restore'), entity, nth: count }),
  z.object({ kind: z.literal('merge'), side, entity, nth: count, into: count }),
]);

const wishesSchema = z.object({
  directions: z.array(z.object({ entity, field: count, direction: z.enum(directions) })),
  /** The directions of the additional properties, in the catalogue's order. Null means not mapped. */
  additional: z.array(z.enum(directions).nullable()),
  filter: z.boolean(),
  ambiguous: z.enum(['review', 'oldest']),
  emailsDiffer: z.enum(['review', 'link', 'create']),
  /** U4, L11, M6, M2: how much may happen without approval. */
  brake: z.enum(['loose', 'tight']),
  timeZone: z.enum(['UTC', 'America/New_York', 'Asia/Tokyo']).default('UTC'),
  /** The table of stages and statuses. */
  statuses: z.enum(['usual', 'corrected']).default('usual'),
  /** Whether the additional properties are mapped to their other HubSpot property. */
  remapped: z.boolean().default(false),
  /** The address at which the portal is reached. With the other one, the tenant has another pair (B1). */
  address: z.enum(['first', 'second']).default('first'),
});

/** Vendors that are unlike usual until they are put back. */
export const twistNames = [
  'HubSpot leaves a property out',
  'OfficeRnD leaves a field out',
  'HubSpot property deleted',
  'HubSpot property required',
  'link id refused',
  'link id dropped',
  'side effect of a write',
  'e-mail taken',
] as const;

/** Changes of what a tenant's data belong to, or of what values mean (B1, B3, D3). All but the last are taken back later. */
export const turnNames = [
  'time zone corrected',
  'status table corrected',
  'mapped to another property',
  'another pair',
  'removed and applied again',
] as const;
export type Turn = (typeof turnNames)[number];

/** `field` chooses among the entity's fields. */
const twistSchema = z.object({ name: z.enum(twistNames), entity, field: count });

export const faultKinds = [
  'limited, told how long',
  'limited, not told',
  'refused before',
  'refused after',
  'dropped before',
  'dropped after',
  'slow',
  'timed out',
  'truncated body',
  'short list',
  'partial batch',
  'partial batch, undone',
  'late search index',
  'expired token',
  'web page 403',
  'web page 404',
  'web page 401',
  'web page 200',
  'another JSON',
  'empty body',
  'repeated cursor',
  'empty page with a next one',
  'late effect',
] as const;

/** The calls of one side that a fault can affect. */
export const targets = ['token', 'definitions', 'list', 'search', 'read', 'create', 'update'] as const;

const faultSchema = z.object({
  kind: z.enum(faultKinds),
  side,
  target: z.enum(targets),
  status: count,
  after: count,
  times: count,
  /** Whether the call has its effect behind a page that is not the vendor's. */
  commits: z.boolean().default(false),
});

/** The phases of a run. `prepare` comes before the first. */
export const phases = ['prepare', 'observe', 'unlink', 'link', 'update'] as const;

const eventSchema = z.object({
  /** The event comes after this many requests to both vendors since the run was asked for, or since the phase began. */
  afterRequests: count,
  /** The event waits for this phase first. */
  inPhase: z.enum(phases).nullable().default(null),
  what: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('edits'), edits: z.array(editSchema) }),
    z.object({ kind: z.literal('kill') }),
    z.object({ kind: z.literal('cancel') }),
    z.object({ kind: z.literal('ask') }),
    z.object({ kind: z.literal('pause'), forRequests: count }),
    /** The next run uses it. The current run keeps the configuration with which it began. */
    z.object({ kind: z.literal('configure'), wishes: wishesSchema }),
    z.object({ kind: z.literal('clock'), side, ms: count }),
    z.object({ kind: z.literal('fault'), fault: faultSchema }),
    z.object({ kind: z.literal('restart'), server: z.enum(['temporal', 'mongodb']), hard: z.boolean() }),
    /** It lasts until the end of the run. */
    z.object({ kind: z.literal('twist'), twist: twistSchema }),
    /** Late effects come now. */
    z.object({ kind: z.literal('ripen') }),
  ]),
});

const runSchema = z.object({
  mode: z.enum(['full', 'incremental', 'preview']),
  /** The crash point at which the run's worker dies, as `create-called:2`. */
  crashAt: z.string().nullable(),
  faults: z.array(faultSchema),
  events: z.array(eventSchema),
});

const roundSchema = z.object({
  /** Before the round, the tenant is removed (D3). */
  removed: z.boolean().default(false),
  wishes: wishesSchema,
  edits: z.array(editSchema),
  runs: z.array(runSchema),
});

const settings = z.record(z.string(), z.json());

export const scheduleSchema = z.object({
  seed: z.int(),
  /** Settings of the emulators for behaviour that the vendors' documentation leaves open. */
  settings: z.object({ officernd: settings, hubspot: settings }),
  /** A fixed HubSpot token can't be renewed. When it expires, the run waits for a person. */
  auth: z.enum(['token', 'oauth']),
  /** The entities of the world and of the runs. */
  entities: z.array(entity).default([...entities]),
  pairs: z.array(pairSchema),
  rounds: z.array(roundSchema),
});

export type Schedule = z.infer<typeof scheduleSchema>;
export type PairSpec = z.infer<typeof pairSchema>;
export type Edit = z.infer<typeof editSchema>;
export type Round = z.infer<typeof roundSchema>;
export type Wishes = z.infer<typeof wishesSchema>;
export type DisturbedRun = z.infer<typeof runSchema>;
export type RunEvent = z.infer<typeof eventSchema>;
export type PlannedFault = z.infer<typeof faultSchema>;
export type RunPhase = (typeof phases)[number];
export type FaultKind = PlannedFault['kind'];
export type FaultTarget = PlannedFault['target'];
export type Twist = z.infer<typeof twistSchema>;
export type TwistName = Twist['name'];

/** Wishes without anything special. */
export const plainWishes: Wishes = wishesSchema.parse({
  directions: [],
  additional: [],
  filter: false,
  ambiguous: 'review',
  emailsDiffer: 'review',
  brake: 'loose',
});
