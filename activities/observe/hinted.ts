import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { hubSpotObjectOf } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { createRecordCalls } from '../slice/calls-per-record';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { askParents } from './parents';
import { lookUpHubSpot, readOfficernd } from './records';
import { lookupsOf } from './store-lookups';
import type { HubSpotLookup } from './store-lookups';

/** Reading for hints (T3): the run's own records by their ids, and no listing. */

interface HintedPage {
  /** The records that answer to the ids; null where none does. */
  readonly lookups: readonly HubSpotLookup[];
  readonly ids: readonly HubSpotId[];
  readonly next: string | null;
}

/**
 * Looks up a page of the run's HubSpot records. A linked one that is gone must be among the deleted ones, too. One that HubSpot shows in neither
 * place is left out, as it was: the next full run finds out.
 */
export async function lookUpHinted(work: SliceWork, after: string | null): Promise<HintedPage> {
  const { store, run, input, hubspot, signal } = work;
  const { entity } = input;
  const { items: ids, next } = await store.inbox.pageClaimed(run.id, 'hubspot', entity, { after, limit: PAGE_SIZE });
  const links = await store.links.activeByHubSpotIds(entity, ids);
  const parents = await askParents(
    work,
    entity,
    ids.filter((id) => !links.has(id)),
  );
  const found = await lookUpHubSpot(work, entity, ids, parents);
  const missing = ids.filter((id) => links.has(id) && !found.has(id));
  const archived = missing.length === 0 ? new Set<HubSpotId>() : await hubspot.archivedAmong(hubSpotObjectOf[entity], missing, { signal });
  const unproven = new Set(missing.filter((id) => !archived.has(id)));
  const known = ids.filter((id) => !unproven.has(id));
  return { lookups: lookupsOf(known, found), ids, next };
}

/** Notes that a page was read. Call it when the page is stored: hints that were not read are not forgotten. */
export const noteHintsRead = ({ store, run, input }: SliceWork, side: 'hubspot' | 'officernd', ids: readonly string[]): Promise<void> =>
  store.inbox.noteRead(run.id, side, input.entity, ids);

/** OfficeRnD records are read one by one, so a small limit must allow this many. */
export const ONE_BY_ONE = 20;

/**
 * Reads a page of the run's OfficeRnD records. One that is gone is no longer live: phase 1 asks for it once more before it ends a link (U5). One
 * that could not be read keeps its hint.
 */
export async function readHintedOfficernd(work: SliceWork, after: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  const { items: ids, next } = await store.inbox.pageClaimed(run.id, 'officernd', entity, { after, limit: ONE_BY_ONE });
  const { gone, unread } = await readOfficernd(work, entity, ids, createRecordCalls(work.signal));
  await store.observations.forget(run.generation, 'officernd', entity, [...gone]);
  await noteHintsRead(
    work,
    'officernd',
    ids.filter((id) => !unread.has(id)),
  );
  return { cursor: next, counters: { officerndRead: ids.length } };
}
