import type { Entity } from './entity';
import type { FieldMapping } from './field-mapping';
import { isFieldPaused } from './paused';
import { stableJson } from './stable-json';
import type { TenantMapping } from './tenant-mapping';

/** The meaning that the bases of one mapped field belong to (B3), as the last run has left it. */
export interface BaseOwner {
  readonly entity: Entity;
  readonly key: string;
  /** Everything that decides what a value of the field means: both properties, type, conversion, status table, time zone. */
  readonly meaning: string;
  /** Bases that carry this mark were agreed on under that meaning; empty for bases older than marks. */
  readonly mark: string;
}

/** Why a field has no bases any more. */
export type LostBaseReason = 'property' | 'type' | 'time-zone' | 'statuses' | 'was-not-mapped';

/** A field whose values meet as at a first link (M2), though the links are older. */
export interface FieldWithoutBase {
  readonly entity: Entity;
  readonly field: string;
  readonly why: LostBaseReason;
}

/**
 * B3: gives each field the mark that its bases must carry. A field keeps its mark while two things hold: its values mean what they meant, and
 * every run has mapped it. Else it gets a new one. Without `known`, nothing is known of earlier runs, and present bases are taken for granted.
 * A changed table of statuses concerns only links in the entries that changed: see `isBaseOfMeaning` in domain/field-conditions.ts.
 */
export function markBases(
  mapping: TenantMapping,
  known: readonly BaseOwner[] | null,
  newMark: string,
): { readonly fields: readonly FieldMapping[]; readonly owners: readonly BaseOwner[] } {
  const owners = mapping.fields.map((field): BaseOwner => {
    const meaning = stableJson(meaningOf(field, mapping));
    const before = known?.find(({ entity, key }) => entity === field.entity && key === field.key);
    const isSame = before !== undefined && whyChanged(before.meaning, { ...meaningOf(field, mapping), statuses: undefined }) === null;
    const mark = known === null ? '' : isSame ? before.mark : newMark;
    return { entity: field.entity, key: field.key, meaning, mark };
  });
  // V3: a field that only pauses was not left unmapped by anybody, so its bases stay.
  const paused = known?.filter((owner) => !isMapped(owner, mapping) && isFieldPaused(owner, mapping.paused ?? [])) ?? [];
  const fields = mapping.fields.map((field, index): FieldMapping => {
    const mark = owners[index]?.mark ?? '';
    return mark === '' ? field : { ...field, baseMark: mark };
  });
  return { fields, owners: [...owners, ...paused] };
}

const isMapped = (owner: Pick<BaseOwner, 'entity' | 'key'>, { fields }: TenantMapping): boolean =>
  fields.some(({ entity, key }) => entity === owner.entity && key === owner.key);

/** B3: the fields that have no base under this mapping, and why. */
export const fieldsWithoutBase = (mapping: TenantMapping, known: readonly BaseOwner[] | null): readonly FieldWithoutBase[] =>
  known === null
    ? []
    : mapping.fields.flatMap((field) => {
        const before = known.find(({ entity, key }) => entity === field.entity && key === field.key);
        const why = before === undefined ? 'was-not-mapped' : whyChanged(before.meaning, meaningOf(field, mapping));
        return why === null ? [] : [{ entity: field.entity, field: field.key, why }];
      });

type Meaning = Readonly<Record<'properties' | 'type' | 'timeZone' | 'statuses', unknown>>;

function meaningOf({ officernd, hubspot, type, hubspotType }: FieldMapping, { timeZone, statuses }: TenantMapping): Meaning {
  const { statusByStage, stageByStatus } = statuses;
  return {
    properties: [officernd, hubspot],
    type: [type, hubspotType ?? null],
    timeZone: type === 'date' || type === 'datetime' ? timeZone : null,
    statuses: type === 'status' ? { statusByStage, stageByStatus } : null,
  };
}

function whyChanged(before: string, now: Meaning): LostBaseReason | null {
  const old: unknown = JSON.parse(before);
  const differs = (part: keyof Meaning): boolean => {
    const value: unknown = typeof old === 'object' && old !== null ? Reflect.get(old, part) : null;
    return stableJson(value ?? null) !== stableJson(now[part] ?? null);
  };
  if (differs('properties')) return 'property';
  if (differs('type')) return 'type';
  if (differs('timeZone')) return 'time-zone';
  if (now.statuses === undefined) return null;
  const oldTable: unknown = typeof old === 'object' && old !== null ? Reflect.get(old, 'statuses') : null;
  return isTableKept(oldTable, now.statuses) ? null : 'statuses';
}

/** Whether every entry of a table of stages and statuses is still in another one; new entries change the meaning of no base. */
function isTableKept(before: unknown, now: unknown): boolean {
  if (typeof before !== 'object' || before === null || typeof now !== 'object' || now === null) return before === now;
  return Object.entries(before).every(([key, value]) => {
    const other: unknown = Reflect.get(now, key);
    return typeof value === 'object' ? isTableKept(value, other) : other === value;
  });
}
