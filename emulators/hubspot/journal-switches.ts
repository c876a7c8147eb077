import { z } from 'zod';

const DAY_MS = 86_400_000;

/** Switches for behaviour of the journal that HubSpot's documentation leaves open, and sizes that tests make smaller. */
export const journalSwitches = z.strictObject({
  /** How long files are kept, by the emulator's clock. */
  keptMs: z
    .number()
    .positive()
    .default(3 * DAY_MS),
  /** The time from a change until a file with its event can be read. */
  publishMs: z.number().nonnegative().default(0),
  eventsPerFile: z.int().positive().max(10_000).default(100),
  /** How long the address of a file can be used. */
  addressMs: z.number().nonnegative().default(300_000),
  /** The answer to an offset whose file is no longer kept: a status, or the oldest file as if nothing were missing. */
  tooOld: z.union([z.literal([400, 404, 410, 204]), z.literal('earliest')]).default(404),
  /** How ids of records and portals stand in events, and offsets in answers. */
  ids: z.enum(['number', 'text']).default('number'),
  /** Whether values that HubSpot computes are told. */
  computed: z.boolean().default(false),
  /** Whether a subscription without `objectIds` is refused. */
  needsObjectIds: z.boolean().default(false),
});

export type JournalSwitches = z.output<typeof journalSwitches>;
