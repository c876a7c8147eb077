import { waitForLimitMs } from '../limits';
import type { Constants, MeasuredRun } from './constants';
import { lineAt } from './fit';

/** Customers to be reckoned for: so many of one size. */
export interface CustomerShape {
  readonly tenants: number;
  /** Of each; a fifth as many companies and a twentieth as many deals come on top. */
  readonly contacts: number;
  /** Incremental runs of each to be reckoned with. */
  readonly runsADay: readonly number[];
}

/** What the vendors allow one tenant. */
interface VendorLimits {
  readonly name: string;
  readonly hubspotPer10s: number;
  readonly hubspotPerDay: number;
  readonly officerndReadsPerMinute: number;
  readonly officerndWritesPerMinute: number;
}

/**
 * The tenant file's defaults with HubSpot's smallest plan, and all that the larger plans allow. OfficeRnD's numbers are hearsay and a
 * guess.
 */
export const vendorLimits: readonly [VendorLimits, VendorLimits] = [
  { name: 'defaults', hubspotPer10s: 100, hubspotPerDay: 250_000, officerndReadsPerMinute: 360, officerndWritesPerMinute: 90 },
  { name: 'Professional', hubspotPer10s: 190, hubspotPerDay: 625_000, officerndReadsPerMinute: 400, officerndWritesPerMinute: 100 },
];

export const pairsOf = ({ contacts }: CustomerShape): number => Math.round(contacts * 1.25);

/** One tenant's runs against the vendors' limits, in hours and calls. */
interface LimitedRuns {
  readonly fullHubspotCalls: number;
  readonly fullOfficerndCalls: number;
  readonly fullHours: number;
  readonly incrementalHubspotCalls: number;
  readonly incrementalHours: number;
  /** As half of HubSpot's daily quota allows, after one full run. */
  readonly mostIncrementalsPerDay: number;
  /** A first sync that matches: each OfficeRnD record is read again and written (M8, L14). */
  readonly firstSyncHours: number;
}

export function limitedRuns({ runs }: Constants, shape: CustomerShape, limits: VendorLimits): LimitedRuns {
  const pairs = pairsOf(shape);
  const callsOf = (run: MeasuredRun) => ({
    hubspot: Math.round(lineAt(runs[run].hubspotCalls, pairs)),
    officernd: Math.round(lineAt(runs[run].officerndCalls, pairs)),
  });
  const hoursOf = ({ hubspot, officernd }: { readonly hubspot: number; readonly officernd: number }): number =>
    Math.max(
      waitForLimitMs({ calls: hubspot, limit: limits.hubspotPer10s, windowMs: 10_000 }),
      waitForLimitMs({ calls: officernd, limit: limits.officerndReadsPerMinute, windowMs: 60_000 }),
    ) / HOUR_MS;
  const full = callsOf('no-change');
  const incremental = callsOf('incremental');
  const writing = {
    reads: waitForLimitMs({ calls: pairs, limit: limits.officerndReadsPerMinute, windowMs: 60_000 }),
    writes: waitForLimitMs({ calls: pairs, limit: limits.officerndWritesPerMinute, windowMs: 60_000 }),
  };
  return {
    fullHubspotCalls: full.hubspot,
    fullOfficerndCalls: full.officernd,
    fullHours: hoursOf(full),
    incrementalHubspotCalls: incremental.hubspot,
    incrementalHours: hoursOf(incremental),
    mostIncrementalsPerDay: Math.floor((limits.hubspotPerDay / 2 - full.hubspot) / incremental.hubspot),
    firstSyncHours: hoursOf(full) + Math.max(writing.reads, writing.writes) / HOUR_MS,
  };
}

/** A listing's pages come one after the other: what the longest takes when each call takes 300 ms, whatever the limits. */
export const longestListingHours = ({ contacts }: CustomerShape): number => ((contacts / MEMBERS_A_PAGE) * CALL_MS) / HOUR_MS;

const HOUR_MS = 3_600_000;
/** OfficeRnD gives fifty records a page, HubSpot a hundred. */
const MEMBERS_A_PAGE = 50;
const CALL_MS = 300;

/** What all tenants of a shape need of our own, with so many incremental runs a day and one full run. */
interface OwnNeeds {
  readonly dataGb: number;
  readonly storageGb: number;
  readonly indexGb: number;
  readonly eventsPerDay: number;
  readonly actionsPerDay: number;
  readonly historyGbPerDay: number;
  /** Processor seconds a day by process. */
  readonly cpuPerDay: Readonly<Record<string, number>>;
}

export function ownNeeds(constants: Constants, shape: CustomerShape, incrementalsPerDay: number): OwnNeeds {
  const pairs = pairsOf(shape);
  const { runs, collections, historyBytes } = constants;
  // Where limits make a run long, its slices are many: each has a turn of 45 seconds, and six events.
  const slices = (run: MeasuredRun): number => {
    const { hubspotCalls, officerndCalls } = runs[run];
    const [limits] = vendorLimits;
    const waits =
      waitForLimitMs({ calls: lineAt(hubspotCalls, pairs), limit: limits.hubspotPer10s, windowMs: 10_000 }) +
      waitForLimitMs({ calls: lineAt(officerndCalls, pairs), limit: limits.officerndReadsPerMinute, windowMs: 60_000 });
    return Math.floor(waits / SLICE_MS);
  };
  const perDay = (valueOf: (run: MeasuredRun) => number): number =>
    shape.tenants * (incrementalsPerDay * valueOf('incremental') + valueOf('no-change'));
  const stored = (part: 'dataBytes' | 'storageBytes' | 'indexBytes'): number =>
    (shape.tenants * Object.values(collections).reduce((sum, collection) => sum + collection[part].perPair * pairs, 0)) / GB;
  return {
    dataGb: stored('dataBytes'),
    storageGb: stored('storageBytes'),
    indexGb: stored('indexBytes'),
    eventsPerDay: perDay((run) => lineAt(runs[run].events, 0) + EVENTS_PER_SLICE * slices(run)),
    actionsPerDay: perDay((run) => lineAt(runs[run].billableActions, 0) + (1 + SLICE_MS / HEARTBEAT_MS) * slices(run)),
    historyGbPerDay:
      perDay((run) => historyBytes[run].fixed + (slices(run) * EVENTS_PER_SLICE * historyBytes[run].fixed) / runs[run].events.fixed) / GB,
    cpuPerDay: Object.fromEntries(
      Object.keys(runs.incremental.cpu).map((name) => [name, perDay((run) => cpuOf(constants, run, name, pairs))]),
    ),
  };
}

const SLICE_MS = 45_000;
/** Heartbeats are sent on after four fifths of their time-out of 15 seconds. */
const HEARTBEAT_MS = 12_000;
const EVENTS_PER_SLICE = 6;
const GB = 1_000_000_000;

function cpuOf({ runs }: Constants, run: MeasuredRun, name: string, pairs: number): number {
  const line = runs[run].cpu[name];
  return line === undefined ? 0 : lineAt(line, pairs);
}
