import type { Entity } from '../domain/entity';
import { rulingsOf } from '../domain/rulings';
import type { Rulings } from '../domain/rulings';
import type { TenantStore } from './store';

/**
 * Reads the decisions that are in force (D1), and into which records theirs have been merged.
 * @param run whose reading counts; null for whatever run has read the records last
 */
export async function loadRulings(
  { decisions, observations }: Pick<TenantStore, 'decisions' | 'observations'>,
  run: string | null,
  entity: Entity,
): Promise<Rulings> {
  const inForce = await decisions.inForce(entity);
  const named = inForce.flatMap(({ verdict }) => {
    if (verdict.kind !== 'ignore') return [verdict.hubspotId];
    return verdict.side === 'hubspot' ? [verdict.id] : [];
  });
  const found = await observations.byMergedIds(run, entity, [...new Set(named)]);
  return rulingsOf(entity, inForce, new Map([...found].map(([id, survivor]) => [id, survivor.id])));
}
