import type { Logger } from 'pino';
import type { TenantAccess } from '../../activities/deps';
import type { HintReceiver } from '../../client/hints/receive';
import { createParsedConfigs } from '../../config/parsed-configs';
import type { ParsedConfigs } from '../../config/parsed-configs';
import { resolveTenantSecrets } from '../../config/secrets';
import type { SecretSources } from '../../config/secrets';
import { errorName } from '../../domain/printable';
import type { Store } from '../../store/store';
import type { StoredTenant } from '../../store/tenants';
import { fingerprintOf } from '../tenants/fingerprint';
import type { FeedMaker, FeedTenant } from './feed';
import { pause } from './pause';
import { runFeed } from './run-feed';

export interface FeedsDeps {
  readonly store: Store;
  readonly tenants: TenantAccess;
  readonly secrets: SecretSources;
  readonly receiver: HintReceiver;
  readonly log: Logger;
  /** This process, in leases: another process has another one. */
  readonly ownerId: string;
  readonly makers: readonly FeedMaker[];
  /** How often the tenants are looked at: new ones, removed ones, and changed files. @default a minute */
  readonly tenantsEveryMs?: number;
}

export interface RunningFeeds {
  /** Ends all feeds, after the step that each is at, and gives their leases back. */
  readonly stop: () => Promise<void>;
}

const TENANTS_EVERY_MS = 60_000;

interface TenantFeeds {
  readonly fingerprint: string;
  readonly end: () => Promise<void>;
}

/**
 * Asks the feeds of all tenants for hints, as long as this process runs. Each feed has a lease, so one process of several asks. A
 * failure in a feed is noted at the tenant and in the log, and tried again later; it never ends the worker.
 */
export function startFeeds(deps: FeedsDeps): RunningFeeds {
  const { store, log, tenantsEveryMs = TENANTS_EVERY_MS } = deps;
  const running = new Map<string, TenantFeeds>();
  const configs = createParsedConfigs();
  const stopping = new AbortController();
  const troubles = new Map<string, string>();

  const end = async (tenant: string): Promise<void> => {
    const feeds = running.get(tenant);
    running.delete(tenant);
    await feeds?.end();
  };

  const follow = async (stored: StoredTenant): Promise<void> => {
    const { tenant } = stored;
    const made = feedTenantOf(stored, deps, configs);
    if (typeof made === 'string') {
      if (troubles.get(tenant) !== made) log.warn({ tenant }, made);
      troubles.set(tenant, made);
      return end(tenant);
    }
    troubles.delete(tenant);
    const fingerprint = fingerprintOf(made.config, made.secrets, made.appliedAt);
    if (running.get(tenant)?.fingerprint === fingerprint) return;
    await end(tenant);
    if (!stopping.signal.aborted) running.set(tenant, { fingerprint, end: begin(made, deps) });
  };

  const lookAtTenants = async (): Promise<void> => {
    const known = await store.tenants.list();
    const names = new Set(known.map(({ tenant }) => tenant));
    await Promise.all([...running.keys()].filter((tenant) => !names.has(tenant)).map(end));
    configs.keepOnly(names);
    for (const stored of known) await follow(stored);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await lookAtTenants().catch((error: unknown) => log.warn({ kind: errorName(error) }, 'the tenants can’t be read for their feeds'));
      await pause(tenantsEveryMs, stopping.signal);
    }
  };

  const looped = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looped;
      await Promise.all([...running.keys()].map(end));
    },
  };
}

/** A tenant as its feeds need it; a sentence where its configuration does not allow any. */
function feedTenantOf(stored: StoredTenant, { store, tenants, secrets }: FeedsDeps, configs: ParsedConfigs): FeedTenant | string {
  const { tenant, updatedAt: appliedAt } = stored;
  try {
    const config = configs.of(stored);
    return {
      tenant,
      config,
      secrets: resolveTenantSecrets(config, secrets),
      appliedAt,
      store: store.forTenant(tenant),
      tenantsOfPortal: () => [...new Set([tenant, ...withAppIn(configs, config.hubspot.portalId)])],
      connect: () => tenants.connect(tenant, 'incremental'),
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'the tenant’s configuration can’t be used';
  }
}

/** The tenants that have an app in a portal. */
const withAppIn = (configs: ParsedConfigs, portalId: string): readonly string[] =>
  configs.all().flatMap(({ tenant, hubspot }) => (hubspot.portalId === portalId && hubspot.app !== undefined ? [tenant] : []));

/** Starts a tenant's feeds. Returns how they are ended. */
function begin(made: FeedTenant, deps: FeedsDeps): () => Promise<void> {
  const ending = new AbortController();
  const feeds = deps.makers.flatMap((maker) => maker(made) ?? []);
  const ended = feeds.map((feed) => runFeed(feed, made, { ...deps, signal: ending.signal }));
  const about = { tenant: made.tenant, feeds: feeds.map(({ source }) => source) };
  if (feeds.length > 0) deps.log.info(about, 'feeds have begun');
  return async () => {
    ending.abort();
    await Promise.all(ended);
    if (feeds.length > 0) deps.log.info(about, 'feeds have ended');
  };
}
