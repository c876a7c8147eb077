import type { AssociatedRecord, AssociationStore } from './association-store';
import type { CreateDrift } from './create-drift';
import type { ObjectType } from './object-type';
import type { Owner } from './owners';
import type { PipelineStore } from './pipeline-store';
import type { PropertyRegistry } from './property-registry';
import type { ChangeSource, MutableRecord, StoredRecord } from './record';
import type { RecordTable } from './record-table';
import type { SearchIndex } from './search-index';
import type { HubSpotSettings } from './settings';

/** Who writes: the API in some version, or a person in HubSpot's screens. */
export interface Actor {
  readonly source: ChangeSource;
  readonly version: string;
  /** How much later than usual search learns of the write. */
  readonly indexLagMs: number;
}

export const person: Actor = { source: 'CRM_UI', version: 'ui', indexLagMs: 0 };

/** All state of one HubSpot account; replaced as a whole with the world. */
export interface Portal {
  readonly portalId: string;
  readonly now: () => number;
  readonly settings: () => HubSpotSettings;
  readonly tables: Readonly<Record<ObjectType, RecordTable>>;
  readonly properties: Readonly<Record<ObjectType, PropertyRegistry>>;
  readonly pipelines: PipelineStore;
  readonly associations: AssociationStore;
  readonly owners: readonly Owner[];
  readonly index: SearchIndex;
  readonly drift: CreateDrift;
  /** A fresh record id, never used before for any type. */
  readonly newId: () => string;
  /** The order in which a batch answers. */
  readonly shuffled: <T>(items: readonly T[]) => readonly T[];
}

/** The live records of `to` associated with a record. */
export const associated = (portal: Portal, record: Pick<StoredRecord, 'type' | 'id'>, to: ObjectType): readonly AssociatedRecord[] =>
  portal.associations.list(record.type, record.id, to).filter(({ id }) => isLiveRecord(portal, to, id));

/** True for a record that exists and is not archived. */
export function isLiveRecord(portal: Portal, type: ObjectType, id: string): boolean {
  const record = portal.tables[type].get(id);
  return record !== undefined && record.archivedAtMs === undefined;
}

/** The record, unless it is archived. */
export const unlessArchived = (record: MutableRecord | undefined): MutableRecord | undefined =>
  record?.archivedAtMs === undefined ? record : undefined;
