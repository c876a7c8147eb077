import DecimalJs from 'decimal.js';
import type { JsonValue } from '../json';
import { textOf } from './blank';

/** A constructor of our own, which settings made elsewhere do not change. It has digits enough for any factor of 100. */
const Decimal = DecimalJs.clone({ defaults: true, precision: 40 });
type Decimal = DecimalJs;

/**
 * Reads a JSON number or its text, `1e3` and `15000.00` included. Returns null for anything else, and for a number that a double can't
 * hold. A fraction is rounded to the nearest double: OfficeRnD holds no other, and HubSpot shows computed ones with all their binary
 * digits. Whole numbers stay exact, since they may be identifiers.
 */
export function readDecimal(raw: JsonValue): Decimal | null {
  const text = textOf(raw).trim();
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text))) return null;
  const exact = new Decimal(text);
  return exact.isInteger() ? exact : new Decimal(Number(text));
}

/** Without exponent and without trailing zeros. */
export const plain = (decimal: Decimal): string => decimal.toFixed();
