import type { Entity, Side } from './entity';
import type { JsonValue } from './json';

/** The last reading of one record on one side: the mapped values and what matching needs, nothing else. */
export interface Observation {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  /**
   * Raw values by the side's own name: HubSpot's property name, OfficeRnD's path (`name`, `address.street`, `properties.VAT number`). A
   * name that is missing is blank.
   */
  readonly values: Readonly<Record<string, JsonValue>>;
  /**
   * Names that the vendor was asked for and did not mention (V1), and those whose value is too long to be kept. Nothing is known of them: they
   * are neither compared nor written. Absent where there are none.
   */
  readonly unread?: readonly string[];
  /** Normalised keys under which `store.observations.byKeys` finds the record (L3). */
  readonly keys: { readonly emails: readonly string[]; readonly name: string | null };
  /** Records of the same side that this one belongs to; HubSpot's primary company first. */
  readonly parents: { readonly companies: readonly string[]; readonly members: readonly string[] };
  /** `hubspot_link_id` of an OfficeRnD record; null on HubSpot's side and when blank. */
  readonly linkId: string | null;
  /** The location of an OfficeRnD record, where it has one. */
  readonly locationId: string | null;
  /** HubSpot ids that were merged into this record, through chains (`hs_merged_object_ids`). */
  readonly mergedIds: readonly string[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly modifiedAt: string;
}
