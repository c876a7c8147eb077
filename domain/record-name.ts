import type { JsonValue } from './json';
import type { Observation } from './observation';

/** The properties that a record is known by, the first ones first. Several of one line are joined. */
const namedBy = {
  officernd: { company: [['name']], member: [['name'], ['email']], opportunity: [['name']] },
  hubspot: { company: [['name']], member: [['firstname', 'lastname'], ['email']], opportunity: [['dealname']] },
} as const;

/** The name under which people know a record; null where it has none. It is personal data. */
export function recordName({ side, entity, values }: Pick<Observation, 'side' | 'entity' | 'values'>): string | null {
  for (const properties of namedBy[side][entity]) {
    const name = properties
      .map((property) => textOf(values[property]))
      .filter((text) => text !== '')
      .join(' ');
    if (name !== '') return name;
  }
  return null;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value.trim() : '');
