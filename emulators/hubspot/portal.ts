import type { Clock } from '../shared/clock';
import type { Random } from '../shared/random';
import { createAssociationStore, type AssociatedRecord, type AssociationStore } from './association-store';
import { createCreateDrift, type CreateDrift } from './create-drift';
import type { ObjectType } from './object-type';
import type { Owner } from './owners';
import type { Pipeline } from './pipeline';
import { createPipelineStore, type PipelineStore } from './pipeline-store';
import type { PropertyOption } from './property-definition';
import { createPropertyRegistry, type PropertyRegistry } from './property-registry';
import type { ChangeSource, MutableRecord, StoredRecord } from './record';
import { createRecordTable, type RecordTable } from './record-table';
import { createSearchIndex, type SearchIndex } from './search-index';
import type { HubSpotSettings } from './settings';
import { refreshStageValues } from './record-changes';

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

export interface PortalDeps {
  readonly portalId: string;
  readonly clock: Clock;
  readonly settings: () => HubSpotSettings;
  readonly random: (label: string) => Random;
  readonly pipelines: readonly Pipeline[];
  readonly owners: readonly Owner[];
  /** No id above this is taken yet. */
  readonly highestId: number;
}

/** New ids are long, as in today's accounts: no 32-bit integer holds them. */
const FIRST_NEW_ID = 90_000_000_000;

/** An account without records. */
export function createPortal(deps: PortalDeps): Portal {
  const { clock, settings, random } = deps;
  const ids = random('ids');
  const order = random('batch order');
  let lastId = Math.max(FIRST_NEW_ID, deps.highestId);
  const newId = (): string => {
    lastId += 1 + Math.floor(ids.next() * 9);
    return String(lastId);
  };
  const tables = { contacts: createRecordTable('contacts'), companies: createRecordTable('companies'), deals: createRecordTable('deals') };
  const pipelines: PipelineStore = createPipelineStore(deps.pipelines, {
    now: clock.now,
    newId,
    dealsInStage: (stageId) => tables.deals.live().filter(({ values }) => values.get('dealstage') === stageId).length,
    onStagesChanged: () => refreshStageValues(portal),
  });
  const registry = (type: ObjectType): PropertyRegistry =>
    createPropertyRegistry({
      type,
      now: clock.now,
      liveOptions: (name) => liveOptions(name, pipelines, settings()),
      onUnique: tables[type].trackUnique,
    });
  const portal: Portal = {
    portalId: deps.portalId,
    now: clock.now,
    settings,
    tables,
    properties: { contacts: registry('contacts'), companies: registry('companies'), deals: registry('deals') },
    pipelines,
    associations: createAssociationStore(),
    owners: deps.owners,
    index: createSearchIndex(clock.now, random('search lag'), settings),
    drift: createCreateDrift(clock.now, random('create drift'), settings),
    newId,
    shuffled: (items) => (settings().shuffleBatches ? shuffle(items, order) : items),
  };
  return portal;
}

/** The live records of `to` associated with a record. */
export const associated = (portal: Portal, record: Pick<StoredRecord, 'type' | 'id'>, to: ObjectType): readonly AssociatedRecord[] =>
  portal.associations.list(record.type, record.id, to).filter(({ id }) => isLive(portal, to, id));

/** True for a record that exists and is not archived. */
export function isLive(portal: Portal, type: ObjectType, id: string): boolean {
  const record = portal.tables[type].get(id);
  return record !== undefined && record.archivedAtMs === undefined;
}

/** The record, unless it is archived. */
export const liveOf = (record: MutableRecord | undefined): MutableRecord | undefined =>
  record?.archivedAtMs === undefined ? record : undefined;

function liveOptions(name: string, pipelines: PipelineStore, { account }: HubSpotSettings): readonly PropertyOption[] | undefined {
  if (name === 'pipeline') return pipelines.pipelineOptions();
  if (name === 'dealstage') return pipelines.stageOptions();
  if (name !== 'deal_currency_code') return undefined;
  return [account.companyCurrency, ...account.additionalCurrencies].map((value, displayOrder) => ({
    value,
    label: value,
    displayOrder,
    hidden: false,
    description: '',
  }));
}

/** Fisher–Yates, never leaving two or more items in their first order. */
function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  const tagged = items.map((item) => ({ item, at: random.next() }));
  const result = tagged.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
  return items.length > 1 && result.every((item, index) => item === items[index]) ? result.toReversed() : result;
}
