import type { Side } from '../entity';
import type { JsonValue } from '../json';
import { textOf } from './blank';
import { plain, readDecimal } from './decimal';
import type { ValueType } from './value-type';
import { converted, notConvertible } from './value-type';

/** HubSpot's fractions have binary noise from the 17th digit on. People enter percentages with at most two decimals. */
const DECIMAL_PLACES = 8;

/** `percent`: 0–100 in OfficeRnD, 0–1 in HubSpot; compared as 0–100, rounded. */
export const percentType: ValueType = {
  canonical: (raw, side) => {
    const percentage = readPercentage(raw, side);
    return percentage === null ? textOf(raw).trim() : plain(percentage);
  },
  convert: ({ raw, to }) => {
    const percentage = readPercentage(raw, to === 'officernd' ? 'hubspot' : 'officernd');
    if (percentage === null) return notConvertible;
    return converted(to === 'officernd' ? percentage.toNumber() : plain(percentage.dividedBy(100)));
  },
};

function readPercentage(raw: JsonValue, side: Side): ReturnType<typeof readDecimal> {
  const decimal = readDecimal(raw);
  if (decimal === null) return null;
  return (side === 'officernd' ? decimal : decimal.times(100)).toDecimalPlaces(DECIMAL_PLACES);
}
