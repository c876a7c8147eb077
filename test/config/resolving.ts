import type { Definitions } from '../../config/resolve/definitions';
import { resolveMapping } from '../../config/resolve';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { aConfig, someDefinitions } from './fixtures';

export type Changes = Readonly<Record<string, unknown>>;

/** Without a default location there is a warning, which most tests don't want. */
const placed: Changes = { locations: { default: 'Uptown Hub' } };

export const resolved = (changes: Changes = {}, definitions: Definitions = someDefinitions) => {
  const result = resolveMapping(aConfig({ ...placed, ...changes }), definitions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
};
export const mapped = (changes: Changes = {}, definitions?: Definitions): TenantMapping => resolved(changes, definitions).mapping;
export const problemsOf = (changes: Changes, definitions: Definitions = someDefinitions) => {
  const result = resolveMapping(aConfig({ ...placed, ...changes }), definitions);
  return result.ok ? [] : result.problems;
};
export const companyField = (officernd: string, hubspot: string, direction: string, more: Changes = {}): Changes => ({
  additional: { company: [{ officernd, hubspot, direction, ...more }] },
});
export const fieldOf = (mapping: TenantMapping, entity: string, key: string) =>
  mapping.fields.find((field) => field.entity === entity && field.key === key);
