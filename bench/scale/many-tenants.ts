import { z } from 'zod';
import { createSyncClient } from '../../client/sync-client';
import { entities } from '../../domain/entity';
import { createMongoStore } from '../../store/mongo-store';
import { childWorkflowId, syncWorkflowId } from '../../workflows/api';
import { benchLimits } from '../limits';
import { cpuSeconds, peakMemoryMb } from '../processes';
import { groups, putWorld } from '../scenarios';
import { benchTenantFile } from '../stand';
import type { Stand } from '../stand';

/** The measured runs of many tenants at the same time on one worker. */
export interface ManyTenants {
  readonly tenants: number;
  readonly contacts: number;
  /** The time of one tenant's run without other runs. */
  readonly aloneSeconds: number;
  /** The first runs, which link, and the runs after them, which have nothing to do. */
  readonly rounds: readonly RunsAtOnce[];
  readonly workerPeakMb: number;
}

/** One run of every tenant, all started at once. */
export interface RunsAtOnce {
  readonly title: string;
  readonly completed: number;
  /** From the first request to the last result. */
  readonly allSeconds: number;
  /** The time of each run, from its request to its result, in ascending order. */
  readonly runSeconds: readonly number[];
  /** The longest time that an activity waited for a place in the worker. */
  readonly longestActivityWaitSeconds: number;
  readonly longestWorkflowTaskWaitSeconds: number;
  /** Processor seconds by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

const DATABASE = 'bench-many';

/**
 * Starts runs of all tenants at once, on one worker. The tenants share the emulated accounts. All records have link ids already, so no run
 * writes anything. Links, observations and limits are separate for each tenant.
 */
export async function runManyTenants(
  stand: Stand,
  { tenants, contacts }: { readonly tenants: number; readonly contacts: number },
  progress: (line: string) => void,
): Promise<ManyTenants> {
  const group = groups.find(({ name }) => name === 'linked');
  if (group === undefined) throw new Error('There is no group of scenarios with records that are linked already.');
  await putWorld(stand, group, { contacts, dealsPercent: 5 });
  const store = createMongoStore({ client: stand.mongo, databaseName: DATABASE, historyDays: 90, now: () => new Date() });
  await store.prepare();
  const names = Array.from({ length: tenants }, (_, index) => `many-${index + 1}`);
  for (const name of [...names, 'alone']) {
    // Removes keys that are undefined, as storing would.
    const config = z.json().parse(JSON.parse(JSON.stringify(benchTenantFile(name, stand.vendors, benchLimits('off').tenant))));
    await store.tenants.put(name, config, new Date());
  }
  const worker = await stand.startWorker(DATABASE);
  try {
    const client = createSyncClient({ temporal: stand.temporal, queuePrefix: DATABASE });
    const run = async (tenant: string) => {
      const startedMs = Date.now();
      const { runId } = await client.sync({ tenant }, {});
      const { state } = resultSchema.parse(await stand.temporal.workflow.getHandle(syncWorkflowId(tenant, DATABASE), runId).result());
      return { tenant, runId, state, seconds: (Date.now() - startedMs) / 1000 };
    };
    await run('alone');
    progress('one tenant alone …');
    const alone = await run('alone');
    const pids = { worker: worker.pid, ...stand.pids };
    const cpu = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
    const round = async (title: string): Promise<RunsAtOnce> => {
      progress(`${tenants} tenants at the same time: ${title} …`);
      const before = cpu();
      const startedMs = Date.now();
      const runs = await Promise.all(names.map(run));
      const allSeconds = (Date.now() - startedMs) / 1000;
      const used = Object.fromEntries(Object.entries(cpu()).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
      const waits = { activityMs: 0, workflowTaskMs: 0 };
      for (const { tenant, runId } of runs) {
        const { activityMs, workflowTaskMs } = await longestWaits(stand, tenant, runId);
        waits.activityMs = Math.max(waits.activityMs, activityMs);
        waits.workflowTaskMs = Math.max(waits.workflowTaskMs, workflowTaskMs);
      }
      return {
        title,
        completed: runs.filter(({ state }) => state === 'completed').length,
        allSeconds,
        runSeconds: runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b),
        longestActivityWaitSeconds: waits.activityMs / 1000,
        longestWorkflowTaskWaitSeconds: waits.workflowTaskMs / 1000,
        cpu: used,
      };
    };
    const rounds = [await round('first runs'), await round('second runs')];
    return { tenants, contacts, aloneSeconds: alone.seconds, rounds, workerPeakMb: peakMemoryMb(worker.pid) };
  } finally {
    await worker.stop();
    await stand.dropDatabase(DATABASE);
  }
}

const resultSchema = z.looseObject({ state: z.string() });

/** The longest times between scheduling and start over all workflows of a run. */
async function longestWaits(
  { temporal: client }: Stand,
  tenant: string,
  runId: string,
): Promise<{ activityMs: number; workflowTaskMs: number }> {
  const phases = ['observe', 'unlink', 'link', 'update'] as const;
  const children = phases.flatMap((phase) => entities.map((entity) => childWorkflowId(tenant, runId, phase, entity, DATABASE)));
  const waits = { activityMs: 0, workflowTaskMs: 0 };
  for (const handle of [
    client.workflow.getHandle(syncWorkflowId(tenant, DATABASE), runId),
    ...children.map((workflowId) => client.workflow.getHandle(workflowId)),
  ]) {
    const scheduledMs = new Map<string, number>();
    for (const event of (await handle.fetchHistory()).events ?? []) {
      const timeMs = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1_000_000;
      const waitedFor = (scheduledId: unknown): number => timeMs - (scheduledMs.get(String(scheduledId)) ?? timeMs);
      const { activityTaskStartedEventAttributes: activity, workflowTaskStartedEventAttributes: workflowTask } = event;
      scheduledMs.set(String(event.eventId), timeMs);
      if (activity) waits.activityMs = Math.max(waits.activityMs, waitedFor(activity.scheduledEventId));
      if (workflowTask) waits.workflowTaskMs = Math.max(waits.workflowTaskMs, waitedFor(workflowTask.scheduledEventId));
    }
  }
  return waits;
}
