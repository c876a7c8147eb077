import type { Measured } from '../figures';
import { benchLimits } from '../limits';
import { measure } from '../measure';
import { groups, putWorld } from '../scenarios';
import type { Stand } from '../stand';
import { pairsIn } from '../world';
import { readCollectionSizes } from './collections';
import type { CollectionSize } from './collections';
import { lineThrough } from './fit';
import type { Line } from './fit';

/** The measured runs, by their names in `scenarios.ts`. */
export const measuredRuns = ['no-change', 'incremental'] as const;
export type MeasuredRun = (typeof measuredRuns)[number];

/** The cost of one run, by the number of pairs. */
interface RunCost {
  readonly hubspotCalls: Line;
  readonly officerndCalls: Line;
  readonly events: Line;
  readonly billableActions: Line;
  readonly mongoRoundTrips: Line;
  /** Processor seconds by process. */
  readonly cpu: Readonly<Record<string, Line>>;
  readonly peakMemoryMb: readonly [small: number, large: number];
}

interface CollectionCost {
  readonly documents: Line;
  readonly dataBytes: Line;
  readonly storageBytes: Line;
  readonly indexBytes: Line;
}

/** Everything that was measured at two sizes. */
export interface Constants {
  readonly pairs: readonly [small: number, large: number];
  readonly runs: Readonly<Record<MeasuredRun, RunCost>>;
  /** Sizes after a first sync, two runs without changes and one with 1 % of the records changed. */
  readonly collections: Readonly<Record<string, CollectionCost>>;
  /** Bytes in `operations` for one written record. They are kept for `history.days`. */
  readonly bytesPerWrite: number;
  /** Bytes of one run's histories in Temporal, all workflows together. */
  readonly historyBytes: Readonly<Record<MeasuredRun, Line>>;
}

interface Sample {
  readonly pairs: number;
  readonly runs: ReadonlyMap<string, Measured>;
  readonly historyBytes: ReadonlyMap<string, number>;
  readonly collections: Readonly<Record<string, CollectionSize>>;
}

const LIMITS = benchLimits('off');
const DEALS_PERCENT = 5;

/** Measures the same scenarios at two sizes, each with a database of its own. */
export async function measureConstants(
  stand: Stand,
  contacts: readonly [small: number, large: number],
  progress: (line: string) => void,
): Promise<Constants> {
  const small = await sampleAt(stand, contacts[0], progress);
  const large = await sampleAt(stand, contacts[1], progress);
  const between = (valueOf: (sample: Sample) => number): Line =>
    lineThrough({ pairs: small.pairs, value: valueOf(small) }, { pairs: large.pairs, value: valueOf(large) });
  const costOf = (run: MeasuredRun): RunCost => {
    const line = (valueOf: (measured: Measured) => number): Line => between((sample) => valueOf(runOf(sample, run)));
    return {
      hubspotCalls: line(({ report }) => report.calls.hubspot.total),
      officerndCalls: line(({ report }) => report.calls.officernd.total),
      events: line(({ history }) => history.events),
      billableActions: line(({ history }) => history.billableActions),
      mongoRoundTrips: line(({ mongo }) => mongo.roundTrips),
      cpu: Object.fromEntries(Object.keys(runOf(large, run).cpu).map((name) => [name, line(({ cpu }) => cpu[name] ?? 0)])),
      peakMemoryMb: [runOf(small, run).peakMemoryMb, runOf(large, run).peakMemoryMb],
    };
  };
  const historyOf = (run: MeasuredRun): Line => between(({ historyBytes }) => historyBytes.get(run) ?? 0);
  const collection = (name: string): CollectionCost => {
    const line = (valueOf: (size: CollectionSize) => number): Line =>
      between(({ collections }) => valueOf(collections[name] ?? { documents: 0, dataBytes: 0, storageBytes: 0, indexBytes: 0 }));
    return {
      documents: line(({ documents }) => documents),
      dataBytes: line(({ dataBytes }) => dataBytes),
      storageBytes: line(({ storageBytes }) => storageBytes),
      indexBytes: line(({ indexBytes }) => indexBytes),
    };
  };
  const { operations } = large.collections;
  return {
    pairs: [small.pairs, large.pairs],
    runs: { 'no-change': costOf('no-change'), incremental: costOf('incremental') },
    collections: Object.fromEntries(Object.keys(large.collections).map((name) => [name, collection(name)])),
    bytesPerWrite: operations === undefined ? 0 : (operations.storageBytes + operations.indexBytes) / operations.documents,
    historyBytes: { 'no-change': historyOf('no-change'), incremental: historyOf('incremental') },
  };
}

async function sampleAt(stand: Stand, contacts: number, progress: (line: string) => void): Promise<Sample> {
  const group = groups.find(({ name }) => name === 'linked');
  if (group === undefined) throw new Error('There is no group of scenarios with records that are linked already.');
  const tenant = `scale-${contacts}`;
  const database = `bench-${tenant}`;
  const size = await putWorld(stand, group, { contacts, dealsPercent: DEALS_PERCENT });
  await stand.applyTenant(database, tenant);
  const runs = new Map<string, Measured>();
  const historyBytes = new Map<string, number>();
  for (const scenario of group.scenarios) {
    progress(`${contacts} contacts: ${scenario.name} …`);
    const measured = await measure(stand, { database, tenant, scenario, size, limits: LIMITS, latencyMs: 0 });
    runs.set(scenario.name, measured);
    historyBytes.set(scenario.name, await historySize(stand, measured));
  }
  const collections = await readCollectionSizes(stand.mongo.db(database));
  await stand.dropDatabase(database);
  return { pairs: pairsIn(size), runs, historyBytes, collections };
}

function runOf({ runs }: Sample, name: MeasuredRun): Measured {
  const run = runs.get(name);
  if (run === undefined) throw new Error(`There is no scenario ${name}.`);
  return run;
}

/** The bytes of a run's histories by Temporal's count: the parent, and the children, whose ids begin with the parent's id and run. */
async function historySize({ temporal }: Stand, { report: { workflowId, runId } }: Measured): Promise<number> {
  const query = `(WorkflowId = "${workflowId}" AND RunId = "${runId}") OR WorkflowId STARTS_WITH "${workflowId}/${runId}/"`;
  let bytes = 0;
  for await (const { historySize: size } of temporal.workflow.list({ query })) bytes += size ?? 0;
  return bytes;
}
