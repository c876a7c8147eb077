import type { AssociatedRecord, AssociationStore } from './association-store';
import type { RecordChange } from './change';
import type { CreateDrift } from './create-drift';
import type { FeedSettings } from './feed';
import type { Journal } from './journal';
import type { ObjectType } from './object-type';
import type { Owner } from './owners';
import type { PipelineStore } from './pipeline-store';
import type { PropertyRegistry } from './property-registry';
import type { ChangeSource, MutableRecord, StoredRecord } from './record';
import type { RecordTable } from './record-table';
import type { SearchIndex } from './search-index';
import type { HubSpotSettings } from './settings';

/** The writer of a change: the API in one of its versions, or a person in HubSpot's screens. */
export interface Actor {
  readonly source: ChangeSource;
  readonly version: string;
  /** The delay of search for this write, in milliseconds, added to the usual delay. */
  readonly indexLagMs: number;
}

export const person: Actor = { source: 'CRM_UI', version: 'ui', indexLagMs: 0 };

/** All state of one HubSpot account. A new world replaces all of it. */
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
  /** Passes a change of a record on to the feeds. */
  readonly tell: (change: RecordChange) => void;
  readonly journal: Journal;
  /** How HubSpot tells of changes. */
  readonly feed: () => FeedSettings;
  /** A new record id that no record of any type has had. */
  readonly newId: () => string;
  /** The items in the order of a batch answer. */
  readonly shuffled: <T>(items: readonly T[]) => readonly T[];
}

/** The live records of type `to` that are associated with a record. */
export const associated = (portal: Portal, record: Pick<StoredRecord, 'type' | 'id'>, to: ObjectType): readonly AssociatedRecord[] =>
  portal.associations.list(record.type, record.id, to).filter(({ id }) => isLiveRecord(portal, to, id));

/** True for a record that exists and is not archived. */
export function isLiveRecord(portal: Portal, type: ObjectType, id: string): boolean {
  const record = portal.tables[type].get(id);
  return record !== undefined && record.archivedAtMs === undefined;
}

/** The record, or undefined if it is archived. */
export const unlessArchived = (record: MutableRecord | undefined): MutableRecord | undefined =>
  record?.archivedAtMs === undefined ? record : undefined;
