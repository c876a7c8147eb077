import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { syncWorkflowId } from '../../workflows/api';
import { poll } from './poll';
import { reportSchema } from './stage';
import type { SeenReport, Stage } from './stage';

/** The command line's output about runs. */

const trouble = z.object({ kind: z.string(), message: z.string(), setting: z.string().nullable() }).nullable();
const statusSchema = z.object({ running: z.boolean(), state: z.string().nullable(), runId: z.string().nullable(), trouble });
const runsSchema = z.object({
  runs: z.array(z.object({ runId: z.string(), mode: z.string(), state: z.string(), entities: z.array(z.string()), trouble })),
});

/** Runs a command with `--json`. Resolves to what it prints. */
export async function printedJson(stage: Stage, ...args: string[]): Promise<unknown> {
  const { stdout } = await stage.cli(...args, '--json');
  const parsed: unknown = JSON.parse(stdout);
  return parsed;
}

/** How many calls of HubSpot's routes that fit a pattern a report tells of. */
export const hubSpotCalls = ({ calls }: SeenReport, pattern: RegExp): number =>
  Object.entries(calls.hubspot.byRoute).reduce((sum, [route, count]) => sum + (pattern.test(route) ? count : 0), 0);

/** The id of the run that a command has asked for, in what it prints. */
export const runIdIn = (printed: unknown): string => z.object({ runId: z.string() }).parse(printed).runId;

/** Runs `orsync status T --json`. Resolves to its output and exit code. */
export async function statusOf(stage: Stage, tenant: string): Promise<z.output<typeof statusSchema> & { readonly code: number | null }> {
  const { code, stdout } = await stage.cli('status', tenant, '--json');
  return { code, ...statusSchema.parse(JSON.parse(stdout)) };
}

/** Runs `orsync report T [RUN] --json`. */
export const reportOf = async (stage: Stage, ...args: readonly string[]): Promise<SeenReport> =>
  reportSchema.parse(JSON.parse((await stage.cli('report', ...args, '--json')).stdout));

/** Runs `orsync runs T --json`. The newest run comes first. */
export const runsOf = async (stage: Stage, tenant: string): Promise<z.output<typeof runsSchema>['runs']> =>
  runsSchema.parse(JSON.parse((await stage.cli('runs', tenant, '--json')).stdout)).runs;

/**
 * The run's report, as soon as the run is in this state. A run that is over is waited for until its workflow has ended, too: a request before
 * that would join it.
 */
export const untilReported = (stage: Stage, tenant: string, runId: string, state: string): Promise<SeenReport> =>
  poll(`run ${runId} to be ${state}`, async () => {
    const report = await reportOf(stage, tenant, runId);
    if (report.state !== state) return undefined;
    return hasEnded.has(state) && (await statusOf(stage, tenant)).running ? undefined : report;
  });

const hasEnded: ReadonlySet<string> = new Set(['completed', 'needs-approval']);

/** Waits until this many requests have reached the tenant's workflow. Those that only wait for a run's end are told by nothing else. */
export async function untilAsked({ env }: Stage, tenant: string, count: number): Promise<void> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const handle = new Client({ connection }).workflow.getHandle(syncWorkflowId(tenant, env['ORSYNC_QUEUE_PREFIX']));
    await poll(`${count} requests`, async () => {
      const { events } = await handle.fetchHistory();
      const asked = (events ?? []).filter(
        ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted !== undefined && accepted !== null,
      );
      return asked.length >= count ? true : undefined;
    });
  } finally {
    await connection.close();
  }
}
