import { z } from 'zod';

const counts = z.record(z.string(), z.record(z.string(), z.number()));
const calls = z.object({ total: z.number(), rateLimited: z.number(), byRoute: z.record(z.string(), z.number()), floor: z.number() });

/** The measured parts of the report that `orsync sync --wait --json` prints. */
const reportSchema = z.looseObject({
  runId: z.string(),
  workflowId: z.string(),
  state: z.string(),
  phases: z.object({ unlink: counts, link: counts, update: counts }),
  conflicts: z.number(),
  reviews: z.number(),
  failures: z.number(),
  drift: z.number(),
  lookAgeMs: z.object({ max: z.number() }),
  calls: z.object({ hubspot: calls, officernd: calls }),
});
export type SyncReport = z.infer<typeof reportSchema>;

/** Parses the printed report. Throws a clear sentence if the run did not complete. */
export function parseReport(stdout: string): SyncReport {
  const report = reportSchema.parse(JSON.parse(stdout));
  if (report.state !== 'completed') throw new Error(`The run ended as ${report.state}, not completed.`);
  return report;
}

/** Adds up one counter over all entities of a phase. */
export const sumOfCounter = (phase: Readonly<Record<string, Readonly<Record<string, number>>>>, counter: string): number =>
  Object.values(phase).reduce((sum, entity) => sum + (entity[counter] ?? 0), 0);
