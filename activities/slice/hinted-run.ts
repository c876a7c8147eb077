import { isDeepStrictEqual } from 'node:util';
import { effectsByList } from '../../domain/hints/braked-lists';
import { otherSide, sides } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { planReading } from '../../domain/plan-reading';
import type { EarlierRun, Reading } from '../../domain/plan-reading';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import type { ActivityDeps, ResolvedTenant } from '../deps';

/** The beginning and the end of a run for hints (T3). */

interface HintedBasis {
  readonly settleMs: number;
  /** The newest sync, on which the run builds. */
  readonly latest: Run | null;
  /** The mapping of that one, where it still holds. Null: the definitions must be read. */
  readonly known: ResolvedTenant | null;
}

/**
 * Returns what a run for hints stands on. Where configuration and accounts are those of the newest sync, it takes over that one's
 * mapping. Nine calls for definitions would cost more than the few records.
 */
export async function hintedBasis({ tenants, store, now }: ActivityDeps, tenant: string): Promise<HintedBasis> {
  const [{ settleMs, isVerified, ...standing }, latest] = await Promise.all([
    tenants.standing(tenant),
    store.forTenant(tenant).runs.latestSync(),
  ]);
  const isKnown =
    latest !== null &&
    isVerified &&
    latest.mapping.paused === undefined &&
    isDeepStrictEqual(latest.basis, standing.basis) &&
    now().getTime() - latest.startedAt.getTime() < latest.mapping.reading.fullEveryHours * HOUR_MS;
  return { settleMs, latest, known: isKnown ? { ...standing, mapping: latest.mapping, hash: latest.mappingHash } : null };
}

const HOUR_MS = 60 * 60_000;

/** The work of a run for hints. */
export interface HintedPlan {
  /** The number of records that hints are about. */
  readonly hints: number;
  readonly entities: readonly Entity[];
  readonly reading: Reading;
  readonly generation: { readonly id: string; readonly at: Date };
}

interface Claiming {
  readonly run: string;
  readonly mappingHash: string;
  /** The entities that the tenant keeps in step. */
  readonly entities: readonly Entity[];
  readonly latest: EarlierRun | null;
  readonly now: Date;
  readonly settleMs: number;
}

/**
 * Claims the hints that have settled, with the partners of their records. Null where the run has no earlier reading to build on: then it must
 * read everything, and the hints wait.
 */
export async function claimHints(store: TenantStore, claiming: Claiming): Promise<HintedPlan | null> {
  const { run, mappingHash, latest, now, settleMs } = claiming;
  await store.inbox.forgetOthers(claiming.entities);
  const { records, entities, leftBy } = await store.inbox.claim(run, { now, settleMs });
  for (const left of leftBy) {
    const brokenOff = await store.runs.get(left);
    if (brokenOff !== null) await noteLetThrough(store, brokenOff, now);
  }
  // However old: what hints bring is new, and scheduled runs read everything.
  const fullEveryHours = Number.POSITIVE_INFINITY;
  const { reading, generation } = planReading({ mode: 'incremental', entities, mappingHash, now, fullEveryHours, latest });
  if (generation === null) {
    await store.inbox.release(run);
    return null;
  }
  for (const entity of entities) for (const side of sides) await joinPartners(store, { run, side, entity, now });
  return { hints: records, entities, reading, generation };
}

const PAGE = 500;

/** Adds the records on the other side that a run's records are linked with. */
async function joinPartners(
  { inbox, links }: TenantStore,
  { run, side, entity, now }: { readonly run: string; readonly side: Side; readonly entity: Entity; readonly now: Date },
): Promise<void> {
  for (let after: string | null = null; ;) {
    const { items, next }: Awaited<ReturnType<typeof inbox.pageClaimed>> = await inbox.pageClaimed(run, side, entity, {
      after,
      limit: PAGE,
    });
    const found = side === 'hubspot' ? await links.activeByHubSpotIds(entity, items) : await links.activeByOfficerndIds(entity, items);
    const other = otherSide(side);
    const partners = [...found.values()].map((link) => link[`${other}Id`]);
    await inbox.join(run, other, entity, partners, now);
    if (next === null) return;
    after = next;
  }
}

/** Ends a run's hold on hints: those that it has read are over, if it has come to a good end. Notes what the brakes have let through (T4). */
export async function endHints(
  store: TenantStore,
  run: Run,
  { isOver, now }: { readonly isOver: boolean; readonly now: Date },
): Promise<void> {
  await noteLetThrough(store, run, now);
  await (isOver ? store.inbox.settle(run.id) : store.inbox.release(run.id));
}

/** A full run has read everything: what hints before it could tell is known. */
export async function forgetOlderHints(store: TenantStore, { startedAt, entities, mapping }: Run): Promise<void> {
  await store.inbox.forgetBefore(startedAt, entities);
  if (mapping.entities.every((entity) => entities.includes(entity))) await store.gaps.closeBefore(startedAt);
}

async function noteLetThrough({ operations, runs, letThrough }: TenantStore, { id, entities }: Run, now: Date): Promise<void> {
  const [applied, facts] = await Promise.all([operations.tally(id), runs.facts(id)]);
  await letThrough.note(id, effectsByList(applied, entities, facts), now);
}
