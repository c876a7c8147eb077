import { basesOfFound } from '../../domain/creation-bases';
import type { Entity } from '../../domain/entity';
import type { LinkOrigin } from '../../domain/link';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import { isSuperseded, pairId } from '../../domain/link';
import type { Operation } from '../../domain/operation';
import { unfinishedOf } from './late-effect';
import { listedOf } from '../slice/listed-effects';
import type { SliceWork } from '../slice/run-slice';

const PAGE = 500;

export interface Pair {
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly origin: LinkOrigin;
  readonly reason: string;
  /** D1: the decision by which the two are linked. */
  readonly decision?: string;
}

/**
 * Phase 2: makes links and notes them in the journal. The store refuses a pair that would give a record a second active link (L13). Such a
 * pair is noted as failed.
 */
export async function makeLinks(work: SliceWork, wanted: readonly Pair[]): Promise<void> {
  const pairs = await listedPairs(work, wanted);
  if (pairs.length === 0) return;
  const { store, run, input } = work;
  const { entity } = input;
  const operations = operationsFor(entity, pairs);
  await work.assertOwner();
  await store.operations.plan(run.id, operations);
  await work.crashPoint('link-planned');
  await work.assertOwnerCached();
  await forgetSupersededBases(work, pairs);
  await forgetBases(
    work,
    pairs.filter(({ decision }) => decision !== undefined),
  );
  await takeOverCreations(
    work,
    pairs.filter(({ origin, decision }) => origin === 'adopted' && decision === undefined),
  );
  const now = work.now().toISOString();
  const { refused } = await store.links.activate(
    pairs.map(({ officerndId, hubspotId, origin, decision }) => ({
      entity,
      officerndId,
      hubspotId,
      origin,
      run: run.id,
      linkedAt: now,
      pairedAt: now,
      ...(decision !== undefined && { decision }),
    })),
  );
  await work.crashPoint('link-applied');
  await work.assertOwnerCached();
  const failed = new Set(refused.map((pair) => linkOperationId(entity, pair)));
  await store.operations.setState(run.id, [...failed], 'failed', 'link-taken');
  await noteMade(
    work,
    operations.filter(({ id }) => !failed.has(id)),
  );
}

/** Notes pairs that a person has asked for and that can't be linked in this run, with a short reason. */
export async function noteNotLinked(work: SliceWork, pairs: readonly Pair[], why: string): Promise<void> {
  if (pairs.length === 0) return;
  const { store, run, input } = work;
  const operations = operationsFor(input.entity, pairs);
  await store.operations.plan(run.id, operations);
  await store.operations.setState(
    run.id,
    operations.map(({ id }) => id),
    'failed',
    why,
  );
}

const linkOperationId = (entity: Entity, { officerndId, hubspotId }: Pick<Pair, 'officerndId' | 'hubspotId'>): string =>
  `link/${pairId(entity, officerndId, hubspotId)}`;

const operationsFor = (entity: Entity, pairs: readonly Pair[]): readonly Operation[] =>
  pairs.map((pair) => ({
    id: linkOperationId(entity, pair),
    phase: 'link',
    entity,
    kind: 'link',
    officerndId: pair.officerndId,
    hubspotId: pair.hubspotId,
    fields: [],
    reason: pair.reason,
  }));

/** Of a run that applies a preview, the pairs that the preview lists. The others are noted, so that their records are left alone. */
async function listedPairs(work: SliceWork, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const { store, run, input } = work;
  if (run.applies === undefined || pairs.length === 0) return pairs;
  const operations = operationsFor(input.entity, pairs);
  const listed = new Set((await listedOf(work, 'link', operations)).map(({ id }) => id));
  await work.assertOwner();
  await store.operations.plan(
    run.id,
    operations.filter(({ id }) => !listed.has(id)),
    'held',
  );
  return pairs.filter((pair) => listed.has(linkOperationId(input.entity, pair)));
}

/**
 * L12: adopted records that an earlier run's creation has made, though it got no answer. Their fields that hold what was sent are agreed
 * on, as if the answer had come (M7). So an edit since then is an edit, and no difference at a first link.
 */
async function takeOverCreations(work: SliceWork, pairs: readonly Pair[]): Promise<void> {
  const { store, run, input, fields, context } = work;
  const { entity } = input;
  const unfinished = await unfinishedOf(
    work,
    entity,
    pairs.map(({ hubspotId }) => hubspotId),
  );
  const made = pairs.filter(({ hubspotId }) => unfinished.has(hubspotId));
  if (made.length === 0) return;
  const ids = made.map(({ officerndId }) => officerndId);
  const records = await store.observations.byIds(run.generation, 'officernd', entity, ids);
  const bases = made.flatMap(({ officerndId, hubspotId }) => {
    const [record, create] = [records.get(officerndId), unfinished.get(hubspotId)];
    if (record === undefined || create === undefined) return [];
    return [[pairId(entity, officerndId, hubspotId), basesOfFound(fields, record, create.fields, context)] as const];
  });
  await store.snapshots.save(new Map(bases), entity);
  for (const { hubspotId } of made) {
    const create = unfinished.get(hubspotId);
    if (create !== undefined) await store.operations.setState(create.run, [create.id], 'failed', 'superseded');
  }
}

/** Notes operations whose links are made. Their records are not suppressed any more, and failures to create them are forgotten. */
async function noteMade({ store, run, input: { entity } }: SliceWork, operations: readonly Operation[]): Promise<void> {
  const hubspotIds = operations.flatMap(({ hubspotId }) => hubspotId ?? []);
  await store.suppressions.remove(entity, hubspotIds);
  await store.failures.clear(entity, 'link', hubspotIds);
  await store.operations.setState(
    run.id,
    operations.map(({ id }) => id),
    'applied',
  );
}

/**
 * Notes links that an attempt made before it died. Later attempts do not come across them: their records are linked, so they are no
 * candidates.
 */
export async function noteLinksLeft(work: SliceWork): Promise<void> {
  const { store, run, input } = work;
  const { entity } = input;
  const filter = { phase: 'link', entity, kinds: ['link'], state: 'planned' } as const;
  for (let after: string | null = null; ;) {
    const { items, next } = await store.operations.page(run.id, filter, { after, limit: PAGE });
    if (items.length > 0) {
      const active = await store.links.activeByHubSpotIds(
        entity,
        items.flatMap(({ hubspotId }) => hubspotId ?? []),
      );
      const isMade = ({ officerndId, hubspotId }: Operation) => hubspotId !== null && active.get(hubspotId)?.officerndId === officerndId;
      await noteMade(work, items.filter(isMade));
    }
    if (next === null) return;
    after = next;
  }
}

/** D1: pairs that a person links meet as at any first link (M2), whatever they once agreed on. */
const forgetBases = ({ store, input: { entity } }: SliceWork, pairs: readonly Pair[]): Promise<void> =>
  store.snapshots.save(new Map(pairs.map(({ officerndId, hubspotId }) => [pairId(entity, officerndId, hubspotId), {}])), entity);

/**
 * Empties the base of a pair that was linked before, if one of its records had another link since. That base says nothing about the values
 * that the other link has brought (U6), so the pair begins anew (M2).
 */
async function forgetSupersededBases({ store, input: { entity } }: SliceWork, pairs: readonly Pair[]): Promise<void> {
  const retired = await store.links.retiredOf(entity, {
    officerndIds: pairs.map(({ officerndId }) => officerndId),
    hubspotIds: pairs.map(({ hubspotId }) => hubspotId),
  });
  const again = new Set(pairs.map(({ officerndId, hubspotId }) => pairId(entity, officerndId, hubspotId)));
  const superseded = retired.filter((link) => again.has(link.id) && isSuperseded(link, retired));
  await store.snapshots.save(new Map(superseded.map(({ id }) => [id, {}])), entity);
}
