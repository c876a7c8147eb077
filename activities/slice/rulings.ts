import type { Entity } from '../../domain/entity';
import { noRulings } from '../../domain/rulings';
import type { Rulings } from '../../domain/rulings';
import { loadRulings } from '../../store/load-rulings';
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
  return () =>
    work.run.decided === true ? (loading ??= loadRulings(work.store, work.run.generation, entity)) : Promise.resolve(noRulings);
}
