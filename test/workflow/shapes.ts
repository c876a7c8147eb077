import { z } from 'zod';
import { entities } from '../../domain/entity';
import { syncModes } from '../../domain/report';

/**
 * The allowed contents of arguments and results of workflows and activities: references, cursors, counts and states, one by one. Anything
 * else would be a way for personal data into a history (A6).
 */

const entity = z.enum(entities);
const counters = z.record(z.string().regex(/^[a-zA-Z]{1,24}$/), z.number());
const trouble = z
  .strictObject({ kind: z.string().regex(/^[a-z-]+$/), message: z.string().max(300), setting: z.string().nullable() })
  .nullable();
const state = z.enum(['running', 'completed', 'needs-approval', 'blocked', 'failed', 'cancelled']);
const ref = { tenant: z.literal('acme'), runId: z.string().regex(/^run-\d+$/), mode: z.enum(syncModes) };
const cursor = z
  .string()
  .regex(/^after-\d+$/)
  .nullable();

/** Reads a value, or throws. */
export interface Shape<Value> {
  readonly parse: (value: unknown) => Value;
}

/** Parses each object once. Plays share the objects of their beginnings, and nobody changes them. */
function once<Value>(shape: Shape<Value>): Shape<Value> {
  const known = new WeakMap<object, Value>();
  return {
    parse: (value) => {
      if (typeof value !== 'object' || value === null) return shape.parse(value);
      const before = known.get(value);
      if (before !== undefined) return before;
      const read = shape.parse(value);
      known.set(value, read);
      return read;
    },
  };
}

export const requestSchema = z.strictObject({
  tenant: z.literal('acme'),
  mode: z.enum(syncModes),
  entities: z.array(entity).nullable(),
  requestId: z.string().optional(),
  needsOwnRun: z.boolean().optional(),
});

export const sliceSchema = once(z.strictObject({ ...ref, entity, cursor }));

export const childSchema = once(
  z.strictObject({
    ...ref,
    entity,
    at: z.strictObject({ step: z.string().regex(/^[a-z]+$/), cursor, counters }).optional(),
  }),
);

export const sliceResultSchema = once(
  z.object({
    cursor,
    counters,
    done: z.boolean(),
    planned: z.number().optional(),
  }),
);

export const childResultSchema = z.strictObject({ counters, applied: counters });

export const syncResultSchema = z.strictObject({ runId: z.string(), state });

export const ticketSchema = z.strictObject({
  runId: z.string().regex(/^run-\d+$/),
  outcome: z.enum(['started', 'joined', 'queued']),
});

export const finishSchema = once(
  z.strictObject({
    ...ref,
    workflowId: z.literal('sync/acme'),
    state,
    trouble,
    counts: z.partialRecord(z.enum(['observe', 'unlink', 'link', 'update']), z.partialRecord(entity, counters)),
  }),
);

export const noteStateSchema = z.strictObject({ ...ref, state, trouble, resumedByPerson: z.literal(true).optional() });

/** The arguments of every activity, with its task queue. */
export const activityShapes: Readonly<Record<string, { readonly queue: string; readonly input: Shape<unknown> }>> = {
  prepareRun: {
    queue: 'sync-hubspot',
    input: once(z.strictObject({ ...ref, entities: z.array(entity).nullable(), workflowId: z.literal('sync/acme') })),
  },
  observeHubSpot: { queue: 'sync-hubspot', input: sliceSchema },
  updateLinks: { queue: 'sync-hubspot', input: sliceSchema },
  finishRun: { queue: 'sync-hubspot', input: finishSchema },
  noteState: { queue: 'sync-hubspot', input: noteStateSchema },
  observeOfficernd: { queue: 'sync-officernd', input: sliceSchema },
  planUnlinks: { queue: 'sync-officernd', input: sliceSchema },
  applyUnlinks: { queue: 'sync-officernd', input: sliceSchema },
  matchRecords: { queue: 'sync-officernd', input: sliceSchema },
  planCreates: { queue: 'sync-officernd', input: sliceSchema },
  applyCreates: { queue: 'sync-officernd', input: sliceSchema },
  releaseHeld: { queue: 'sync-officernd', input: z.strictObject(ref) },
};

/** A step's message that it waits. */
export const noticeSchema = z.strictObject({ step: z.string().regex(/^[\w/]+$/), trouble });

/** The search attributes, which the UI's list shows and searches. */
export const attributesSchema = z
  .strictObject({
    SyncTenant: z.literal('acme'),
    SyncMode: z.enum(syncModes),
    SyncPhase: z.enum(['prepare', 'observe', 'unlink', 'link', 'update', 'done']),
    SyncState: z.union([state, z.enum(['paused', 'waiting'])]),
    SyncChanged: z.number(),
    SyncConflicts: z.number(),
    SyncFailed: z.number(),
  })
  .partial();

/** The answer to the query `progress`, or undefined when the code is not loaded. */
export const progressSchema = z
  .strictObject({
    runId: z.string(),
    mode: z.enum(syncModes),
    entities: z.array(entity).nullable(),
    startedAt: z.iso.datetime(),
    state,
    paused: z.boolean(),
    phase: z.enum(['observe', 'unlink', 'link', 'update']).nullable(),
    counts: z.partialRecord(z.enum(['observe', 'unlink', 'link', 'update']), z.partialRecord(entity, counters)),
    trouble,
    waits: z.array(noticeSchema.extend({ trouble: trouble.unwrap() })),
  })
  .optional();
