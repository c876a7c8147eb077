import type { Connectors, TenantAccess } from '../../activities/deps';
import { ConfigurationError } from '../../config/configuration-error';
import { configurationHash } from '../../config/configuration-hash';
import { resolveTenantSecrets } from '../../config/secrets';
import type { SecretSources } from '../../config/secrets';
import { parseTenantConfig } from '../../config/tenant-file';
import type { TenantConfig } from '../../config/tenant-config';
import { pairOf } from '../../config/pair-of';
import { basisOf } from '../../config/proposal-basis';
import { pairKey, pairText } from '../../domain/pair';
import type { CallLedger } from '../../connectors/call-ledger';
import { createPatience } from '../../connectors/patience';
import type { StoredPair } from '../../store/pairs';
import type { StoredTenant } from '../../store/tenants';
import type { Store } from '../../store/store';
import type { SyncMode } from '../../domain/report';
import { settleMsOf } from '../../domain/hints/settle';
import { createConnectors } from './connectors';
import { fingerprintOf } from './fingerprint';
import { localLimiters, sharedLimiters } from '../limits';
import { resolveTenant } from './resolve';

export interface TenantAccessDeps {
  readonly store: Store;
  readonly ledger: CallLedger;
  readonly secrets: SecretSources;
}

interface ConnectedTenant {
  readonly config: TenantConfig;
  readonly stored: StoredTenant;
  readonly connectors: Connectors;
}

/**
 * Makes each tenant's connectors once, and again when its configuration or its secrets change: so the next slice uses a replaced token. All
 * slices of a tenant share these connectors, with their access tokens and limits.
 */
export function createTenantAccess({ store, ledger, secrets }: TenantAccessDeps): TenantAccess {
  const made = new Map<string, { readonly fingerprint: string; readonly connectors: Connectors }>();

  const connectTo = async (tenant: string, mode: SyncMode): Promise<ConnectedTenant> => {
    const purpose = mode === 'preview' ? 'preview' : 'sync';
    const name = `${tenant}/${purpose}`;
    const stored = await store.tenants.get(tenant);
    if (stored === null) {
      made.delete(name);
      throw new ConfigurationError([
        { setting: 'tenant', message: `there is no tenant ${tenant}; store it with "orsync tenant apply FILE"` },
      ]);
    }
    const config = parseTenantConfig(stored.config, `tenant ${tenant}`);
    const known = resolveTenantSecrets(config, secrets);
    const fingerprint = fingerprintOf(config, known);
    const before = made.get(name);
    if (before?.fingerprint === fingerprint) return { config, stored, connectors: before.connectors };
    const limiters = purpose === 'preview' ? localLimiters : sharedLimiters(store, config);
    const connectors = createConnectors(config, known, ledger, limiters, createPatience);
    made.set(name, { fingerprint, connectors });
    return { config, stored, connectors };
  };

  /** By tenant, the connectors with which its accounts were seen to be the pair. Others are made when a secret changes. */
  const verified = new Map<string, Connectors>();

  return {
    standing: async (tenant) => {
      const { config, stored, connectors } = await connectTo(tenant, 'incremental');
      const bound = await assertBound(store, config, 'incremental');
      return {
        basis: basisOf(config, stored),
        owners: bound?.owners ?? null,
        formerPortals: bound?.formerPortals ?? [],
        isVerified: verified.get(tenant) === connectors,
        settleMs: settleMsOf(config),
      };
    },
    connect: async (tenant, mode) => (await connectTo(tenant, mode)).connectors,
    resolveMapping: async (tenant, mode, signal) => {
      const { config, stored, connectors } = await connectTo(tenant, mode);
      const bound = await assertBound(store, config, mode);
      const { mapping } = await resolveTenant(config, connectors, signal, 'pause');
      if (mode !== 'preview') verified.set(tenant, connectors);
      const known = { owners: bound?.owners ?? null, formerPortals: bound?.formerPortals ?? [] };
      return { mapping, hash: configurationHash(mapping), basis: basisOf(config, stored), ...known };
    },
  };
}

/**
 * B1, B2: a run of another pair than the one that the tenant's data belong to is refused before it reads. Where nothing is known of a pair
 * yet, as after an upgrade, the present one is taken for granted.
 */
async function assertBound({ pairs }: Store, config: TenantConfig, mode: SyncMode): Promise<StoredPair | null> {
  const { tenant } = config;
  const pair = pairOf(config);
  const bound = await pairs.of(tenant);
  if (bound === null) {
    const owner = mode === 'preview' ? await pairs.tenantOf(pair) : await pairs.bind(tenant, pair, null);
    if (owner === null || owner === tenant) return null;
    const message = `tenant ${owner} already keeps ${pairText(pair)} in step; remove one of the two`;
    throw new ConfigurationError([{ setting: 'tenant', message }], `tenant ${tenant}`);
  }
  if (pairKey(bound.pair) === pairKey(pair)) return bound;
  const message = `what is stored belongs to ${pairText(bound.pair)}, and the configuration names ${pairText(pair)}; use "orsync tenant apply FILE"`;
  throw new ConfigurationError([{ setting: 'tenant', message }], `tenant ${tenant}`);
}
