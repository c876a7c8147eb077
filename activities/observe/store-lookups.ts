import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { SliceWork } from '../slice/run-slice';
import { recordHubSpot } from './unread';

/** A HubSpot id that was looked up, and the record that answers to it now; null when none does. */
export interface HubSpotLookup {
  readonly id: HubSpotId;
  readonly observation: Observation | null;
}

/** The lookups of these ids, where `found` has the records by the id that was asked for. */
export const lookupsOf = (ids: readonly HubSpotId[], found: ReadonlyMap<HubSpotId, Observation>): readonly HubSpotLookup[] =>
  ids.map((id) => ({ id, observation: found.get(id) ?? null }));

/**
 * Stores the records that were found. These ids stop being live:
 * - those that no record answers to, or another one: phase 1 asks for them by id and decides (U2, U3);
 * - those that were merged into a record that was seen. Where `linked` is `looked-up`, linked records are looked up themselves, so that they
 *   are left out here.
 */
export async function storeLookups(
  work: SliceWork,
  lookups: readonly HubSpotLookup[],
  { linked }: { readonly linked: 'looked-up' | 'known' },
): Promise<void> {
  const { store, run, input } = work;
  const { entity } = input;
  const seen = lookups.flatMap(({ observation }) => observation ?? []);
  await recordHubSpot(work, entity, seen);
  const gone = lookups.filter(({ id, observation }) => observation?.id !== id).map(({ id }) => id);
  const seenIds = new Set(seen.map(({ id }) => id));
  const merged = seen.flatMap(({ mergedIds }) => mergedIds.filter((id) => !seenIds.has(id)));
  const live = [...(await store.observations.liveAmong(run.generation, 'hubspot', entity, merged))];
  const left = linked === 'known' ? new Set<string>() : await store.links.linkedAmong('hubspot', entity, live);
  await store.observations.forget(run.generation, 'hubspot', entity, [...gone, ...live.filter((id) => !left.has(id))]);
}
