import { createHash } from 'node:crypto';
import { stableJson } from '../domain/stable-json';
import type { TenantMapping } from '../domain/tenant-mapping';

/**
 * The hash of a mapping, 64 hex digits. Equal mappings have equal hashes, also when their keys are in another order. The options of
 * properties are left out: a new one decides nothing about records that are in step. So are the labels of stages and statuses. A field that pauses is not among the mapping's fields
 * (V3), so the sentence about it does not count.
 */
export function configurationHash({ paused: _paused, ...mapping }: TenantMapping): string {
  const fields = mapping.fields.map(({ options: _options, ...field }) => field);
  const { labels: _labels, ...statuses } = mapping.statuses;
  return createHash('sha256')
    .update(stableJson({ ...mapping, fields, statuses }))
    .digest('hex');
}
