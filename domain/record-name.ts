import type { Entity, Side } from './entity';
import type { JsonValue } from './json';
import type { Observation } from './observation';

/** The properties that make up a record's own name, in their order. */
const namedBy = {
  officernd: { company: ['name'], member: ['name'], opportunity: ['name'] },
  hubspot: { company: ['name'], member: ['firstname', 'lastname'], opportunity: ['dealname'] },
} as const satisfies Readonly<Record<Side, Readonly<Record<Entity, readonly string[]>>>>;

type Named = Pick<Observation, 'side' | 'entity' | 'values'>;

/** The properties of which `recordName` may be made. */
export const nameParts = (side: Side, entity: Entity): readonly string[] => [
  ...namedBy[side][entity],
  ...(entity === 'member' ? ['email'] : []),
];

/** A record's own name, by which records are matched (L3); null where it has none. */
export function ownName({ side, entity, values }: Named): string | null {
  const name = namedBy[side][entity]
    .map((property) => textOf(values[property]))
    .filter((text) => text !== '')
    .join(' ');
  return name === '' ? null : name;
}

/** The name under which people know a record: a member without one by its e-mail; null where it has neither. It is personal data. */
export function recordName(record: Named): string | null {
  const email = record.entity === 'member' ? textOf(record.values['email']) : '';
  return ownName(record) ?? (email === '' ? null : email);
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value.trim() : '');
