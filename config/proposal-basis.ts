import { createHash } from 'node:crypto';
import type { JsonValue } from '../domain/json';
import { pairKey } from '../domain/pair';
import type { ProposalBasis } from '../domain/proposal';
import { stableJson } from '../domain/stable-json';
import { pairOf } from './pair-of';
import type { TenantConfig } from './tenant-config';

/**
 * The pair and the configuration that a tenant's proposals belong to now (P1).
 * @param stored the tenant file as it is stored: defaults that a later release adds do not change it
 */
export const basisOf = (config: TenantConfig, stored: { readonly config: JsonValue }): ProposalBasis => ({
  pair: pairKey(pairOf(config)),
  configuration: createHash('sha256').update(stableJson(stored.config)).digest('hex'),
});
