import type { Entity } from '../../domain/entity';
import { noRulings, rulingsOf } from '../../domain/rulings';
import type { Rulings } from '../../domain/rulings';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';

interface OfRun {
  readonly store: TenantStore;
  readonly run: Run;
}

/**
 * D1: returns a function that gives what people have decided about an entity's records. It is read once, when it is first asked for, and not
 * at all for a run that began without any decision. Make one for each slice.
 */
export function createRulings(work: OfRun, entity: Entity): () => Promise<Rulings> {
  let loading: Promise<Rulings> | null = null;
  return () => (work.run.decided === true ? (loading ??= loadRulings(work, entity)) : Promise.resolve(noRulings));
}

/** Reads the decisions that are in force, and into which records theirs have been merged. */
export async function loadRulings({ store, run }: OfRun, entity: Entity): Promise<Rulings> {
  const decisions = await store.decisions.inForce(entity);
  const named = decisions.flatMap(({ verdict }) => {
    if (verdict.kind !== 'ignore') return [verdict.hubspotId];
    return verdict.side === 'hubspot' ? [verdict.id] : [];
  });
  const found = await store.observations.byMergedIds(run.generation, entity, [...new Set(named)]);
  return rulingsOf(entity, decisions, new Map([...found].map(([id, survivor]) => [id, survivor.id])));
}
