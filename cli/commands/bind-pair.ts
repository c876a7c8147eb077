import { ConfigurationError } from '../../config/configuration-error';
import { pairOf } from '../../config/pair-of';
import type { TenantConfig } from '../../config/tenant-config';
import { parseTenantConfig, usableTenantConfig } from '../../config/tenant-file';
import { asideName, isRenamed, pairKey, pairText } from '../../domain/pair';
import type { Pair } from '../../domain/pair';
import type { StoredPair } from '../../store/pairs';
import type { Store } from '../../store/store';

/** The options of `orsync tenant apply` for a changed pair (B1). */
export interface PairFlags {
  /** Sets everything of the old pair aside, so that the tenant begins afresh with the new one. */
  readonly newPair: boolean;
  /** The organisation has another short name now; everything is kept. */
  readonly renamed: boolean;
}

export interface BindPairDeps {
  readonly store: Store;
  /** Refuses while a run of the tenant is under way. */
  readonly assertNoRun: () => Promise<void>;
  /** Whether records that the tenant has linked are found under their ids in the organisation of the configuration. */
  readonly knowsLinkedRecords: () => Promise<boolean>;
}

/**
 * B1, B2: binds a tenant to the pair that its configuration names, and returns what was known of it. Throws `ConfigurationError` where
 * another tenant has the pair, or where the tenant belongs to another one and nothing was said about that.
 */
export async function bindPair(config: TenantConfig, flags: PairFlags, deps: BindPairDeps): Promise<StoredPair['owners']> {
  const { store } = deps;
  const { tenant } = config;
  const pair = pairOf(config);
  await refuseTaken(store, tenant, pair);
  const before = await boundTo(store, tenant);
  if (before === null || pairKey(before.pair) === pairKey(pair)) return claim(store, tenant, pair, before?.owners ?? null);
  if (flags.renamed) return keepAll(before, pair, config, deps);
  if (!flags.newPair) throw otherPair(tenant, before.pair, pair);
  await deps.assertNoRun();
  // An interrupted change is finished by the same command: what was moved already stays moved.
  await claim(store, tenant, before.pair, before.owners);
  await store.pairs.move(tenant, asideName(tenant, before.pair));
  await store.pairs.move(asideName(tenant, pair), tenant);
  const back = await store.pairs.of(tenant);
  return claim(store, tenant, pair, back?.owners ?? null);
}

/** The pair of a tenant; of one that was stored before pairs were, the one that its stored configuration names. */
async function boundTo(store: Store, tenant: string): Promise<StoredPair | null> {
  const bound = await store.pairs.of(tenant);
  if (bound !== null) return bound;
  const stored = await store.tenants.get(tenant);
  return stored === null ? null : { pair: pairOf(parseTenantConfig(stored.config, `tenant ${tenant}`)), owners: null, formerPortals: [] };
}

async function refuseTaken(store: Store, tenant: string, pair: Pair): Promise<void> {
  const others = (await store.tenants.list()).filter((one) => one.tenant !== tenant);
  const unbound = others.find((one) => {
    const known = usableTenantConfig(one.config);
    return known !== null && pairKey(pairOf(known)) === pairKey(pair);
  });
  const owner = (await store.pairs.tenantOf(pair)) ?? unbound?.tenant ?? null;
  if (owner !== null && owner !== tenant) throw taken(pair, owner);
}

async function claim(store: Store, tenant: string, pair: Pair, owners: StoredPair['owners']): Promise<StoredPair['owners']> {
  const owner = await store.pairs.bind(tenant, pair, owners);
  if (owner !== null && owner !== tenant) throw taken(pair, owner);
  return owners;
}

async function keepAll(before: StoredPair, pair: Pair, { tenant }: TenantConfig, deps: BindPairDeps): Promise<StoredPair['owners']> {
  if (!isRenamed(before.pair, pair)) {
    const message = `--renamed is for an organisation that has another short name now; this file differs from ${pairText(before.pair)} in more`;
    throw new ConfigurationError([{ setting: 'officernd.organization', message }]);
  }
  if (!(await deps.knowsLinkedRecords())) {
    const message = `the records that ${tenant} has linked are not found in organisation ${pair.organization}; with --new-pair the tenant begins afresh there`;
    throw new ConfigurationError([{ setting: 'officernd.organization', message }]);
  }
  return claim(deps.store, tenant, pair, before.owners);
}

const taken = (pair: Pair, owner: string): ConfigurationError =>
  new ConfigurationError([
    {
      setting: 'tenant',
      message: `tenant ${owner} already keeps ${pairText(pair)} in step; two tenants would create each record twice. Use ${owner}, or remove it first`,
    },
  ]);

const otherPair = (tenant: string, before: Pair, now: Pair): ConfigurationError =>
  new ConfigurationError([
    {
      setting: before.portalId === now.portalId ? 'officernd.organization' : 'hubspot.portalId',
      message:
        `${tenant} belongs to ${pairText(before)}, and this file names ${pairText(now)}. ` +
        'Correct the file. Or add --new-pair to set everything of the old pair aside and begin afresh, ' +
        'or --renamed if the organisation has only got another short name',
    },
  ]);
