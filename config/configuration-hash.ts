import { createHash } from 'node:crypto';
import type { TenantMapping } from '../domain/tenant-mapping';

/** A name for exactly this mapping, 64 hex digits: equal mappings have equal names, however their keys are ordered. */
export const configurationHash = (mapping: TenantMapping): string => createHash('sha256').update(stableJson(mapping)).digest('hex');

/** JSON with keys in order. */
function stableJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${stableJson(item)}`)
    .join(',')}}`;
}
