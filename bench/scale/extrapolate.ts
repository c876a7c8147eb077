import { waitForLimitMs } from '../limits';
import type { Constants, MeasuredRun } from './constants';
import { lineAt } from './fit';

/** A number of tenants of one size, to compute the needs of. */
export interface CustomerShape {
  readonly tenants: number;
  /** Contacts of each tenant. It also has a fifth as many companies and a twentieth as many deals. */
  readonly contacts: number;
  /** The numbers of daily incremental runs of each tenant to compute with. */
  readonly runsADay: readonly number[];
}

/** The vendors' limits for one tenant. */
interface VendorLimits {
  readonly name: string;
  readonly hubspotPer10s: number;
  readonly hubspotPerDay: number;
  readonly officerndReadsPerMinute: number;
  readonly officerndWritesPerMinute: number;
}

/**
 * First the tenant file's defaults with HubSpot's smallest plan, then the limits of HubSpot's larger plans. OfficeRnD's numbers are
 * second-hand or guessed.
 */
export const vendorLimits: readonly [VendorLimits, VendorLimits] = [
  { name: 'defaults', hubspotPer10s: 100, hubspotPerDay: 250_000, officerndReadsPerMinute: 360, officerndWritesPerMinute: 90 },
  { name: 'Professional', hubspotPer10s: 190, hubspotPerDay: 625_000, officerndReadsPerMinute: 400, officerndWritesPerMinute: 100 },
];

export const pairsOf = ({ contacts }: CustomerShape): number => Math.round(contacts * 1.25);

/** One tenant's runs within the vendors' limits, in hours and calls. */
interface LimitedRuns {
  readonly fullHubspotCalls: number;
  readonly fullOfficerndCalls: number;
  readonly fullHours: number;
  readonly incrementalHubspotCalls: number;
  readonly incrementalHours: number;
  /** Incremental runs that half of HubSpot's daily quota allows, after one full run. */
  readonly mostIncrementalsPerDay: number;
  /** Hours of a first sync that matches records. Each OfficeRnD record is read again and written (M8, L14). */
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

/** The hours of the longest listing, without limits. Its pages follow each other, and each call takes 300 ms. */
export const longestListingHours = ({ contacts }: CustomerShape): number => ((contacts / MEMBERS_A_PAGE) * CALL_MS) / HOUR_MS;

const HOUR_MS = 3_600_000;
/** OfficeRnD gives fifty records a page, HubSpot a hundred. */
const MEMBERS_A_PAGE = 50;
const CALL_MS = 300;

/** The storage, events and processor time that all tenants of a shape need. Each makes one full run a day and some incremental runs. */
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
  // Limits make a run long. Then it has many slices, each of 45 seconds and six events.
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
/** Heartbeats are sent after four fifths of their time-out of 15 seconds. */
const HEARTBEAT_MS = 12_000;
const EVENTS_PER_SLICE = 6;
const GB = 1_000_000_000;

function cpuOf({ runs }: Constants, run: MeasuredRun, name: string, pairs: number): number {
  const line = runs[run].cpu[name];
  return line === undefined ? 0 : lineAt(line, pairs);
}
