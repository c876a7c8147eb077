import { Context } from '@temporalio/activity';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { createInParallel } from '../../connectors/in-parallel';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { chunksOf } from '../../domain/chunks';
import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { observedProperties } from '../../domain/to-observation';
import { REJECTED } from '../../domain/verdict';
import type { Observation } from '../../domain/observation';
import type { LinkedPair } from '../../store/links';
import type { Page } from '../../store/paging';
import type { HubSpotActivities, OfficerndActivities } from '../api';
import { nextPart, readPart } from '../slice/cursor';
import type { ActivityDeps } from '../deps';
import { createListing } from './listing';
import type { Listing } from './listing';
import { createMovingPages } from './moving-pages';
import { createLookupPrefetcher } from './prefetch-lookups';
import type { LookupPrefetcher } from './prefetch-lookups';
import { askParents, associationsOf } from './parents';
import { createPagePrefetcher } from './prefetch-pages';
import type { ListedPage, ReadPage } from './prefetch-pages';
import { hubSpotObserver, lookUpHubSpot, officerndObserver } from './records';
import { noteAllLinksRead, noteWhetherAllListed, noteRecordMissed } from './shortcuts';
import { createCarriedPaths, recordHubSpot } from './unread';
import type { CarriedPaths } from './unread';
import { attemptsInVain } from '../slice/progress';
import { runSlice } from '../slice/run-slice';
import type { SliceWork, StepResult } from '../slice/run-slice';

/** Reads one entity's records on one side into `observations`: all of them, or those that may have changed. */
export function createObserveActivities(
  deps: ActivityDeps,
): Pick<HubSpotActivities, 'observeHubSpot'> & Pick<OfficerndActivities, 'observeOfficernd'> {
  return {
    observeHubSpot: (input) => {
      const readPage = createPagePrefetcher(createMovingPages(readHubSpotPage, hubSpotListing));
      const links = createLookupPrefetcher({ list: listLinked, lookUp: createLinkedLookUp(), pagesAtOnce: LINK_PAGES_AT_ONCE });
      return runSlice(
        deps,
        'observe-hubspot',
        input,
        (work, cursor) => {
          const { reading } = work.run;
          return reading.kind === 'full'
            ? listHubSpot(work, cursor, readPage)
            : readChangedHubSpot(work, { since: reading.since, cursor, links });
        },
        async (work) => {
          if (work.run.reading.kind === 'full') await noteWhetherAllListed(work);
          return { counters: {} };
        },
      );
    },
    observeOfficernd: (input) => {
      const list = createListing(createMovingPages(readOfficerndPage, officerndListing), attemptsInVain(Context.current().info));
      const paths = createCarriedPaths();
      return runSlice(
        deps,
        'observe-officernd',
        input,
        (work, cursor) => listOfficernd(work, cursor, { list, paths }),
        async (work) => {
          if (work.run.reading.kind === 'full') await paths.conclude(work);
          return { counters: {} };
        },
      );
    },
  };
}

const hubSpotListing = ({ input: { entity } }: SliceWork) => ({ vendor: 'hubspot', name: hubSpotObjectOf[entity] }) as const;

const officerndListing = ({ input: { entity } }: SliceWork) => ({ vendor: 'officernd', name: officerndResourceOf[entity] }) as const;

async function readHubSpotPage(work: SliceWork, cursor: string | null): Promise<ListedPage<HubSpotRecord>> {
  const { entity } = work.input;
  const object = hubSpotObjectOf[entity];
  const properties = observedProperties(entity, work.mapping);
  const request = { properties, associations: associationsOf[object], ...(cursor !== null && { after: cursor }) };
  const { records, after } = await work.hubspot.listPage(object, request, { signal: work.signal });
  return { records, next: after };
}

async function listHubSpot(work: SliceWork, cursor: string | null, readPage: ReadPage<HubSpotRecord>): Promise<StepResult> {
  const { records, next } = await readPage(work, cursor);
  await recordHubSpot(work, work.input.entity, records.map(hubSpotObserver(work, work.input.entity)));
  return { cursor: next, counters: { hubspotRead: records.length } };
}

/** OfficeRnD's list of changes shows no deletions. The next full reading finds those (docs/decisions/0011-incremental-runs.md). */
async function readOfficerndPage(work: SliceWork, cursor: string | null): Promise<ListedPage<OfficerndRecord>> {
  const { entity } = work.input;
  const { reading } = work.run;
  const request = { ...(cursor !== null && { cursor }), ...(reading.kind === 'incremental' && { modifiedSince: reading.since }) };
  const page = await work.officernd.listPage(officerndResourceOf[entity], request, { signal: work.signal });
  return { records: page.records, next: page.cursor };
}

async function listOfficernd(
  work: SliceWork,
  from: string | null,
  { list, paths }: { readonly list: Listing<OfficerndRecord>; readonly paths: CarriedPaths },
): Promise<StepResult> {
  const { records, cursor, added } = await list(work, from);
  const observations = records.map(officerndObserver(work, work.input.entity));
  if (work.run.reading.kind === 'full') await paths.note(work, observations, from === null);
  await work.store.observations.record(work.run.generation, observations);
  return { cursor, counters: { officerndRead: added } };
}

const parts = ['search', 'linked'] as const;
/** Links of a page: six batches of HubSpot's, which share one query to the store. */
const PAGE = 600;
/**
 * Most batches of an entity that are in flight at once, over all pages. With more, their answers would keep the process busy. Calls would
 * then leave later than the limiter has counted them.
 */
const BATCHES_AT_ONCE = 12;
/** More pages than those batches fill. So whenever a batch is answered, the next one is waiting, of whichever page. */
const LINK_PAGES_AT_ONCE = 6;

interface ChangedReading {
  readonly since: string;
  readonly cursor: string | null;
  readonly links: LookupPrefetcher<LinkLookup, SliceWork>;
}

/** The HubSpot id of a link, and the record that answers to it now; null when none does. */
interface HubSpotLookup {
  readonly id: HubSpotId;
  readonly observation: Observation | null;
}

interface LinkLookup extends HubSpotLookup {
  /** Whether the link's OfficeRnD record is live and carries a link id. */
  readonly hasCarrier: boolean;
}

/**
 * Reads the HubSpot records that may have changed, in two parts:
 *
 * | records with | are found by                            | because                                        |
 * | ------------ | --------------------------------------- | ---------------------------------------------- |
 * | no link      | a search for modified ones              | nothing else shows them                        |
 * | a link       | reading all of them again, 100 per call | search lags, and shows no deletions and merges |
 */
async function readChangedHubSpot(work: SliceWork, { since, cursor, links }: ChangedReading): Promise<StepResult> {
  const { part, after } = readPart(cursor, parts);
  if (part === 'linked') return readLinked(work, after, links.take);
  // The linked records need not wait for the search.
  links.begin(work);
  return readModified(work, since, after);
}

async function readModified(work: SliceWork, since: string, after: HubSpotId | null): Promise<StepResult> {
  const { entity } = work.input;
  const object = hubSpotObjectOf[entity];
  const request = { since, ...(after !== null && { afterId: after }) };
  const { ids, next } = await work.hubspot.searchModified(object, request, { signal: work.signal });
  const links = await work.store.links.activeByHubSpotIds(entity, ids);
  const unlinked = ids.filter((id) => !links.has(id));
  const found = await lookUpHubSpot(work, entity, unlinked, await askParents(work, entity, unlinked));
  await storeLookups(work, lookupsOf(unlinked, found));
  return { cursor: nextPart('search', next, parts), counters: { hubspotChanged: unlinked.length } };
}

async function readLinked(work: SliceWork, after: string | null, readPage: ReadPage<LinkLookup>): Promise<StepResult> {
  const { records, next } = await readPage(work, after);
  if (records.some(({ id, observation, hasCarrier }) => observation?.id !== id || !hasCarrier)) await noteRecordMissed(work);
  await storeLookups(work, records);
  if (next === null) await noteAllLinksRead(work);
  return { cursor: nextPart('linked', next, parts), counters: { hubspotLinked: records.length } };
}

const listLinked = ({ store, input }: SliceWork, after: string | null): Promise<Page<LinkedPair>> =>
  store.links.pagePairs(input.entity, { after, limit: PAGE });

/** Looks up the HubSpot records of links as they are now. After a failure it sends no other batch. Make one for each slice. */
function createLinkedLookUp(): (work: SliceWork, links: readonly LinkedPair[]) => Promise<readonly LinkLookup[]> {
  const inTurn = createInParallel(BATCHES_AT_ONCE);
  let trouble: { readonly error: unknown } | null = null;
  return async (work, links) => {
    const { store, run, input } = work;
    const ids = links.map(({ hubspotId }) => hubspotId);
    const hasParents = associationsOf[hubSpotObjectOf[input.entity]].length > 0;
    const known = hasParents ? await store.observations.parentsByIds(run.generation, 'hubspot', input.entity, ids) : undefined;
    const lookUpBatch = async (batch: readonly HubSpotId[]) => {
      if (trouble !== null) throw trouble.error;
      return lookUpHubSpot(work, input.entity, batch, known, { knownGone: (missing) => heldBefore(work, missing) }).catch(
        (error: unknown) => {
          trouble = { error };
          throw error;
        },
      );
    };
    const [found, carriers] = await Promise.all([
      inTurn(chunksOf(ids, PAGE_SIZE), lookUpBatch),
      // OfficeRnD may be read at the same time. That is safe: an incremental reading only adds live records there.
      store.observations.carriersAmong(
        run.generation,
        input.entity,
        links.map(({ officerndId }) => officerndId),
      ),
    ]);
    const observations = new Map(found.flatMap((ofBatch) => [...ofBatch]));
    return links.map(({ hubspotId, officerndId }) => ({
      id: hubspotId,
      observation: observations.get(hubspotId) ?? null,
      hasCarrier: carriers.has(officerndId),
    }));
  };
}

/**
 * P1: of these HubSpot records, those whose links the run before has held because the records are gone, or has left as a person wanted. They
 * need no proof now: phase 1 asks for them when something is to be done about them.
 */
async function heldBefore({ store, run, input: { entity } }: SliceWork, ids: readonly HubSpotId[]): Promise<ReadonlySet<HubSpotId>> {
  const after = run.reading.kind === 'incremental' ? run.reading.after : undefined;
  if (after === undefined) return new Set();
  const states = run.hasVerdicts === true ? (['held', 'failed'] as const) : (['held'] as const);
  const held = { phase: 'unlink', entity, states, reasons: ['U1'], hubspotIds: ids } as const;
  const { items } = await store.operations.page(after, held, { after: null, limit: ids.length });
  const left = items.filter(({ state, error }) => state === 'held' || error === REJECTED);
  return new Set(left.flatMap(({ hubspotId }) => hubspotId ?? []));
}

const lookupsOf = (ids: readonly HubSpotId[], found: ReadonlyMap<HubSpotId, Observation>): readonly HubSpotLookup[] =>
  ids.map((id) => ({ id, observation: found.get(id) ?? null }));

/**
 * Stores the records that were found. These ids stop being live:
 * - those that no record answers to, or another one: phase 1 asks for them by id and decides (U2, U3);
 * - those without a link that were merged into a record that was seen, since nothing else would show that.
 *
 * Merged records with a link are looked up themselves.
 */
async function storeLookups(work: SliceWork, lookups: readonly HubSpotLookup[]): Promise<void> {
  const { store, run, input } = work;
  const { entity } = input;
  const seen = lookups.flatMap(({ observation }) => observation ?? []);
  await recordHubSpot(work, entity, seen);
  const gone = lookups.filter(({ id, observation }) => observation?.id !== id).map(({ id }) => id);
  const seenIds = new Set(seen.map(({ id }) => id));
  const merged = seen.flatMap(({ mergedIds }) => mergedIds.filter((id) => !seenIds.has(id)));
  const live = await store.observations.liveAmong(run.generation, 'hubspot', entity, merged);
  const linked = await store.links.linkedAmong('hubspot', entity, [...live]);
  await store.observations.forget(run.generation, 'hubspot', entity, [...gone, ...[...live].filter((id) => !linked.has(id))]);
}
