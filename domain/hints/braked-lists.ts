import type { Entity } from '../entity';
import type { JsonValue } from '../json';
import type { OperationKind, Phase } from '../operation';

/** T4: the lists that brakes count, under names that runs for hints share. */

/** L11: creations count over all entities. */
export const CREATES = 'create';
/** The list of the links that have met for the first time (M2). */
export const NEW_LINKS = 'new-links';
/** The name of an entity's list: a brake of phase 1, or a list of phase 3. */
export const listOf = (entity: Entity, list: string): string => `${entity}/${list}`;

/** The name of the run fact in which phase 3 keeps what its brakes have counted. */
export const updateBrakeFact = (entity: Entity): string => `update-brake/${entity}`;

interface Done {
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: OperationKind;
  readonly reason: string;
  readonly count: number;
}

/** The effects of a run by list. They come from its applied operations, and from the counts of phase 3 that were not held. */
export function effectsByList(
  applied: readonly Done[],
  entities: readonly Entity[],
  facts: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const add = (list: string, count: number): unknown => counts.set(list, (counts.get(list) ?? 0) + count);
  for (const { phase, entity, kind, reason, count } of applied) {
    if (phase === 'link' && kind === 'create') add(CREATES, count);
    if (phase === 'unlink' && kind === 'unlink' && (reason === 'U1' || reason === 'U7')) add(listOf(entity, 'unlink'), count);
    if (phase === 'unlink' && kind === 'unlink' && reason === 'U5') add(listOf(entity, 'officernd-gone'), count);
  }
  for (const entity of entities) {
    const { links, newLinks, held } = fieldsOf(facts[updateBrakeFact(entity)]);
    const isHeld = (list: string): boolean => Array.isArray(held) && held.includes(list);
    for (const [list, count] of Object.entries(fieldsOf(links)))
      if (typeof count === 'number' && !isHeld(list)) add(listOf(entity, list), count);
    if (typeof newLinks === 'number') add(listOf(entity, NEW_LINKS), newLinks);
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0));
}

const fieldsOf = (value: JsonValue | undefined): Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
