import type { Entity } from './entity';

/** Which way a property flows, seen with OfficeRnD on the left: `→` from OfficeRnD to HubSpot, `←` from HubSpot to OfficeRnD, `↔` both. */
export const directions = ['→', '←', '↔'] as const;
export type Direction = (typeof directions)[number];

export const fieldTypes = [
  'text',
  'url',
  'name',
  'email',
  'phone',
  'number',
  'percent',
  'boolean',
  'date',
  'datetime',
  'status',
  'enumeration',
  'multi-enumeration',
] as const;
/** How values of a field are compared and converted: see Fields in docs/how-a-sync-decides.md, and domain/values. */
export type FieldType = (typeof fieldTypes)[number];

/** One pair of properties that is kept in step. */
export interface FieldMapping {
  readonly entity: Entity;
  /** Stable name of the pair within its entity, used in snapshots, conflicts and reports: OfficeRnD's path. */
  readonly key: string;
  /** OfficeRnD's path: a top-level name, `address.<part>`, or `properties.<custom key>` (the key may contain dots and spaces). */
  readonly officernd: string;
  /** HubSpot's property names: one, except for the member's name, which is `firstname` and `lastname`. */
  readonly hubspot: readonly string[];
  readonly type: FieldType;
  /** HubSpot's own type of the property, such as `date` or `datetime`; absent where it was not asked for. */
  readonly hubspotType?: string;
  /** The values that either side's definition lists. When they change, refused values are tried again (M10). Absent where there are none. */
  readonly options?: readonly string[];
  readonly direction: Direction;
  /** B3: bases that carry another mark were agreed on when the values meant something else. Absent: those without a mark count. */
  readonly baseMark?: string;
  /** Standard properties are always there (domain/standard-fields.ts). The others come from the tenant's configuration. */
  readonly standard: boolean;
  /** Whether a side refuses writes to this field. Its value is never overwritten (M12). */
  readonly readOnly: { readonly officernd: boolean; readonly hubspot: boolean };
  /** How a change against a one-way arrow is handled (M5). */
  readonly drift: 'report' | 'enforce';
  /** Whether clearing a field is not carried over (M6). */
  readonly neverErase: boolean;
}

/** The tenant's stage ↔ status table, resolved to ids on both sides. Several stages may stand for one status. */
export interface StatusTable {
  /** OfficeRnD status id by HubSpot stage id. */
  readonly statusByStage: Readonly<Record<string, string>>;
  /** HubSpot stage id by OfficeRnD status id: the first configured stage of that status. */
  readonly stageByStatus: Readonly<Record<string, string>>;
  /** M13: the probability that OfficeRnD gives an opportunity with the status, 0–100, by status id. */
  readonly probabilityByStatus?: Readonly<Record<string, number>>;
  /** The labels of stages and statuses by id, for people. They decide nothing. Absent in runs of earlier releases. */
  readonly labels?: { readonly stages: Readonly<Record<string, string>>; readonly statuses: Readonly<Record<string, string>> };
  /**
   * V3: stages and statuses of configured pairs whose other half is gone. A deal in such a stage, or an opportunity of such a status, is not
   * compared. Absent where there are none.
   */
  readonly paused?: { readonly stages: readonly string[]; readonly statuses: readonly string[] };
}

/** The facts that conversions need beside the value. */
export interface ValueContext {
  /** IANA time zone in which calendar dates are read. */
  readonly timeZone: string;
  readonly statuses: StatusTable;
  /** M14: the portal's company currency, in which amounts are compared; null where all currencies are taken as they are. */
  readonly currency?: string | null;
}
