import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { readHistories } from './histories';
import { PROGRESS, syncWorkflowId } from '../workflows/api';
import type { Progress } from '../workflows/api';
import type { BenchLimits } from './limits';
import { putWorld } from './scenarios';
import type { ScenarioGroup } from './scenarios';
import type { Stand } from './stand';

/** The number of tenants with the lowest limits. Each of their calls waits for ten seconds. */
const SLOW_TENANTS = 8;
const FLOOR: BenchLimits['tenant'] = {
  hubspot: { per10s: 1, searchPerSecond: 1 },
  officernd: { readsPerMinute: 6, writesPerMinute: 1 },
};
/** The longest wait until these tenants read records. Reading their definitions takes most of a minute. */
const READING_WITHIN_MS = 180_000;
/** The number of measured runs. Times vary, so the middle one counts. */
const REPEATS = 5;
/** A run beside throttled tenants may take this many times as long as alone. */
const MOST_TIMES_LONGER = 1.2;

const world: ScenarioGroup = { name: 'fairness', officernd: 'linked', scenarios: [] };

/**
 * Measures a tenant's full runs without changes on one worker, alone and beside tenants with the lowest limits. Returns what is wrong, in
 * sentences.
 */
export async function measureFairness(
  stand: Stand,
  size: { readonly contacts: number; readonly dealsPercent: number },
): Promise<readonly string[]> {
  const database = 'bench-fairness';
  await putWorld(stand, world, size);
  await stand.applyTenant(database, 'quick');
  const slow = Array.from({ length: SLOW_TENANTS }, (_, index) => `slow-${index + 1}`);
  // Storing a tenant first checks it at the vendors, with its own low limits, so all are stored at once.
  await Promise.all(slow.map((tenant) => stand.applyTenant(database, tenant, FLOOR)));
  const worker = await stand.startWorker(database);
  try {
    await timeOf(stand, database);
    const alone = await timesOf(stand, database);
    for (const tenant of slow) await stand.startSync(database, tenant);
    await untilReading(stand, database, slow);
    const beside = await timesOf(stand, database);
    const ratio = middleOf(beside) / middleOf(alone);
    process.stdout.write(`${describeTimes(alone, beside, ratio)}\n`);
    return ratio < MOST_TIMES_LONGER
      ? []
      : [`fairness: a run took ${ratio.toFixed(2)} times as long beside throttled tenants; at most ${MOST_TIMES_LONGER} are promised.`];
  } finally {
    await worker.stop();
  }
}

/** Waits until all of these tenants read records. Then they take as many places on the worker as they can. */
async function untilReading({ temporal }: Stand, database: string, tenants: readonly string[]): Promise<void> {
  const until = Date.now() + READING_WITHIN_MS;
  for (const tenant of tenants) {
    const run = temporal.workflow.getHandle(syncWorkflowId(tenant, database));
    while ((await run.query<Progress>(PROGRESS)).phase !== 'observe') {
      if (Date.now() > until) throw new Error(`The run of ${tenant} had not begun to read records after ${READING_WITHIN_MS / 1000} s.`);
      await sleep(500);
    }
  }
}

async function timesOf(stand: Stand, database: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < REPEATS; run += 1) times.push(await timeOf(stand, database));
  return times;
}

async function timeOf(stand: Stand, database: string): Promise<number> {
  const { runId, workflowId } = await stand.sync(database, 'quick', 'full');
  return (await readHistories(stand.temporal, workflowId, runId)).tookMs;
}

const middleOf = (times: readonly number[]): number => [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;

function describeTimes(alone: readonly number[], beside: readonly number[], ratio: number): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const row = (title: string, times: readonly number[]): string[] => [title, seconds(middleOf(times)), times.map(seconds).join(', ')];
  const table = new Table({ head: ['full run, no change', 'middle, s', 'all, s'], style: { head: [], border: [] } });
  table.push(row('alone', alone), row(`beside ${SLOW_TENANTS} tenants throttled to the floor`, beside), [
    'ratio',
    ratio.toFixed(2),
    `less than ${MOST_TIMES_LONGER}`,
  ]);
  return table.toString();
}
