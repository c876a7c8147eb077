import { z } from 'zod';

/** A case: a small world, what happens in it, and what must be true afterwards. test/cases/README.md describes the format. */
const settings = z.record(z.string(), z.unknown());
const bySide = <Value extends z.ZodType>(value: Value) => z.strictObject({ officernd: value.optional(), hubspot: value.optional() });

const range = z.union([z.number(), z.strictObject({ min: z.number().optional(), max: z.number().optional() })]);
/** For both vendors together, or for each. */
const perSide = z.union([range.transform((all) => ({ all })), bySide(range)]);
const oneOrMany = <Value extends z.ZodType>(value: Value) => z.union([value.transform((one) => [one]), z.array(value)]);
const value = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.strictObject({ instant: z.string() }),
  z.strictObject({ matches: z.string() }),
  z.strictObject({ number: z.number() }),
  z.strictObject({ oneOf: z.array(z.unknown()) }),
]);
const tables = z.record(z.string(), z.record(z.string(), z.union([z.null(), z.record(z.string(), value)])));

const expectation = z.strictObject({
  exit: oneOrMany(z.union([z.number(), z.enum(['waiting', 'running'])])).optional(),
  state: oneOrMany(z.string()).optional(),
  report: z.record(z.string(), z.union([range, z.string(), z.null()])).optional(),
  writes: perSide.optional(),
  calls: perSide.optional(),
  says: oneOrMany(z.string()).optional(),
  saysNot: oneOrMany(z.string()).optional(),
  officernd: tables.optional(),
  hubspot: tables.optional(),
  count: z.record(z.string(), range).optional(),
});

const step = z.union([
  z.strictObject({ sync: z.enum(['full', 'incremental', 'preview']), limitS: z.number().optional() }),
  z.strictObject({ tenant: settings, flags: z.array(z.string()).optional(), as: z.literal('other').optional() }),
  z.strictObject({ patch: z.record(z.string(), settings), flags: z.array(z.string()).optional() }),
  z.strictObject({ orsync: z.array(z.string()) }),
  z.strictObject({ worker: z.literal(true), limitS: z.number().optional() }),
  z.strictObject({ edit: bySide(z.array(settings)) }),
  z.strictObject({ faults: bySide(z.array(settings)) }),
  z.strictObject({ clock: bySide(z.number()) }),
  z.strictObject({ replace: bySide(settings) }),
  z.strictObject({ clearFaults: z.literal(true) }),
  z.strictObject({ expect: expectation }),
]);

const caseSchema = z.strictObject({
  title: z.string(),
  world: z.strictObject({ officernd: settings, hubspot: settings }),
  settings: bySide(settings).optional(),
  tenant: settings.optional(),
  servers: z
    .strictObject({
      mongodb: z.literal('standalone').optional(),
      searchAttributes: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  steps: z.array(step),
});

export type Case = z.output<typeof caseSchema>;
export type Step = Case['steps'][number];
export type Expectation = z.output<typeof expectation>;
export type ExpectedValue = z.output<typeof value>;
export type Range = z.output<typeof range>;

/** Reads a case. Throws with the path to what is not as the format says. */
export const parseCase = (text: string): Case => caseSchema.parse(JSON.parse(text));
