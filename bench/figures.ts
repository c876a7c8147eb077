import { sides } from '../domain/entity';
import type { Side } from '../domain/entity';
import type { PageTimes } from './bare-client';
import type { HistoryCounts } from './histories';
import { waitForLimitMs } from './limits';
import type { BenchLimits } from './limits';
import type { MongoCounters } from './mongo-counters';
import { sumOfCounter } from './report';
import type { BenchScenario } from './scenarios';
import type { SyncReport } from './report';
import { pairsIn } from './world';
import type { WorldSize } from './world';

/** Everything that was measured in one scenario. */
export interface Measured {
  readonly name: string;
  readonly title: string;
  readonly size: WorldSize;
  readonly report: SyncReport;
  readonly history: HistoryCounts;
  readonly mongo: MongoCounters;
  readonly peakMemoryMb: number;
  /** Processor seconds by process. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly limits: BenchLimits;
  readonly latencyMs: number;
  /** The milliseconds per page that a bare client needs. They are 0 when the vendors have no latency. */
  readonly pageMs: PageTimes;
}

/** The figures that don't depend on the machine. They are compared with the baseline. */
export interface SteadyFigures {
  readonly hubspotCalls: number;
  readonly officerndCalls: number;
  /** Events of all workflows of the run, without workflow tasks. */
  readonly historyEvents: number;
  readonly activities: number;
  /** Statements for each pair of records. */
  readonly mongoStatements: number;
  readonly mongoRoundTrips: number;
}

export const steadyFigures = ({ report, history, mongo, size }: Measured): SteadyFigures => ({
  hubspotCalls: report.calls.hubspot.total,
  officerndCalls: report.calls.officernd.total,
  historyEvents: history.steadyEvents,
  activities: history.activities,
  mongoStatements: perPair(mongo.statements, size),
  mongoRoundTrips: perPair(mongo.roundTrips, size),
});

const perPair = (count: number, size: WorldSize): number => Math.round((count / pairsIn(size)) * 1000) / 1000;

/** The pairs that the run compared in its update phase, divided by the seconds from its start to its end. */
export const pairsPerSecond = ({ report, history }: Measured): number =>
  sumOfCounter(report.phases.update, 'compared') / (history.tookMs / 1000);

/** The number of records of both sides together. */
export const recordsOf = ({ size }: Measured): number => 2 * pairsIn(size);

/** The share of refused calls among the calls to both vendors, from 0 to 1. */
export function rateLimitedShare({ report: { calls } }: Pick<Measured, 'report'>): number {
  const total = calls.hubspot.total + calls.officernd.total;
  return total === 0 ? 0 : (calls.hubspot.rateLimited + calls.officernd.rateLimited) / total;
}

/**
 * The shortest time that limits and latency allow. A run knows what to write only after it has read both sides. So the result is the time
 * of reading plus the time of writing. Each of them is the longer of two times. One is the wait that rolling windows force on its
 * calls. The other is a bare client's time for the calls that must follow each other.
 */
export function shortestPossibleMs({ report, limits, latencyMs, pageMs }: Measured): number {
  const { hubspot, officernd } = limits.vendors;
  const callsTo = (vendor: 'hubspot' | 'officernd', isWanted: (route: string) => boolean): number =>
    Object.entries(report.calls[vendor].byRoute).reduce((sum, [route, count]) => (isWanted(route) ? sum + count : sum), 0);
  const reading = [
    waitForLimitMs({ calls: callsTo('hubspot', (route) => !isBatchWrite(route)), limit: hubspot.per10s ?? Infinity, windowMs: 10_000 }),
    waitForLimitMs({ calls: callsTo('officernd', isListing), limit: officernd.readsPerMinute ?? Infinity, windowMs: 60_000 }),
    ...sides.map((side) => CALLS_BEFORE_LISTING * latencyMs + longestListing(report, side) * pageMs[side]),
  ];
  const writes = callsTo('officernd', (route) => /^(PUT|POST) \/organizations/.test(route));
  const batches = callsTo('hubspot', isBatchWrite);
  const writing = [
    waitForLimitMs({ calls: writes, limit: officernd.writesPerMinute ?? Infinity, windowMs: 60_000 }),
    waitForLimitMs({ calls: batches, limit: hubspot.per10s ?? Infinity, windowMs: 10_000 }),
    // M8: each record is read again before it is written.
    writes + batches > 0 ? 2 * latencyMs : 0,
  ];
  return Math.max(...reading) + Math.max(...writing);
}

const isBatchWrite = (route: string): boolean => /^POST .*\/batch\/update$/.test(route);

const isListing = (route: string): boolean => /^GET \/(organizations\/\{org\}|crm\/objects\/[\w-]+)\/\w+$/.test(route);

/** The calls for token or account, and for definitions. The listings need their results. */
const CALLS_BEFORE_LISTING = 2;

/** The number of pages of a side's longest listing. Only pages of one listing must follow each other. */
const longestListing = ({ calls }: SyncReport, side: Side): number =>
  Math.max(0, ...Object.entries(calls[side].byRoute).flatMap(([route, count]) => (isListing(route) ? [count] : [])));

/** The share of a run's time that limits and latency force on it, from 0 to 1. Null when there are neither limits nor latency. */
export function efficiency(measured: Measured): number | null {
  const least = shortestPossibleMs(measured);
  return least === 0 ? null : least / measured.history.tookMs;
}

/** The promises that a scenario has not kept, in sentences. */
export function brokenPromises(
  { report, name, size }: Measured,
  { writes, gone = { all: 0, now: 0 } }: Pick<BenchScenario, 'writes' | 'gone'>,
): readonly string[] {
  const { link, update, unlink } = report.phases;
  const written = { officernd: sumOfCounter(update, 'updatedOfficernd'), hubspot: sumOfCounter(update, 'updatedHubspot') };
  const pairs = pairsIn(size);
  const changed = Object.values(size).reduce((sum, count) => sum + Math.max(1, Math.floor(count / 100)), 0);
  const expected = {
    none: { officernd: 0, hubspot: 0, created: 0 },
    links: { officernd: pairs, hubspot: 0, created: 0 },
    creations: { officernd: 0, hubspot: 0, created: pairs },
    'one-percent': { officernd: changed, hubspot: changed, created: 0 },
  }[writes];
  const seen = { ...written, created: sumOfCounter(link, 'created') };
  const facts: readonly (readonly [string, number, number])[] = [
    ['records written to OfficeRnD', seen.officernd, expected.officernd],
    ['records written to HubSpot', seen.hubspot, expected.hubspot],
    ['records created', seen.created, expected.created],
    ['records unlinked', sumOfCounter(unlink, 'unlinked'), gone.now],
    ['pairs compared', sumOfCounter(update, 'compared'), pairs - gone.all],
    ['reviews', report.reviews, 0],
    ['failures', report.failures, 0],
    ['drift', report.drift, 0],
  ];
  return facts.flatMap(([what, was, wanted]) => (was === wanted ? [] : [`${name}: ${what}: ${was} instead of ${wanted}.`]));
}
