import type { Side } from './entity';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { Link, Snapshot } from './link';
import type { Observation } from './observation';
import type { FieldChange } from './operation';
import type { BrakedEffect } from './update-brake';
import type { Canonical } from './values';

/** Everything that decides about one link in phase 3. */
export interface UpdateInput {
  readonly link: Link;
  readonly officernd: Observation;
  readonly hubspot: Observation;
  /** Empty for a link that was never merged. */
  readonly snapshot: Snapshot;
  /** The entity's fields. */
  readonly fields: readonly FieldMapping[];
  readonly context: ValueContext;
  readonly portalId: string;
  /** Portals that the tenant was linked to before (B1). */
  readonly formerPortals?: readonly string[];
  /** L14: false keeps links in MongoDB alone, so that no link id is written to OfficeRnD. @default true */
  readonly showsLinks?: boolean;
  /** HubSpot's pipeline whose stages stand for statuses; a deal of another one keeps its stage. */
  readonly pipelineId: string;
  /** OfficeRnD's paths of which the run's listing says nothing, though their values were known (V2). */
  readonly unreadPaths?: ReadonlySet<string>;
  /** D1: the side whose values a person prefers where the two records meet for the first time. */
  readonly prefers?: Side | undefined;
  /** Whether a side has refused this very value of a field before (M10). */
  readonly wasRefused: (side: Side, field: string, value: Canonical) => boolean;
  /** Whether a brake of this phase holds an effect (M2, M6). @default none is held */
  readonly isHeld?: (effect: BrakedEffect) => boolean;
  /** Whether the run may make a change: one that applies a preview makes those that it lists. @default every change */
  readonly isListed?: (side: Side, change: FieldChange) => boolean;
}
