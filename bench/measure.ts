import { timePages } from './bare-client';
import type { PageTimes } from './bare-client';
import type { Measured } from './figures';
import { readHistories } from './histories';
import { benchLimits } from './limits';
import type { BenchLimits } from './limits';
import { countedBetween, readMongoCounters } from './mongo-counters';
import { cpuSeconds, peakMemoryMb } from './processes';
import type { BenchScenario } from './scenarios';
import type { Stand } from './stand';
import type { WorldSize } from './world';

interface MeasureOptions {
  readonly database: string;
  readonly tenant: string;
  readonly scenario: BenchScenario;
  readonly size: WorldSize;
  readonly limits: BenchLimits;
  readonly latencyMs: number;
}

/** Runs one scenario with a new worker and measures it. */
export async function measure(stand: Stand, { database, tenant, scenario, size, limits, latencyMs }: MeasureOptions): Promise<Measured> {
  await scenario.prepare?.(stand, size);
  const pageMs = await timePagesWith(stand, latencyMs);
  await stand.vendors.configure(limits, latencyMs);
  await stand.emptyWindows(database);
  const worker = await stand.startWorker(database);
  try {
    const pids = { worker: worker.pid, ...stand.pids };
    const cpuBefore = cpuOf(pids);
    const mongoBefore = await readMongoCounters(stand.mongo);
    const report = await stand.sync(database, tenant, scenario.mode ?? 'full');
    const mongo = countedBetween(mongoBefore, await readMongoCounters(stand.mongo));
    const cpuAfter = cpuOf(pids);
    const history = await readHistories(stand.temporal, report.workflowId, report.runId);
    return {
      name: scenario.name,
      title: scenario.title,
      size,
      report,
      history,
      mongo,
      peakMemoryMb: peakMemoryMb(worker.pid),
      cpu: Object.fromEntries(Object.entries(cpuAfter).map(([name, used]) => [name, used - (cpuBefore[name] ?? 0)])),
      limits,
      latencyMs,
      pageMs,
    };
  } finally {
    await worker.stop();
  }
}

async function timePagesWith({ vendors }: Stand, latencyMs: number): Promise<PageTimes> {
  if (latencyMs === 0) return { hubspot: 0, officernd: 0 };
  await vendors.configure(benchLimits('off'), latencyMs);
  return timePages(vendors.addresses);
}

const cpuOf = (pids: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
