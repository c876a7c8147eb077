import type { Entity, Side } from './entity';
import type { Observation } from './observation';

/** The names of the values that a record's name is made of, in their order. */
export function nameParts(side: Side, entity: Entity): readonly string[] {
  if (side === 'officernd') return ['name'];
  switch (entity) {
    case 'company':
      return ['name'];
    case 'member':
      return ['firstname', 'lastname'];
    case 'opportunity':
      return ['dealname'];
  }
}

/** A record's name as its side writes it; empty where it has none. */
export const recordName = ({ side, entity, values }: Pick<Observation, 'side' | 'entity' | 'values'>): string =>
  nameParts(side, entity)
    .flatMap((part) => {
      const value = values[part];
      return typeof value === 'string' && value !== '' ? [value] : [];
    })
    .join(' ');
