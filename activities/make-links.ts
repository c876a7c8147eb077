import type { LinkOrigin } from '../domain/link';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import { pairId } from '../domain/link';
import type { Operation } from '../domain/operation';
import type { SliceWork } from './work';

export interface Pair {
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly origin: LinkOrigin;
  readonly reason: string;
}

/** Phase 2: makes links, journalled. A pair that would give a record a second active link is refused by the store (L13) and noted as failed. */
export async function makeLinks(work: SliceWork, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const { store, run, input } = work;
  const { entity } = input;
  const idOf = ({ officerndId, hubspotId }: Pick<Pair, 'officerndId' | 'hubspotId'>) => `link/${pairId(entity, officerndId, hubspotId)}`;
  const operations: readonly Operation[] = pairs.map((pair) => ({
    id: idOf(pair),
    phase: 'link',
    entity,
    kind: 'link',
    officerndId: pair.officerndId,
    hubspotId: pair.hubspotId,
    fields: [],
    reason: pair.reason,
  }));
  await work.stillMine();
  await store.operations.plan(run.id, operations);
  await work.crashPoint('link-planned');
  const linkedAt = work.now().toISOString();
  const { refused } = await store.links.activate(
    pairs.map(({ officerndId, hubspotId, origin }) => ({ entity, officerndId, hubspotId, origin, run: run.id, linkedAt })),
  );
  await work.crashPoint('link-applied');
  const failed = new Set(refused.map(idOf));
  await store.suppressions.remove(
    entity,
    pairs.filter((pair) => !failed.has(idOf(pair))).map(({ hubspotId }) => hubspotId),
  );
  await store.operations.setState(run.id, [...failed], 'failed', 'link-taken');
  await store.operations.setState(
    run.id,
    operations.map(({ id }) => id).filter((id) => !failed.has(id)),
    'applied',
  );
}
