import type { Entity, Side } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { effectsOf } from '../../domain/listed-effect';
import type { ListedEffect } from '../../domain/listed-effect';
import type { OperationState, Phase } from '../../domain/operation';
import { listedHash } from '../../store/content-hash';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import type { SliceWork } from './run-slice';

/**
 * A run that applies a preview does the listed effects that it would still plan the same, and nothing else. Other operations are stored in
 * the state `held`. So their records take no part in the rest of the run, as where a brake holds something.
 */

/** The states of a preview's operations that it would carry out. */
export const listedStates: readonly OperationState[] = ['planned', 'calling', 'applied'];

/** Whether every detail of an operation matters: a preview is compared with the run that applies it. */
export const isBinding = ({ mode, applies }: Pick<Run, 'mode' | 'applies'>): boolean => mode === 'preview' || applies !== undefined;

/** The hashes of what the applied preview lists for these HubSpot records. Nothing is listed of a preview that is stale. */
export async function listedAmong(
  { store, run, input }: Pick<SliceWork, 'store' | 'run' | 'input'>,
  phase: Phase,
  hubspotIds: readonly HubSpotId[],
): Promise<ReadonlySet<string>> {
  const { applies } = run;
  if (applies === undefined || applies.isStale) return new Set();
  const filter = { phase, entity: input.entity, states: listedStates };
  const found = await store.preview().operations.ofRecordsIn(applies.preview, 'hubspot', hubspotIds, filter);
  return new Set(found.flatMap((operation) => effectsOf(operation)).map(listedHash));
}

/** Of operations that a run has planned, those that the preview which it applies lists the same. */
export async function listedOf<One extends ListedEffect>(
  work: SliceWork,
  phase: Phase,
  operations: readonly One[],
): Promise<readonly One[]> {
  const listed = await listedAmong(
    work,
    phase,
    operations.flatMap(({ hubspotId }) => hubspotId ?? []),
  );
  return operations.filter((operation) => effectsOf(operation).every((effect) => listed.has(listedHash(effect))));
}

/**
 * Records of one side whose link the run would have made or moved, though the preview that it applies does not list that. They take no part
 * in the rest of the run: neither another partner nor a creation may take the place of what the preview shows.
 */
export async function unlistedAmong(
  { store, run, input }: SliceWork,
  side: Side,
  ids: readonly string[],
  entity: Entity = input.entity,
): Promise<ReadonlySet<string>> {
  if (run.applies === undefined || ids.length === 0) return new Set();
  const found = await store.operations.ofRecordsIn(run.id, side, ids, { entity, state: 'held', kinds: ['link', 'relink'] });
  return new Set(found.flatMap(({ officerndId, hubspotId }) => (side === 'hubspot' ? hubspotId : officerndId) ?? []));
}

/** The number of effects that the preview lists, and their digest's parts: all hashes. */
export async function listedHashes({ operations }: Pick<TenantStore, 'operations'>, preview: string): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const page of listedPages({ operations }, preview)) hashes.push(...page.flatMap((one) => effectsOf(one)).map(listedHash));
  return hashes;
}

const PAGE = 500;

/** The operations of a preview that it would carry out, page by page. */
export async function* listedPages(
  { operations }: Pick<TenantStore, 'operations'>,
  preview: string,
): AsyncGenerator<readonly ListedEffect[]> {
  for (let after: string | null = null; ;) {
    const { items, next }: Awaited<ReturnType<typeof operations.page>> = await operations.page(
      preview,
      { states: listedStates },
      { after, limit: PAGE },
    );
    yield items;
    if (next === null) return;
    after = next;
  }
}
