import type { Side } from './entity';
import type { FieldMapping, StatusTable } from './field-mapping';
import type { JsonValue } from './json';
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

/** `-1234567.5` → `-1,234,567.5` */
function withThousands(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', ...fraction] = text.slice(sign.length).split('.');
  const groups: string[] = [];
  for (let end = whole.length; end > 0; end -= 3) groups.unshift(whole.slice(Math.max(0, end - 3), end));
  return `${sign}${[groups.join(','), ...fraction].join('.')}`;
}
