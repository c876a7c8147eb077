import type { JsonValue } from '../json';
import type { Observation } from '../observation';

/** The name of a record as it was read, for the person who asks about it; null where it has none. */
export function recordName({ side, entity, values }: Observation): string | null {
  const text = (name: string): string => textOf(values[name]);
  if (side === 'officernd') return orNull(text('name'));
  switch (entity) {
    case 'company':
      return orNull(text('name'));
    case 'member':
      return orNull(`${text('firstname')} ${text('lastname')}`);
    case 'opportunity':
      return orNull(text('dealname'));
  }
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
