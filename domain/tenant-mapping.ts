import type { Entity } from './entity';
import type { FieldMapping, StatusTable } from './field-mapping';
import type { PausedField } from './paused';

/**
 * Everything that decides what a run does. It is resolved once at the start, from the tenant's configuration and both vendors' definitions,
 * and does not change after that.
 */
export interface TenantMapping {
  readonly tenant: string;
  readonly portalId: string;
  /** Portals that the tenant was linked to before (B1): a link of ours replaces their link ids. */
  readonly formerPortals?: readonly string[];
  /** L14: false where links are kept in MongoDB alone. @default true */
  readonly showsLinks?: boolean;
  readonly timeZone: string;
  readonly entities: readonly Entity[];
  readonly fields: readonly FieldMapping[];
  /** V3: what is configured and left out, because it is gone at one side. Absent where there is none. */
  readonly paused?: readonly PausedField[];
  readonly statuses: StatusTable;
  /** M14: the portal's company currency; null where amounts are compared whatever their currency. */
  readonly currency?: string | null;
  /** HubSpot's pipeline whose deals are opportunities. */
  readonly pipelineId: string;
  readonly matching: MatchingPolicy;
  readonly creation: CreationPolicy;
  /** L6: the entities for which OfficeRnD lists a definition of the link property. When it gets one, refused creations are tried again. */
  readonly linkDefinitions?: readonly Entity[];
  /** L12: how long a creation may still take effect after it was sent. @default LATE_EFFECT_MINUTES */
  readonly lateEffectMinutes?: number;
  readonly brakes: Brakes;
  readonly reading: ReadingPolicy;
  /** How long history with personal data is kept, in days. @default 90 */
  readonly historyDays: number;
}

/** L12: no vendor's gateway is known to hold a request for longer. */
export const LATE_EFFECT_MINUTES = 5;

interface ReadingPolicy {
  /** An incremental run reads everything when the last full reading is older than this. @default 24 */
  readonly fullEveryHours: number;
  /** An incremental run reads all linked HubSpot records again, whatever that costs. @default false */
  readonly readsLinked?: true;
}

export interface MatchingPolicy {
  /** L4: what happens when several records share a key. @default 'review' */
  readonly ambiguous: 'review' | 'oldest';
  /** L5: what happens when names match and e-mails differ. @default 'review' */
  readonly emailsDiffer: 'review' | 'link' | 'create';
  /** L3: what a name is good for. @default 'link' */
  readonly name?: 'link' | 'review' | 'off';
}

export interface CreationPolicy {
  /** L10: all conditions must hold; empty creates everything. */
  readonly filter: readonly FilterCondition[];
  readonly locations: LocationPolicy;
  /** Whether OfficeRnD refuses a member without e-mail (L6). */
  readonly memberNeedsEmail: boolean;
}

/** A condition: HubSpot's property has one of the values. */
export interface FilterCondition {
  /** The entities whose HubSpot object has the property; the others are not filtered by it. */
  readonly entities: readonly Entity[];
  readonly property: string;
  readonly in: readonly string[];
  /** Whether the property is a multiple choice, so that its value holds several options (`a;b`). */
  readonly isMultiple?: boolean;
}

/** L8: where created records go. */
export interface LocationPolicy {
  /** Ids of all locations of the organisation. */
  readonly available: readonly string[];
  /** HubSpot property whose value chooses the location, by `byValue`. */
  readonly property: string | null;
  /** Whether that property is a multiple choice. */
  readonly isMultiple?: boolean;
  /** Location id by property value. */
  readonly byValue: Readonly<Record<string, string>>;
  readonly defaultId: string | null;
}

/** U4, L11, M6 and M2. Runs that an older version has stored lack the numbers of M6 and M2. */
export interface Brakes {
  /** @default 10 */
  readonly unlinkCount: number;
  /** Share of the entity's links, 0–1. @default 0.05 */
  readonly unlinkShare: number;
  /** @default 1000 */
  readonly createsPerRun: number;
  /** @default 10 */
  readonly eraseCount?: number;
  /** Share of the links that hold a value in the field on that side, 0–1. @default 0.05 */
  readonly eraseShare?: number;
  /** @default 25 */
  readonly firstLinkCount?: number;
  /** Share of the entity's new links, 0–1. @default 0.1 */
  readonly firstLinkShare?: number;
}
