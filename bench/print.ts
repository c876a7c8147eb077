import Table from 'cli-table3';
import { sides } from '../domain/entity';
import { efficiency, shortestPossibleMs, pairsPerSecond, rateLimitedShare, recordsOf, steadyFigures } from './figures';
import type { Measured } from './figures';
import { pairsIn } from './world';

/** A number with separators between thousands and exactly this many decimals. */
export const rounded = (value: number, decimals = 0): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: decimals, minimumFractionDigits: decimals });
const percent = (share: number): string => `${rounded(share * 100, 1)} %`;
const seconds = (ms: number): string => `${rounded(ms / 1000, 1)} s`;

/** One scenario as two tables: its figures, and its calls by route. */
export const describeScenario = (measured: Measured): string => [measured.title, figuresTable(measured), callsTable(measured)].join('\n');

function figuresTable(measured: Measured): string {
  const { size, history, cpu, mongo, peakMemoryMb } = measured;
  const steady = steadyFigures(measured);
  const best = efficiency(measured);
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    ['scenario', measured.name],
    [
      'records',
      `${rounded(size.member)} contacts, ${rounded(size.company)} companies, ${rounded(size.opportunity)} deals; ${rounded(pairsIn(size))} pairs`,
    ],
    ['time from the run’s start to its end', seconds(history.tookMs)],
    [
      'of these, phase by phase',
      Object.entries(history.phaseMs)
        .map(([name, ms]) => `${name} ${seconds(ms)}`)
        .join(', '),
    ],
    ['linked pairs per second', rounded(pairsPerSecond(measured))],
    ['worker’s peak memory', `${rounded(peakMemoryMb)} MB`],
    ['oldest look at a record when its write left (M8)', `${rounded(measured.report.lookAgeMs.max)} ms`],
    ['calls refused with 429', percent(rateLimitedShare(measured))],
    ['Temporal history events', `${history.events} in ${history.workflows} workflows (parent ${history.parentEvents})`],
    ['… for each 10,000 records', rounded((history.events / recordsOf(measured)) * 10_000, 1)],
    ['activities', String(history.activities)],
    ['billable actions (heartbeats and queries left out)', String(history.billableActions)],
    ['MongoDB statements per pair', `${rounded(steady.mongoStatements, 2)} (${rounded(mongo.statements)})`],
    ['MongoDB round trips per pair', `${rounded(steady.mongoRoundTrips, 2)} (${rounded(mongo.roundTrips)})`],
    ['MongoDB commands', nonZero(mongo.byCommand)],
    [
      'processor seconds',
      Object.entries(cpu)
        .map(([name, used]) => `${name} ${rounded(used, 1)}`)
        .join(', '),
    ],
    ...(best === null
      ? []
      : [
          ['a page of a listing, for a bare client', sides.map((side) => `${side} ${rounded(measured.pageMs[side], 1)} ms`).join(', ')],
          ['limits and latency alone', `${seconds(shortestPossibleMs(measured))}, efficiency ${percent(best)}`],
        ]),
  );
  return table.toString();
}

const nonZero = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function callsTable({ report: { calls } }: Measured): string {
  const table = new Table({ head: ['vendor', 'route', 'calls'], colAligns: ['left', 'left', 'right'], style: { head: [], border: [] } });
  for (const [vendor, { byRoute, total, floor }] of Object.entries(calls)) {
    for (const [route, count] of Object.entries(byRoute)) table.push([vendor, route, String(count)]);
    table.push([vendor, `all; the fewest possible are ${floor}, so ${rounded(total / floor, 2)} ×`, String(total)]);
  }
  return table.toString();
}
