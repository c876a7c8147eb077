import Table from 'cli-table3';
import type { Constants } from './constants';
import { measuredRuns } from './constants';
import { limitedRuns, longestListingHours, ownNeeds, pairsOf, vendorLimits } from './extrapolate';
import type { CustomerShape } from './extrapolate';
import type { Line } from './fit';
import { rounded } from '../print';
import type { ManyTenants, RunsAtOnce } from './many-tenants';

const plain = { head: [], border: [] };
const named = (head: readonly string[]): Table.Table => new Table({ head: [...head], style: plain });
const shapeName = ({ tenants, contacts }: CustomerShape): string => `${rounded(tenants)} × ${rounded(contacts)} contacts`;

/** Two tables with the measured costs: of runs, and of collections. */
export function describeConstants({ pairs, runs, collections, bytesPerWrite, historyBytes }: Constants): string {
  const cost = named(['one run', 'fixed', 'for each 1,000 pairs']);
  const row = (name: string, { fixed, perPair }: Line, decimals = 1): void =>
    void cost.push([name, rounded(fixed, decimals), rounded(perPair * 1000, decimals)]);
  for (const run of measuredRuns) {
    const { hubspotCalls, officerndCalls, events, billableActions, mongoRoundTrips, cpu, peakMemoryMb } = runs[run];
    row(`${run}: HubSpot calls`, hubspotCalls);
    row(`${run}: OfficeRnD calls`, officerndCalls);
    row(`${run}: Temporal events`, events);
    row(`${run}: billable actions, heartbeats left out`, billableActions);
    row(`${run}: bytes of history`, historyBytes[run]);
    row(`${run}: MongoDB round trips`, mongoRoundTrips);
    for (const [name, line] of Object.entries(cpu)) row(`${run}: processor seconds, ${name}`, line, 3);
    cost.push([`${run}: worker’s peak memory, MB`, rounded(peakMemoryMb[0]), `${rounded(peakMemoryMb[1])} at ${rounded(pairs[1])} pairs`]);
  }
  const sizes = named(['bytes for each pair', 'documents', 'data', 'data on disk', 'indexes']);
  const totals = { documents: 0, data: 0, storage: 0, index: 0 };
  for (const [name, { documents, dataBytes, storageBytes, indexBytes }] of Object.entries(collections)) {
    sizes.push([
      name,
      rounded(documents.perPair, 2),
      rounded(dataBytes.perPair),
      rounded(storageBytes.perPair),
      rounded(indexBytes.perPair),
    ]);
    totals.documents += documents.perPair;
    totals.data += dataBytes.perPair;
    totals.storage += storageBytes.perPair;
    totals.index += indexBytes.perPair;
  }
  sizes.push(['all', rounded(totals.documents, 2), rounded(totals.data), rounded(totals.storage), rounded(totals.index)]);
  return [
    `Between ${rounded(pairs[0])} and ${rounded(pairs[1])} pairs`,
    cost.toString(),
    sizes.toString(),
    `One written record takes ${rounded(bytesPerWrite)} bytes of operations on disk, indexes included, for history.days.`,
  ].join('\n');
}

/** Tables with the computed needs of shapes that were not measured. */
export function describeShapes(constants: Constants, shapes: readonly CustomerShape[]): string {
  const calls = named(['one tenant, within its limits', ...shapes.map(shapeName)]);
  const rows = (name: string, cell: (shape: CustomerShape) => string): void => void calls.push([name, ...shapes.map(cell)]);
  rows('pairs', (shape) => rounded(pairsOf(shape)));
  rows('longest listing at 300 ms a page, hours', (shape) => rounded(longestListingHours(shape), 2));
  for (const limits of vendorLimits) {
    const of = (shape: CustomerShape) => limitedRuns(constants, shape, limits);
    rows(
      `${limits.name}: full run, calls HubSpot + OfficeRnD`,
      (shape) => `${rounded(of(shape).fullHubspotCalls)} + ${rounded(of(shape).fullOfficerndCalls)}`,
    );
    rows(`${limits.name}: full run, least hours`, (shape) => rounded(of(shape).fullHours, 2));
    rows(`${limits.name}: incremental run, HubSpot calls`, (shape) => rounded(of(shape).incrementalHubspotCalls));
    rows(`${limits.name}: incremental run, least hours`, (shape) => rounded(of(shape).incrementalHours, 2));
    rows(`${limits.name}: incremental runs a day on half the quota`, (shape) => rounded(of(shape).mostIncrementalsPerDay));
    rows(`${limits.name}: first sync by matching, least hours`, (shape) => rounded(of(shape).firstSyncHours, 1));
  }
  const needs = named([
    'all tenants together',
    ...shapes.flatMap((shape) => shape.runsADay.map((runs) => `${shapeName(shape)}, ${runs} runs a day`)),
  ]);
  const all = shapes.flatMap((shape) => shape.runsADay.map((runs) => ownNeeds(constants, shape, runs)));
  const [first] = all;
  needs.push(
    ['MongoDB: data, GB', ...all.map(({ dataGb }) => rounded(dataGb, 1))],
    ['MongoDB: data on disk, GB', ...all.map(({ storageGb }) => rounded(storageGb, 1))],
    ['MongoDB: indexes, GB', ...all.map(({ indexGb }) => rounded(indexGb, 1))],
    ['Temporal: events a second', ...all.map(({ eventsPerDay }) => rounded(eventsPerDay / DAY_SECONDS, 1))],
    ['Temporal: billable actions a day', ...all.map(({ actionsPerDay }) => rounded(actionsPerDay))],
    ['Temporal: history a day, GB', ...all.map(({ historyGbPerDay }) => rounded(historyGbPerDay, 2))],
    ...Object.keys(first?.cpuPerDay ?? {})
      .filter((name) => name !== 'emulators')
      .map((name) => [`cores, ${name}`, ...all.map(({ cpuPerDay }) => rounded((cpuPerDay[name] ?? 0) / DAY_SECONDS, 2))]),
  );
  return `${calls.toString()}\n${needs.toString()}`;
}

const DAY_SECONDS = 86_400;

/** A table with the runs of many tenants at once. */
export function describeManyTenants({ tenants, contacts, aloneSeconds, rounds, workerPeakMb }: ManyTenants): string {
  const table = named([`${tenants} tenants of ${contacts} contacts each, one worker`, ...rounds.map(({ title }) => title)]);
  const row = (name: string, cell: (round: RunsAtOnce) => string): void => void table.push([name, ...rounds.map(cell)]);
  const quantile = ({ runSeconds }: RunsAtOnce, share: number): string =>
    rounded(runSeconds[Math.round(share * (runSeconds.length - 1))] ?? 0, 1);
  row('runs completed', ({ completed }) => String(completed));
  row('all together', ({ allSeconds }) => `${rounded(allSeconds, 1)} s; ${rounded(allSeconds / tenants, 2)} s a tenant`);
  row('fastest, median, slowest', (round) => `${quantile(round, 0)} s, ${quantile(round, 0.5)} s, ${quantile(round, 1)} s`);
  row('longest wait of an activity', ({ longestActivityWaitSeconds: seconds }) => `${rounded(seconds, 1)} s`);
  row('longest wait of a workflow task', ({ longestWorkflowTaskWaitSeconds: seconds }) => `${rounded(seconds, 1)} s`);
  row('processor seconds', ({ cpu }) =>
    Object.entries(cpu)
      .map(([name, used]) => `${name} ${rounded(used, 1)}`)
      .join(', '),
  );
  return `${table.toString()}\nOne tenant's run alone: ${rounded(aloneSeconds, 1)} s. The worker's peak memory: ${rounded(workerPeakMb)} MB.`;
}
