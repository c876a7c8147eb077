import type { HubSpotId } from './ids';

/** A HubSpot record in the program's form. */
export interface HubSpotRecord {
  readonly id: HubSpotId;
  /** Strings or null, as HubSpot returns them. */
  readonly properties: Readonly<Record<string, string | null>>;
  /** Associated companies, the primary one first; empty when associations were not requested. */
  readonly companyIds: readonly HubSpotId[];
  /** Associated contacts; empty when associations were not requested. */
  readonly contactIds: readonly HubSpotId[];
  /** All ids that were merged into this record (`hs_merged_object_ids`, always requested). */
  readonly mergedIds: readonly HubSpotId[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. It moves without anybody's edit, so it never decides anything alone. */
  readonly updatedAt: string;
}
