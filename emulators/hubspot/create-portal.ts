import type { EmulatorClock } from '../shared/clock';
import type { SeededRandom } from '../shared/random';
import { createAssociationStore } from './association-store';
import type { RecordChange } from './change';
import { createCreateDrift } from './create-drift';
import type { FeedSettings } from './feed';
import { createJournal } from './journal';
import type { ObjectType } from './object-type';
import type { Owner } from './owners';
import type { DealPipeline } from './pipeline';
import { createPipelineStore, type PipelineStore } from './pipeline-store';
import type { PropertyOption } from './property-definition';
import { createPropertyRegistry, type PropertyRegistry } from './property-registry';
import { createRecordTable } from './record-table';
import { createSearchIndex } from './search-index';
import type { HubSpotSettings } from './settings';
import { refreshStageValues } from './record-changes';

import type { Portal } from './portal';

export interface PortalDeps {
  readonly portalId: string;
  readonly clock: EmulatorClock;
  readonly settings: () => HubSpotSettings;
  readonly random: (label: string) => SeededRandom;
  readonly pipelines: readonly DealPipeline[];
  readonly owners: readonly Owner[];
  readonly feed: () => FeedSettings;
  readonly tell: (change: RecordChange) => void;
  /** The highest id in use. */
  readonly highestId: number;
}

/** New ids are too large for a 32-bit integer, as in today's accounts. */
const FIRST_NEW_ID = 90_000_000_000;

/** An account without records. */
export function createPortal(deps: PortalDeps): Portal {
  const { clock, settings, random, feed, tell } = deps;
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
    associations: createAssociationStore((link) => tell({ kind: 'association', atMs: clock.now(), ...link })),
    owners: deps.owners,
    index: createSearchIndex(clock.now, random('search lag'), settings),
    drift: createCreateDrift(clock.now, random('create drift'), settings),
    tell,
    feed,
    journal: createJournal({ portalId: deps.portalId, now: clock.now, random: random('journal'), switches: () => feed().journal }),
    newId,
    shuffled: (items) => (settings().shuffleBatches ? shuffle(items, order) : items),
  };
  return portal;
}

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

/** Returns the items in another order. Two or more items never keep their order. */
function shuffle<T>(items: readonly T[], random: SeededRandom): readonly T[] {
  const tagged = items.map((item) => ({ item, at: random.next() }));
  const result = tagged.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
  return items.length > 1 && result.every((item, index) => item === items[index]) ? result.toReversed() : result;
}
