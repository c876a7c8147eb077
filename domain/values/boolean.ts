import type { JsonValue } from '../json';
import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted, notConvertible } from './value-type';

/** `boolean`: `true` and `false`, as values or as text in any case. Blank is not false. */
export const booleanType: ValueType = {
  canonical: (raw) => {
    const value = readBoolean(raw);
    return value === null ? textOf(raw).trim() : String(value);
  },
  convert: ({ raw, to }) => {
    const value = readBoolean(raw);
    if (value === null) return notConvertible;
    return converted(to === 'officernd' ? value : String(value));
  },
};

function readBoolean(raw: JsonValue): boolean | null {
  switch (textOf(raw).trim().toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      return null;
  }
}
