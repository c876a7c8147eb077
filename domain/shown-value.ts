import type { Side } from './entity';
import type { FieldMapping, StatusTable } from './field-mapping';
import type { JsonValue } from './json';
import { isList } from './values/blank';
import { plain, readDecimal } from './values/decimal';

/**
 * A value as people write it: a status or stage by its label, a number with its thousands set apart, a probability in per cent. Null where
 * the value is shown as it stands.
 */
export function shownValue(
  field: Pick<FieldMapping, 'type'>,
  side: Side,
  value: JsonValue,
  { labels }: Pick<StatusTable, 'labels'>,
): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  switch (field.type) {
    case 'status':
      return (side === 'hubspot' ? labels?.stages : labels?.statuses)?.[String(value)] ?? null;
    case 'number': {
      const number = readDecimal(value);
      return number === null ? null : withThousands(plain(number));
    }
    case 'percent': {
      const share = readDecimal(value);
      return share === null ? null : `${withThousands(plain(side === 'hubspot' ? share.times(100) : share))} %`;
    }
    default:
      return null;
  }
}

/**
 * A name as people write it: HubSpot gives a contact's in two parts. Two blank parts are a blank. Values of other fields stay as they are.
 * @param field the field's key
 */
export function wholeName(field: string, value: JsonValue): JsonValue {
  if (field !== 'name' || !isList(value)) return value;
  const name = value.flatMap((part) => (typeof part === 'string' && part !== '' ? [part] : [])).join(' ');
  return name === '' ? null : name;
}

/** `-1234567.5` → `-1,234,567.5` */
function withThousands(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', ...fraction] = text.slice(sign.length).split('.');
  const groups: string[] = [];
  for (let end = whole.length; end > 0; end -= 3) groups.unshift(whole.slice(Math.max(0, end - 3), end));
  return `${sign}${[groups.join(','), ...fraction].join('.')}`;
}
