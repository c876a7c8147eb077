import { createHash } from 'node:crypto';
import { stableJson } from '../domain/stable-json';
import type { TenantMapping } from '../domain/tenant-mapping';

/** The hash of a mapping, 64 hex digits. Equal mappings have equal hashes, also when their keys are in another order. */
export const configurationHash = (mapping: TenantMapping): string => createHash('sha256').update(stableJson(mapping)).digest('hex');
