import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { pino } from 'pino';
import { readSchedule } from '../client/standing/shown-schedule';
import { resolveTenantSecrets } from '../config/secrets';
import { parseTenantConfig } from '../config/tenant-file';
import { connectStore } from '../store/connect';
import type { Store } from '../store/store';
import type { Feed, FeedMaker, FeedTenant } from '../workers/feeds/feed';
import { createJournalFeed } from '../workers/feeds/journal';
import { createOpportunitiesFeed } from '../workers/feeds/opportunities';
import { createTenantAccess } from '../workers/tenants/access';
import { processSecrets } from '../workers/tenants/process-secrets';
import { createLedgerScope } from '../activities/slice/call-counts';
import { scheduleId } from '../workflows/api';
import { readHistories, readHistory } from './histories';
import { countedBetween, readMongoCounters } from './mongo-counters';
import type { MongoCounters } from './mongo-counters';
import { putWorld } from './scenarios';
import type { ScenarioGroup } from './scenarios';
import type { HubSpotApp, Stand } from './stand';

/** A thing that happens on a quiet day. */
interface Occasion {
  readonly title: string;
  /** How often it happens. */
  readonly aDay: number;
  /** For one time. */
  readonly calls: number;
  readonly roundTrips: number;
  readonly events: number;
  readonly actions: number;
}

const world: ScenarioGroup = { name: 'quiet-day', officernd: 'linked', scenarios: [] };
const TENANT = 'quiet';
const DAY_MS = 86_400_000;
const EVERY_MS = 15 * 60_000;
/** The app of the emulated HubSpot. */
const app: HubSpotApp = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };
/** Each occasion is repeated this often, and the middle one counts. */
const RUNS = 3;
const LOOKS = 20;
/** Temporal Cloud bills two actions for each time of a Schedule, beside the start of the workflow, which its history shows. */
const ACTIONS_OF_SCHEDULE = 2;
const TENANTS = 1_000;

/** Counts what a day without changes costs one tenant, and reckons a thousand from it. Throws when something was not quiet. */
export async function measureQuietDay(
  stand: Stand,
  size: { readonly contacts: number; readonly dealsPercent: number },
): Promise<readonly string[]> {
  const database = 'bench-quiet-day';
  await putWorld(stand, world, size);
  await stand.applyTenant(database, TENANT);
  const scheduled = await measureSchedule(stand, database);
  // The feeds come after the worker has gone, which would ask them, too.
  await stand.applyTenant(database, TENANT, undefined, {}, app);
  const store = await connectStore({ uri: stand.mongodbUri(database), databaseName: database });
  try {
    const tenant = await feedTenantOf(store);
    const journal = createJournalFeed({ store, log: pino({ enabled: false }), now: Date.now });
    const occasions = [
      scheduled,
      await measureFeed(stand, tenant, journal, 'journal of HubSpot, asked for changes'),
      await measureFeed(stand, tenant, createOpportunitiesFeed(), 'OfficeRnD, asked for opportunities'),
    ];
    process.stdout.write(`${describeDay(occasions)}\n`);
    return [];
  } finally {
    await store.close();
  }
}

/** A time of the schedule: the workflow that it starts, and the incremental run. */
async function measureSchedule(stand: Stand, database: string): Promise<Occasion> {
  const { temporal } = stand;
  const worker = await stand.startWorker(database);
  try {
    await stand.sync(database, TENANT, 'full');
    await stand.sync(database, TENANT, 'incremental');
    await stand.schedule(database, TENANT, 'set', '--every', `${EVERY_MS / 60_000}m`);
    const counted: Occasion[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await stand.emptyWindows(database);
      const before = await standing(stand);
      await temporal.schedule.getHandle(scheduleId(TENANT, database)).trigger('SKIP');
      const { workflowId, runId } = await untilRun(stand, database, run + 1);
      const { calls, roundTrips } = await since(stand, before);
      const ofRun = await readHistories(temporal, `${database}/${TENANT}`, runId);
      const starter = await readHistory(temporal, workflowId);
      counted.push({
        title: 'schedule, with its incremental run',
        aDay: DAY_MS / EVERY_MS,
        calls,
        roundTrips,
        events: ofRun.events + starter.events,
        actions: ofRun.billableActions + starter.billableActions + ACTIONS_OF_SCHEDULE,
      });
    }
    await stand.schedule(database, TENANT, 'off');
    return middleOf(counted);
  } finally {
    await worker.stop();
  }
}

/** Waits until the schedule has this many runs that completed. Returns the newest one. */
async function untilRun(
  { temporal }: Stand,
  database: string,
  count: number,
): Promise<{ readonly workflowId: string; readonly runId: string }> {
  const until = Date.now() + 300_000;
  for (;;) {
    const runs = (await readSchedule(temporal, TENANT, database))?.lastRuns ?? [];
    const [newest] = runs;
    if (runs.length === count && newest?.outcome === 'completed' && newest.runId !== null)
      return { workflowId: newest.workflowId, runId: newest.runId };
    if (Date.now() > until) throw new Error(`The scheduled run is ${newest?.outcome ?? 'not there'} after five minutes.`);
    await sleep(200);
  }
}

async function feedTenantOf(store: Store): Promise<FeedTenant> {
  const stored = await store.tenants.get(TENANT);
  if (stored === null) throw new Error(`There is no tenant ${TENANT}.`);
  const config = parseTenantConfig(stored.config, `tenant ${TENANT}`);
  const secrets = processSecrets();
  const tenants = createTenantAccess({ store, ledger: createLedgerScope(), secrets });
  return {
    tenant: TENANT,
    config,
    secrets: resolveTenantSecrets(config, secrets),
    appliedAt: stored.updatedAt,
    store: store.forTenant(TENANT),
    connect: () => tenants.connect(TENANT, 'incremental'),
  };
}

/** A look at a feed that brings nothing, with its lease and its note, as a worker makes it. */
async function measureFeed(stand: Stand, tenant: FeedTenant, maker: FeedMaker, title: string): Promise<Occasion> {
  const feed = maker(tenant);
  if (feed === null) throw new Error(`The tenant has no feed: ${title}.`);
  const look = createLook(feed, tenant);
  // A worker notes a look without news once a minute.
  const looksPerNote = Math.max(1, Math.round(60_000 / feed.everyMs));
  // The first looks get tokens, make subscriptions and find their place.
  for (let first = 0; first < 3; first += 1) await look(true);
  const before = await standing(stand);
  for (let made = 0; made < LOOKS; made += 1) await look(made % looksPerNote === 0);
  const { calls, roundTrips } = await since(stand, before);
  return { title, aDay: DAY_MS / feed.everyMs, calls: calls / LOOKS, roundTrips: roundTrips / LOOKS, events: 0, actions: 0 };
}

function createLook(feed: Feed, { store }: FeedTenant): (isNoted: boolean) => Promise<void> {
  const { source } = feed;
  let place: string | null = null;
  return async (isNoted) => {
    const term = await store.leases.takeLease(source, OWNER, LEASE_MS);
    if (term === null) throw new Error(`Somebody else asks ${source}.`);
    const outcome = await feed.look({
      signal: new AbortController().signal,
      place,
      lastAt: new Date(),
      tell: (hints) => (hints.length === 0 ? Promise.resolve() : Promise.reject(new Error(`${source} told of a change.`))),
      fellBehind: () => Promise.reject(new Error(`${source} fell behind.`)),
      moveTo: async (next) => {
        place = next;
        await store.feeds.setPlace(source, next, term);
      },
    });
    if (outcome.kind === 'stopped') throw new Error(outcome.message);
    if (isNoted) await store.feeds.noteLook(source, term, { at: new Date() });
  };
}

const OWNER = 'bench';
const LEASE_MS = 60_000;

interface Standing {
  readonly calls: number;
  readonly mongo: MongoCounters;
}

async function standing({ vendors, mongo }: Stand): Promise<Standing> {
  const [officernd, hubspot] = await Promise.all([vendors.requests('officernd'), vendors.requests('hubspot')]);
  return { calls: officernd.total + hubspot.total, mongo: await readMongoCounters(mongo) };
}

async function since(stand: Stand, before: Standing): Promise<Pick<Occasion, 'calls' | 'roundTrips'>> {
  const after = await standing(stand);
  return { calls: after.calls - before.calls, roundTrips: countedBetween(before.mongo, after.mongo).roundTrips };
}

/** Three runs differ by what ends together and shares a workflow task. */
const middleOf = (counted: readonly Occasion[]): Occasion => {
  const middle = counted.toSorted((one, other) => one.events - other.events)[Math.floor(counted.length / 2)];
  if (middle === undefined) throw new Error('Nothing was counted.');
  return middle;
};

function describeDay(occasions: readonly Occasion[]): string {
  const columns = ['calls', 'roundTrips', 'events', 'actions'] as const;
  const total = (column: (typeof columns)[number]): number => occasions.reduce((sum, one) => sum + one.aDay * one[column], 0);
  const shown = (count: number): string => count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 2 : 0 });
  const table = new Table({
    head: ['a quiet day of one tenant', 'times', 'vendor calls', 'MongoDB round trips', 'Temporal events', 'Temporal actions'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const one of occasions)
    table.push([one.title, shown(one.aDay), ...columns.map((column) => `${shown(one.aDay * one[column])} (${shown(one[column])} each)`)]);
  table.push(['the day', '', ...columns.map((column) => shown(total(column)))]);
  table.push([`${TENANTS} tenants, a day`, '', ...columns.map((column) => shown(TENANTS * total(column)))]);
  table.push([`${TENANTS} tenants, a second`, '', ...columns.map((column) => shown((TENANTS * total(column)) / (DAY_MS / 1_000)))]);
  return table.toString();
}
