import { chunksOf } from '../../domain/chunks';
import type { Entity, Side } from '../../domain/entity';
import { pairOf } from '../../domain/link';
import type { OpenLink } from '../../store/comparisons';
import type { StoredFailure } from '../../store/failures';
import type { LinkedPair } from '../../store/links';
import { everyItem, toPage } from '../../store/paging';
import type { Page, PageRequest } from '../../store/paging';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';

const PAGE = 500;

/**
 * T3: the store as a run for hints sees it. Verbs that go over all records or links of an entity go over the run's own. So the phases are the
 * same, and cost what its records cost. Verbs by id, by key or by run stay as they are. Make one for each slice: links of the run are looked
 * up once. Any other run sees its store as it is.
 */
export function hintedStore(store: TenantStore, run: Pick<Run, 'id' | 'hints'>): TenantStore {
  if (run.hints === undefined) return store;
  const { inbox, observations, links, comparisons, failures, reviews } = store;
  const claimed = (side: Side, entity: Entity, request: PageRequest) => inbox.pageClaimed(run.id, side, entity, request);
  const known = new Map<Entity, Promise<readonly string[]>>();
  const linkIds = (entity: Entity): Promise<readonly string[]> => {
    const found = known.get(entity) ?? linksOf(store, run.id, entity);
    known.set(entity, found);
    return found;
  };
  const linkIdsAfter = async (entity: Entity, after: string | null) => (await linkIds(entity)).filter((id) => after === null || id > after);
  return {
    ...store,
    observations: {
      ...observations,
      pageIds: async (generation, side, entity, request) => {
        const { items, next } = await claimed(side, entity, request);
        const live = await observations.liveAmong(generation, side, entity, items);
        return { items: items.filter((id) => live.has(id)), next };
      },
      pageLinkIds: async (generation, entity, request) => {
        const { items, next } = await claimed('officernd', entity, request);
        const found = await observations.byIds(generation, 'officernd', entity, items);
        const carrying = items.flatMap((id) => {
          const linkId = found.get(id)?.linkId ?? null;
          return linkId === null || linkId === '' ? [] : [{ id, linkId }];
        });
        return { items: carrying, next };
      },
    },
    links: {
      ...links,
      pagePairs: async (entity, request) => pageOf((await linkIdsAfter(entity, request.after)).map(toPair), request),
      pageRetired: async (entity, reason, request) => {
        const hubspotIds = await everyItem((asked) => claimed('hubspot', entity, asked));
        const retired = await links.retiredOf(entity, { officerndIds: [], hubspotIds });
        const wanted = retired.filter((link) => link.reason === reason && (request.after === null || link.id > request.after));
        return pageOf(wanted.toSorted(byId), request);
      },
    },
    comparisons: {
      ...comparisons,
      pageOpen: async (entity, request) => {
        const open: OpenLink[] = [];
        for (const ids of chunksOf(await linkIdsAfter(entity, request.after), PAGE)) {
          open.push(...(await comparisons.openAmong(entity, ids)).toSorted(byId));
          if (open.length > request.limit) break;
        }
        return pageOf(open, request);
      },
      countSettled: async (entity) => {
        const ids = await linkIds(entity);
        const open = await Promise.all(chunksOf(ids, PAGE).map((some) => comparisons.openAmong(entity, some)));
        return ids.length - open.flat().length;
      },
      // The run before, on which this one builds, has reopened them.
      reopenOthers: async () => undefined,
    },
    failures: {
      ...failures,
      pageHeldElsewhere: async (entity, phase, request) => {
        const [ids = [], ...rest] = chunksOf(await linkIdsAfter(entity, request.after), PAGE);
        const found: readonly StoredFailure[] = await failures.bySubjects(entity, phase, ids);
        const items = found.filter(({ heldElsewhere }) => heldElsewhere !== undefined);
        return { items, next: rest.length === 0 ? null : (ids.at(-1) ?? null) };
      },
    },
    // A case that the run has not looked at may well be one.
    reviews: { ...reviews, closeUnseen: async () => 0 },
  };
}

/** The ids of the active links of a run's records, in order. */
async function linksOf({ inbox, links }: TenantStore, run: string, entity: Entity): Promise<readonly string[]> {
  const idsOn = (side: Side) => everyItem((request) => inbox.pageClaimed(run, side, entity, request));
  const found = [
    ...(await Promise.all(chunksOf(await idsOn('hubspot'), PAGE).map((ids) => links.activeByHubSpotIds(entity, ids)))),
    ...(await Promise.all(chunksOf(await idsOn('officernd'), PAGE).map((ids) => links.activeByOfficerndIds(entity, ids)))),
  ];
  return [...new Set(found.flatMap((byRecord) => [...byRecord.values()].map(({ id }) => id)))].sort();
}

const toPair = (id: string): LinkedPair => ({ id, ...pairOf(id) });

const pageOf = <Item extends { readonly id: string }>(items: readonly Item[], request: PageRequest): Page<Item> =>
  toPage(items.slice(0, request.limit + 1), request, { cursorOf: ({ id }) => id, read: (item) => item });

/** The order of MongoDB's pages. */
const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);
