import type { Entity } from './entity';
import type { Observation } from './observation';
import { hasEndedWell } from './report';
import type { SyncMode } from './report';

/** How a run reads: everything, or what has changed since a moment. */
export type Reading = FullReading | IncrementalReading;

interface FullReading {
  readonly kind: 'full';
  /**
   * A change from before this moment that is not known was missed: no incremental run would have shown it any more. Absent where no run
   * before it had the same configuration and came to its end.
   */
  readonly knownUntil?: string;
}

interface IncrementalReading {
  readonly kind: 'incremental';
  readonly since: string;
  /** The run that it builds on. Absent in runs of older versions. */
  readonly after?: string;
}

/** The facts of an earlier run. */
export interface EarlierRun {
  readonly id: string;
  readonly state: string;
  readonly entities: readonly Entity[];
  readonly mappingHash: string;
  readonly startedAt: Date;
  /** The run whose full reading its records go back to; itself for a full run. */
  readonly generation: string;
  readonly generationAt: Date;
}

export interface ReadingInput {
  readonly mode: SyncMode;
  readonly entities: readonly Entity[];
  readonly mappingHash: string;
  readonly now: Date;
  readonly fullEveryHours: number;
  /** The newest run that was no preview, however it ended. */
  readonly latest: EarlierRun | null;
}

interface ReadingPlan {
  readonly reading: Reading;
  /** Null when the run begins a generation of its own. */
  readonly generation: { readonly id: string; readonly at: Date } | null;
}

/** Search lags behind writes, and clocks differ: each incremental reading starts this much before the last run did. */
export const LOOKBACK_MS = 10 * 60_000;

/**
 * Decides whether a run reads everything or only what has changed (docs/decisions/0011-incremental-runs.md). An incremental reading builds
 * on what the last run knew. So all of this must hold of the last run:
 * - it has come to its end, though a brake may hold some of what it planned (P1);
 * - with the same configuration;
 * - for all these entities;
 * - and its last full reading is not too old.
 *
 * In every other case everything is read. So a new mapping is backfilled, a deletion in OfficeRnD is noticed, and whatever went wrong
 * before is healed.
 *
 * The watermark is the START of the last run: what changed while that was reading is read again.
 */
export function planReading({ mode, entities, mappingHash, now, fullEveryHours, latest }: ReadingInput): ReadingPlan {
  const isBuiltOn =
    latest !== null &&
    hasEndedWell(latest.state) &&
    latest.mappingHash === mappingHash &&
    entities.every((entity) => latest.entities.includes(entity));
  if (!isBuiltOn || mode === 'preview') return { reading: { kind: 'full' }, generation: null };
  const since = new Date(latest.startedAt.getTime() - LOOKBACK_MS).toISOString();
  const isOld = now.getTime() - latest.generationAt.getTime() > fullEveryHours * 3_600_000;
  if (mode === 'full' || isOld) return { reading: { kind: 'full', knownUntil: since }, generation: null };
  return { reading: { kind: 'incremental', since, after: latest.id }, generation: { id: latest.generation, at: latest.generationAt } };
}

/**
 * Of the records that a full reading shows, how many have changed so long ago that no incremental run would have shown it any more. A record
 * that is gone and was missed is not among them: only one that came without being seen hides it, and that one is.
 *
 * @param changedIds the ids of those that are not as they were known, or were not known
 */
export function countMissed(reading: Reading, read: readonly Observation[], changedIds: readonly string[]): number {
  if (reading.kind !== 'full' || reading.knownUntil === undefined || changedIds.length === 0) return 0;
  const [changed, knownUntil] = [new Set(changedIds), reading.knownUntil];
  return read.filter(({ id, modifiedAt }) => changed.has(id) && modifiedAt < knownUntil).length;
}

/**
 * X3: a run that takes back reads single records, and nothing else. They are added to what the newest sync knew. Without one, as in a preview,
 * they stand alone.
 */
export const planUndoReading = (latest: EarlierRun | null, now: Date): ReadingPlan => ({
  reading: { kind: 'incremental', since: now.toISOString(), ...(latest !== null && { after: latest.id }) },
  generation: latest === null ? null : { id: latest.generation, at: latest.generationAt },
});
