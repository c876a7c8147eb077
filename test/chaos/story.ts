import type { Entity, Side } from '../../domain/entity';
import { entities } from '../../domain/entity';
import type { Link } from '../../domain/link';
import type { Review } from '../../domain/review';
import type { ConflictRecord } from '../../store/conflicts';
import type { StoredFailure } from '../../store/failures';
import type { Page, PageRequest } from '../../store/paging';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import type { People } from './people';
import type { SeenWorld } from './records';
import type { Schedule, Twist } from './schedule';
import type { SeenRequest } from './vendors';

/** The program's own records at a quiet point. */
export interface Facts {
  readonly active: readonly Link[];
  /** Links that have ended, for any reason. */
  readonly retired: readonly Link[];
  readonly reviews: readonly Review[];
  readonly failures: readonly StoredFailure[];
  /** The runs since the last quiet point, oldest first, without previews. */
  readonly runs: readonly Run[];
  /** The conflicts of those runs. */
  readonly conflicts: readonly ConflictRecord[];
  /** `entity id` of HubSpot records that are not created again (U5). */
  readonly suppressed: ReadonlySet<string>;
}

/** A quiet point. */
export interface Before {
  readonly world: SeenWorld;
  readonly links: readonly Link[];
  readonly order: number;
  readonly atMs: number;
  /** The last run before it, of whatever pair. */
  readonly run: Run | null;
}

/** All data for the checks: people's edits, the vendors' records and requests, and the program's stored data. */
export interface Story {
  readonly schedule: Schedule;
  readonly people: People;
  /** The last quiet point, or the beginning. */
  readonly before: Before;
  /** Links that the tenant had when it was removed, or under another pair. */
  readonly former: readonly Link[];
  /** `entity id` of the HubSpot records that were suppressed when the tenant was removed (D3). Empty if it was not removed. */
  readonly suppressedBefore: ReadonlySet<string>;
  /** Whether the tenant has begun afresh since the last quiet point, without its bases (B1, D3). */
  readonly isFresh: boolean;
  readonly now: SeenWorld;
  readonly facts: Facts;
  /** How the vendors were unlike usual since the last quiet point. */
  readonly twists: readonly Twist[];
  /** All requests since the beginning. */
  readonly log: readonly SeenRequest[];
  /** The longest time by which an answer may have been delayed, in milliseconds. */
  readonly slackMs: number;
  /** True if a listing has left out records since the last quiet point. A run may have taken them for missing. */
  readonly wasBlind: boolean;
}

export async function readFacts(store: TenantStore, { now, since }: { readonly now: SeenWorld; readonly since: number }): Promise<Facts> {
  const perEntity = async <T>(read: (entity: Entity) => Promise<readonly T[]>): Promise<readonly T[]> =>
    (await Promise.all(entities.map(read))).flat();
  const [active, retired, reviews, failures, all] = await Promise.all([
    perEntity((entity) => activeLinks(store, entity)),
    perEntity(async (entity) =>
      (
        await Promise.all(
          (['hubspot-deleted', 'merged', 'officernd-deleted'] as const).map((reason) =>
            allPages((request) => store.links.pageRetired(entity, reason, request)),
          ),
        )
      ).flat(),
    ),
    allPages((request) => store.reviews.listOpen(request)),
    allPages((request) => store.failures.list(request)),
    store.runs.list(100),
  ]);
  const runs = all
    .filter(({ startedAt }) => startedAt.getTime() >= since)
    .toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  const conflicts = (await Promise.all(runs.map(({ id }) => allPages((request) => store.conflicts.page(id, request))))).flat();
  const suppressed = await perEntity(async (entity) => {
    const ids = now.live.filter((record) => record.side === 'hubspot' && record.entity === entity).map(({ id }) => id);
    return [...(await store.suppressions.among(entity, ids))].map((id) => `${entity} ${id}`);
  });
  return { active, retired, reviews, failures, runs, conflicts, suppressed: new Set(suppressed) };
}

async function allPages<T>(read: (request: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let after: string | null = null;
  do {
    const { items, next }: Page<T> = await read({ after, limit: 500 });
    found.push(...items);
    after = next;
  } while (after !== null);
  return found;
}

/** The records of the other side that this one has ever been linked with. */
export const partnersOf = (
  { facts, former }: Pick<Story, 'facts' | 'former'>,
  side: Side,
  entity: Entity,
  id: string,
): ReadonlySet<string> =>
  new Set(
    [...facts.active, ...facts.retired, ...former]
      .filter((link) => link.entity === entity && (side === 'officernd' ? link.officerndId : link.hubspotId) === id)
      .map((link) => (side === 'officernd' ? link.hubspotId : link.officerndId)),
  );

/** The OfficeRnD records that the program has created, each with its request. */
export const creationsIn = (log: readonly SeenRequest[]): ReadonlyMap<string, SeenRequest> =>
  new Map(
    log
      .filter(
        ({ side, method, route, ids }) =>
          side === 'officernd' && method === 'POST' && /\/(companies|members|opportunities)$/.test(route) && ids.length > 0,
      )
      .flatMap((request) => request.ids.map((id): [string, SeenRequest] => [id, request])),
  );

export const isWrite = ({ side, method, route }: SeenRequest): boolean =>
  side === 'officernd' ? method !== 'GET' && !route.includes('/oauth/') : method !== 'GET' && !/\/(batch\/read|search)$|oauth/.test(route);

/** An id of its own for each request. */
export const nameOfRequest = ({ side, atMs, path, ids }: SeenRequest): string => `${side} ${atMs} ${path} ${ids.join(' ')}`;

/** Reads the links by the ids of both sides, so that two links of one record (L13) don't hide each other. */
async function activeLinks({ links }: TenantStore, entity: Entity): Promise<readonly Link[]> {
  const pairs = await allPages((request) => links.pagePairs(entity, request));
  const bySide = await Promise.all([
    links.activeByOfficerndIds(entity, [...new Set(pairs.map(({ officerndId }) => officerndId))]),
    links.activeByHubSpotIds(entity, [...new Set(pairs.map(({ hubspotId }) => hubspotId))]),
  ]);
  const all = bySide.flatMap((found) => [...found.values()]);
  return [...new Map(all.map((link) => [link.id, link])).values()];
}
