import type { Entity } from '../domain/entity';
import type { HubSpotId } from '../domain/ids';
import type { Link, RetireReason } from '../domain/link';
import { pairId } from '../domain/link';
import type { StoredOperation } from '../store/store';
import { clearLinkId } from './clear-link-id';
import { inParallel } from './in-parallel';
import { readHubSpot } from './read-records';
import type { SliceWork, StepResult } from './work';

const PAGE = 100;

/** Phase 1, applying: one planned operation after the other, each repeatable. */
export async function applyUnlinksStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { items, next } = await store.operations.page(
    run.id,
    { phase: 'unlink', entity: input.entity, state: 'planned' },
    { after: cursor, limit: PAGE },
  );
  const back = await backAgain(work, items);
  await inParallel(items, async (operation) => {
    if (back.has(operation.id)) {
      await store.operations.setState(run.id, [operation.id], 'failed', 'no-longer-true');
      return;
    }
    await work.crashPoint('unlink-planned');
    await work.stillMine();
    await apply(work, operation);
    await work.crashPoint('unlink-applied');
    await store.operations.setState(run.id, [operation.id], 'applied');
  });
  return { cursor: next, counters: {} };
}

/** An approval may come days after the plan: what exists again by then is not unlinked (U2). */
async function backAgain(work: SliceWork, operations: readonly StoredOperation[]): Promise<ReadonlySet<string>> {
  const unlinks = operations.filter(({ kind, reason }) => kind === 'unlink' && (reason === 'U1' || reason === 'U7'));
  const found = await readHubSpot(
    work,
    work.input.entity,
    unlinks.flatMap(({ hubspotId }) => (hubspotId === null ? [] : [hubspotId])),
  );
  return new Set(unlinks.filter(({ hubspotId }) => hubspotId !== null && found.has(hubspotId)).map(({ id }) => id));
}

async function apply(work: SliceWork, { kind, reason, entity, officerndId, hubspotId, id }: StoredOperation): Promise<void> {
  const { store, run } = work;
  if (officerndId === null || hubspotId === null) throw new Error(`Operation ${kind} needs both records.`);
  switch (kind) {
    case 'unlink': {
      const retired = pairId(entity, officerndId, hubspotId);
      if (reason === 'U5') await suppress(work, entity, hubspotId);
      else await clearLinkId(work, entity, officerndId, hubspotId);
      await work.crashPoint('unlink-called');
      await store.links.retire(retired, retireReason(reason), run.id);
      return;
    }
    case 'relink':
      return relink(work, id.slice('relink/'.length), { entity, officerndId, hubspotId });
    case 'link':
      await store.links.activate([{ entity, officerndId, hubspotId, origin: 'restored', run: run.id, linkedAt: work.now().toISOString() }]);
      return;
    case 'create':
    case 'updateOfficernd':
    case 'updateHubspot':
      throw new Error(`Phase 1 plans no ${kind}.`);
  }
}

/** U5. A record that was merged away in the meantime lives on in its survivor, which is what would be created otherwise. */
async function suppress({ store, run, now }: SliceWork, entity: Entity, hubspotId: HubSpotId): Promise<void> {
  const survivors = await store.observations.byMergedIds(run.generation, entity, [hubspotId]);
  await store.suppressions.add(entity, [hubspotId, ...[...survivors.values()].map(({ id }) => id)], run.id, now());
}

/** U3: the pair gets its new name together with its base; an interruption leaves it between the two, and the next attempt goes on from there. */
async function relink(
  work: SliceWork,
  oldId: string,
  pair: Pick<Link, 'officerndId' | 'hubspotId'> & { readonly entity: Entity },
): Promise<void> {
  const { store, run } = work;
  const { entity, officerndId, hubspotId } = pair;
  const before = await store.links.activeByOfficerndIds(entity, [officerndId]);
  const base = (await store.snapshots.byLinkIds([oldId])).get(oldId);
  if (base !== undefined) await store.snapshots.save(new Map([[pairId(entity, officerndId, hubspotId), base]]), entity);
  await store.links.retire(oldId, 'merged', run.id);
  const linkedAt = before.get(officerndId)?.linkedAt ?? work.now().toISOString();
  await store.links.activate([{ entity, officerndId, hubspotId, origin: 'relinked', run: run.id, linkedAt }]);
}

function retireReason(rule: string): RetireReason {
  switch (rule) {
    case 'U5':
      return 'officernd-deleted';
    case 'U3':
      return 'merged';
    default:
      return 'hubspot-deleted';
  }
}
