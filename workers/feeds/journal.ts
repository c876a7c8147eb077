import type { Logger } from 'pino';
import { VendorError } from '../../connectors/errors';
import type { JournalConnector, JournalPage } from '../../connectors/hubspot/journal/connector';
import { newsOf } from '../../connectors/hubspot/journal/events';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { Store } from '../../store/store';
import { journalConnectorOf } from '../tenants/journal-connector';
import type { FeedMaker, FeedOutcome, FeedTenant, FeedTurn } from './feed';
import { journalPlaces } from './journal-place';
import { keepSubscriptions } from './journal-subscriptions';

export interface JournalFeedDeps {
  readonly store: Pick<Store, 'forTenant'>;
  readonly log: Logger;
  readonly now: () => number;
  /** The time between looks at a quiet journal. After news it is looked at sooner. @default 30 seconds */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;
/** The time to the next look after one with news. It doubles with each look without any. */
const AFTER_NEWS_MS = 1_000;
/** Files that one look reads, so that others have their turn. */
const MOST_PAGES = 20;
/** HubSpot keeps its files for three days. An hour of it is left for clocks that differ. */
const KEPT_MS = (3 * 24 - 1) * 3_600_000;
/** How often subscriptions are compared although the mapping is the same: somebody may have removed one. */
const COMPARE_EVERY_MS = 6 * 3_600_000;
/** How often the newest run is asked for its mapping. */
const MAPPING_EVERY_MS = 5 * 60_000;
/** How often an address that has expired is asked for again within one look. */
const ADDRESS_TRIES = 3;

/** Makes the feeds of HubSpot's webhooks journal, for tenants with `hubspot.app`. */
export const createJournalFeed =
  (deps: JournalFeedDeps): FeedMaker =>
  (tenant) => {
    const { everyMs = EVERY_MS, now } = deps;
    const { config, secrets } = tenant;
    if (secrets.app === undefined) return null;
    const journal = journalConnectorOf(config, secrets.app, now);
    const look = createLook({ ...deps, tenant, journal, clientId: secrets.app.clientId.reveal() });
    let quietLooks = 0;
    return {
      source: 'journal',
      everyMs,
      look: async (turn) => {
        const { outcome, hasNews } = await look(turn);
        quietLooks = hasNews ? 0 : quietLooks + 1;
        if (outcome.kind !== 'done') return outcome;
        return { kind: 'done', nextInMs: Math.min(everyMs, AFTER_NEWS_MS * 2 ** Math.min(quietLooks, 10)) };
      },
    };
  };

interface LookDeps extends JournalFeedDeps {
  readonly tenant: FeedTenant;
  readonly journal: JournalConnector;
  readonly clientId: string;
}

interface Looked {
  readonly outcome: FeedOutcome;
  readonly hasNews: boolean;
}

const quiet: Looked = { outcome: { kind: 'done' }, hasNews: false };

function createLook({ store, log, now, tenant: own, journal, clientId }: LookDeps): (turn: FeedTurn) => Promise<Looked> {
  const { tenant, config, appliedAt } = own;
  const { portalId } = config.hubspot;
  const places = journalPlaces(config.hubspot, clientId, appliedAt);
  const subscribed = createSubscribing({ store, log, now, tenant: own, journal });

  /** Goes on from the newest file. Changes before it are read by a full run, if any of them was missed. */
  const beginAnew = async (turn: FeedTurn, hasMissed: boolean): Promise<Looked> => {
    const newest = await journal.latest(turn.signal);
    if (hasMissed) await turn.fellBehind();
    await turn.moveTo(places.after(newest?.offset ?? null));
    return quiet;
  };

  const take = async (turn: FeedTurn, page: JournalPage, events: readonly unknown[]): Promise<FeedOutcome | null> => {
    const { hints, ignored, isUninstalled } = newsOf(events, { portalId, entities: config.entities });
    if (ignored > 0) log.info({ tenant, feed: 'journal', ignored }, 'events of the journal concern no record that is kept in step');
    await turn.tell(hints);
    await turn.moveTo(isUninstalled ? places.uninstalled() : places.after(page.offset));
    return isUninstalled ? stoppedIn(tenant, portalId) : null;
  };

  return async (turn) => {
    const { signal, lastAt } = turn;
    const first = places.read(turn.place);
    if (first.kind === 'uninstalled') return { ...quiet, outcome: stoppedIn(tenant, portalId) };
    if (!(await subscribed(signal))) return quiet;
    if (first.kind === 'new' || first.kind === 'foreign') return beginAnew(turn, first.kind === 'foreign');
    if (lastAt !== null && now() - lastAt.getTime() > KEPT_MS) return beginAnew(turn, true);

    let after = first.kind === 'after' ? first.offset : null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      signal.throwIfAborted();
      const read = await readNext(journal, after, signal);
      if (read === null) return { ...quiet, hasNews: pages > 0 };
      if (read === 'forgotten') return beginAnew(turn, true);
      const end = await take(turn, read.page, read.events);
      if (end !== null) return { outcome: end, hasNews: true };
      after = read.page.offset;
    }
    return { outcome: { kind: 'more' }, hasNews: true };
  };
}

interface ReadFile {
  readonly page: JournalPage;
  readonly events: readonly unknown[];
}

/** Reads the file after an offset, or the oldest one. An address that has expired is asked for again. */
async function readNext(journal: JournalConnector, after: string | null, signal: AbortSignal): Promise<ReadFile | null | 'forgotten'> {
  for (let tries = 0; tries < ADDRESS_TRIES; tries += 1) {
    const page = after === null ? await journal.earliest(signal) : await journal.next(after, signal);
    if (page === null || page === 'forgotten') return page;
    if (page.offset === after) throw unreadable('it names the same file again and again');
    const events = await journal.events(page, signal);
    if (events !== 'expired') return { page, events };
  }
  throw unreadable('the address of its next file has expired each time');
}

const unreadable = (what: string): VendorError =>
  new VendorError('unavailable', `HubSpot's journal can't be read: ${what}. It is tried again by itself.`, {
    vendor: 'hubspot',
    route: 'GET the journal',
  });

const stoppedIn = (tenant: string, portalId: string): FeedOutcome => ({
  kind: 'stopped',
  message: `Portal ${portalId} has removed the HubSpot app, so changes of ${tenant} are found by the next run only. Install the app again, then store the tenant file with "orsync tenant apply FILE".`,
});

/**
 * Keeps the app's subscriptions as the newest run's mapping needs them. Returns false while there was no run: before the first, nobody
 * knows what to subscribe to, and that run reads everything.
 */
function createSubscribing({
  store,
  log,
  now,
  tenant: own,
  journal,
}: Omit<LookDeps, 'clientId'>): (signal: AbortSignal) => Promise<boolean> {
  const { tenant, config, connect } = own;
  let kept: { readonly hashes: string; readonly comparedAtMs: number } | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    if (kept !== null && now() - askedAtMs < MAPPING_EVERY_MS) return true;
    const runs = await runsOf(store, own.tenantsOfPortal?.() ?? [tenant]);
    if (!runs.some((run) => run.tenant === tenant)) return false;
    askedAtMs = now();
    const hashes = runs.map(({ hash }) => hash).join();
    if (kept?.hashes === hashes && now() - kept.comparedAtMs < COMPARE_EVERY_MS) return true;
    const { hubspot } = await connect();
    const mappings = runs.map(({ mapping }) => mapping);
    const steps = await keepSubscriptions(mappings, { journal, hubspot, portalId: config.hubspot.portalId, signal });
    if (steps.made + steps.removed > 0) log.info({ tenant, feed: 'journal', ...steps }, 'the subscriptions of the journal were changed');
    kept = { hashes, comparedAtMs: now() };
    return true;
  };
}

interface PortalRun {
  readonly tenant: string;
  readonly mapping: TenantMapping;
  readonly hash: string;
}

/** The newest mapping of each of these tenants. Those that share a portal share its subscriptions. */
async function runsOf(store: JournalFeedDeps['store'], tenants: readonly string[]): Promise<readonly PortalRun[]> {
  const found = await Promise.all(
    tenants.map(async (tenant): Promise<readonly PortalRun[]> => {
      const run = await store.forTenant(tenant).runs.latestSync();
      return run === null ? [] : [{ tenant, mapping: run.mapping, hash: run.mappingHash }];
    }),
  );
  return found.flat();
}
