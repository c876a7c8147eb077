import type { Entity } from './entity';
import { isForeignAmount } from './agreement';
import { isUnreadIn, lacksEssentials } from './unread';
import { LINK_PATH, linkIdOf } from './ids';
import type { OfficerndId } from './ids';
import { isCreationPaused } from './paused';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { JsonValue } from './json';
import type { Observation } from './observation';
import type { FieldChange } from './operation';
import type { CreationPolicy, FilterCondition, LocationPolicy, TenantMapping } from './tenant-mapping';
import { canonical, encode, rawOf } from './values';

export interface CreateInput {
  readonly entity: Entity;
  readonly hubspot: Observation;
  readonly mapping: TenantMapping;
  readonly context: ValueContext;
  /** The OfficeRnD records that the HubSpot record's own companies and contacts are linked to, HubSpot's primary company first (L6, L9). */
  readonly parents: { readonly companies: readonly OfficerndId[]; readonly members: readonly OfficerndId[] };
  /** The location of that company, when known (L8). */
  readonly companyLocationId: string | null;
  /** L12: whether the outcome of a parent's own creation is not known yet. */
  readonly isParentPending?: boolean;
  /** D1: a person wants this very record, so the tenant's filter (L10) is not asked. */
  readonly isDecided?: boolean;
}

/**
 * Why a HubSpot record is not created. The tenant asks for `filtered` and `other-pipeline`, `parent-pending` ends by itself, and the report
 * names the reason of `paused` once (V3). The others are failures that a person can mend.
 */
export type SkipReason =
  | 'filtered'
  | 'paused'
  | 'other-pipeline'
  | 'parent-pending'
  | 'no-name'
  | 'no-email'
  | 'location-unresolved'
  | 'no-linked-parent'
  | 'status-unmapped'
  | 'unread';

/** Skips that are no failures. */
export const isNoFailure = (reason: SkipReason): boolean =>
  reason === 'filtered' || reason === 'paused' || reason === 'other-pipeline' || reason === 'parent-pending';

export type CreatePlan =
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly rule: 'L6' | 'L8' | 'L10' | 'L12' | 'V3' }
  /** `values` by OfficeRnD's paths, the link id included (L6, L12). */
  | { readonly kind: 'create'; readonly values: Readonly<Record<string, JsonValue>>; readonly fields: readonly FieldChange[] };

/** Decides whether and with what a HubSpot record without a match is created in OfficeRnD (L6, L8–L10). */
export function planCreate(input: CreateInput): CreatePlan {
  const { entity, hubspot, mapping, parents } = input;
  if (isCreationPaused(entity, mapping.paused)) return { kind: 'skip', reason: 'paused', rule: 'V3' };
  if (input.isDecided !== true && !passesFilter(hubspot, mapping.creation.filter)) return { kind: 'skip', reason: 'filtered', rule: 'L10' };
  if (entity === 'opportunity' && hubspot.values['pipeline'] !== mapping.pipelineId)
    return { kind: 'skip', reason: 'other-pipeline', rule: 'L6' };
  if (lacksEssentials(hubspot)) return { kind: 'skip', reason: 'unread', rule: 'V3' };
  // Without its parent it would be another record than the one that an undisturbed run makes (A2).
  if (input.isParentPending === true) return { kind: 'skip', reason: 'parent-pending', rule: 'L12' };
  const { values, fields } = fieldValues(input);
  if (isBlank(values['name'])) return { kind: 'skip', reason: 'no-name', rule: 'L6' };
  if (entity === 'member' && mapping.creation.memberNeedsEmail && isBlank(values['email']))
    return { kind: 'skip', reason: 'no-email', rule: 'L6' };
  const linkId = { [LINK_PATH]: linkIdOf(mapping.portalId, hubspot.id) };
  const [company] = parents.companies;
  if (entity === 'opportunity') {
    if (statusIsMissing(input, values)) return { kind: 'skip', reason: 'status-unmapped', rule: 'L6' };
    const parent = parentOfDeal(parents);
    return parent === null
      ? { kind: 'skip', reason: 'no-linked-parent', rule: 'L6' }
      : { kind: 'create', values: { ...values, ...parent, ...linkId }, fields };
  }
  const location = resolveLocation(input, mapping.creation);
  if (location === null) return { kind: 'skip', reason: 'location-unresolved', rule: 'L8' };
  const inCompany = entity === 'member' && company !== undefined ? { company } : {};
  return { kind: 'create', values: { ...values, ...inCompany, location, ...linkId }, fields };
}

/** L10: whether the tenant's filter lets a record be created. */
export const passesFilter = (hubspot: Observation, filter: readonly FilterCondition[]): boolean =>
  filter.every((condition) => {
    if (!condition.entities.includes(hubspot.entity)) return true;
    return optionsOf(hubspot.values[condition.property], condition).some((option) => condition.in.includes(option));
  });

/** The options that a value holds: a multiple choice of HubSpot's is one text with semicolons. */
function optionsOf(value: JsonValue | undefined, { isMultiple = false }: { readonly isMultiple?: boolean }): readonly string[] {
  if (typeof value !== 'string' || value === '') return [];
  return isMultiple ? value.split(';').filter((option) => option !== '') : [value];
}

/** L8: one location; else the tenant's rule, the company's location, the tenant's default. */
function resolveLocation({ entity, hubspot, companyLocationId }: CreateInput, { locations }: CreationPolicy): string | null {
  const [only, ...others] = locations.available;
  if (only !== undefined && others.length === 0) return only;
  return byRule(hubspot, locations) ?? (entity === 'member' ? companyLocationId : null) ?? locations.defaultId;
}

/** Options that lead to different locations choose none. */
function byRule(hubspot: Observation, policy: LocationPolicy): string | null {
  const { property, byValue } = policy;
  if (property === null) return null;
  const options = optionsOf(hubspot.values[property], policy).filter((option) => Object.hasOwn(byValue, option));
  const [only, ...others] = new Set(options.map((option) => byValue[option]));
  return only === undefined || others.length > 0 ? null : only;
}

/** OfficeRnD requires a member or a company on an opportunity. Both are given where both are linked. */
function parentOfDeal({ companies, members }: CreateInput['parents']): Readonly<Record<string, JsonValue>> | null {
  const [company] = companies;
  const [member] = members;
  if (company === undefined && member === undefined) return null;
  return { ...(company === undefined ? {} : { company }), ...(member === undefined ? {} : { member }) };
}

/**
 * A deal whose stage stands for no status is not created. OfficeRnD would give it a status of its own, which nobody chose and which would
 * then flow back.
 */
const statusIsMissing = ({ mapping }: CreateInput, values: Readonly<Record<string, JsonValue>>): boolean =>
  mapping.fields.some((field) => field.type === 'status' && flowsToOfficernd(field)) && isBlank(values['status']);

/** All mapped fields that flow towards OfficeRnD, blank ones left out (L6). */
function fieldValues({ hubspot, mapping, entity, context }: CreateInput): {
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly fields: readonly FieldChange[];
} {
  const values: Record<string, JsonValue> = {};
  const fields: FieldChange[] = [];
  for (const field of mapping.fields) {
    if (field.entity !== entity || !flowsToOfficernd(field) || isForeignAmount(field, hubspot, context)) continue;
    if (isUnreadIn(field, hubspot)) continue;
    const raw = rawOf(field, 'hubspot', hubspot.values);
    if (canonical(field, 'hubspot', raw, context) === null) continue;
    const encoded = encode(field, 'officernd', raw, null, context);
    if (encoded.kind === 'impossible') continue;
    Object.assign(values, encoded.values);
    fields.push({ field: field.key, base: null, officernd: null, hubspot: raw, rule: 'L6', action: 'writeOfficernd' });
  }
  return { values, fields };
}

/** Whether a creation sends this field. */
export const flowsToOfficernd = (field: FieldMapping): boolean => field.direction !== '→' && !field.readOnly.officernd;

const isBlank = (value: JsonValue | undefined): boolean => value === undefined || value === null || value === '';
