import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { createInParallel } from '../../connectors/in-parallel';
import { chunksOf } from '../../domain/chunks';
import { hubSpotObjectOf } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { REJECTED } from '../../domain/verdict';
import type { LinkedPair } from '../../store/links';
import type { Page } from '../../store/paging';
import type { SliceWork } from '../slice/run-slice';
import { associationsOf } from './parents';
import { createLookupPrefetcher } from './prefetch-lookups';
import type { LookupPrefetcher, LookupSource } from './prefetch-lookups';
import { lookUpHubSpot } from './records';
import { seenOn } from './seen-links';
import type { HubSpotLookup } from './store-lookups';

/** Links of a page: six batches of HubSpot's, which share one query to the store. */
const PAGE = 600;
/**
 * Most batches of an entity that are in flight at once, over all pages. With more, their answers would keep the process busy. Calls would
 * then leave later than the limiter has counted them.
 */
const BATCHES_AT_ONCE = 12;
/** More pages than those batches fill. So whenever a batch is answered, the next one is waiting, of whichever page. */
const LINK_PAGES_AT_ONCE = 6;

/** A linked HubSpot record that was looked up. */
export interface LinkLookup extends HubSpotLookup {
  /** Whether the link's OfficeRnD record is live and carries a link id. */
  readonly hasCarrier: boolean;
}

/** Reads the HubSpot records of all links again, 100 a call. Make one for each slice. */
export const createLinkedPages = (): LookupPrefetcher<LinkLookup, SliceWork> =>
  createLookupPrefetcher({ list: listLinked, lookUp: createLinkedLookUp(), pagesAtOnce: LINK_PAGES_AT_ONCE });

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
export async function heldBefore({ store, run, input: { entity } }: SliceWork, ids: readonly HubSpotId[]): Promise<ReadonlySet<HubSpotId>> {
  const after = run.reading.kind === 'incremental' ? run.reading.after : undefined;
  if (after === undefined) return new Set();
  const states = run.hasVerdicts === true ? (['held', 'failed'] as const) : (['held'] as const);
  const held = { phase: 'unlink', entity, states, reasons: ['U1'], hubspotIds: ids } as const;
  const { items } = await store.operations.page(after, held, { after: null, limit: ids.length });
  const left = items.filter(({ state, error }) => state === 'held' || error === REJECTED);
  return new Set(left.flatMap(({ hubspotId }) => hubspotId ?? []));
}

/** For each active link, whether both of its records are known to be there, and the OfficeRnD record carries a link id. Asks no vendor. */
export const knownLinks: LookupSource<LinkedPair, boolean, SliceWork> = {
  list: listLinked,
  lookUp: async (work, pairs) => {
    const [live, carriers] = await Promise.all([seenOn('hubspot', work, pairs), carriersOf(work, pairs)]);
    return pairs.map(({ hubspotId, officerndId }) => live.has(hubspotId) && carriers.has(officerndId));
  },
};

const carriersOf = ({ store, run, input }: SliceWork, pairs: readonly LinkedPair[]): Promise<ReadonlySet<string>> =>
  store.observations.carriersAmong(
    run.generation,
    input.entity,
    pairs.map(({ officerndId }) => officerndId),
  );
