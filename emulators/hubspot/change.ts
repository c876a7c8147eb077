import type { ObjectType } from './object-type';

/** A change of an account's records that the feeds pass on. */
export type RecordChange = WholeRecordChange | AssociationChange;

interface WholeRecordChange {
  readonly kind: 'record';
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE' | 'MERGE' | 'RESTORE' | 'GDPR_DELETE';
  readonly type: ObjectType;
  readonly id: string;
  readonly atMs: number;
  /** The values that somebody has set. `''` is a cleared one. */
  readonly values?: ReadonlyMap<string, string>;
  /** The values that HubSpot has set by itself. */
  readonly computed?: ReadonlyMap<string, string>;
  /** The ids that lead to this record from now on. */
  readonly mergedIds?: readonly string[];
}

/** Two records were linked, or are no longer. */
export interface AssociationChange {
  readonly kind: 'association';
  readonly action: 'ASSOCIATION_ADDED' | 'ASSOCIATION_REMOVED';
  readonly type: ObjectType;
  readonly id: string;
  readonly to: ObjectType;
  readonly toId: string;
  readonly atMs: number;
}
