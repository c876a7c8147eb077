import { textOf } from './blank';
import { plain, readDecimal } from './decimal';
import type { ValueType } from './value-type';
import { converted, notConvertible } from './value-type';

/** `number`: compared as decimals; a number in OfficeRnD, a plain decimal text in HubSpot. */
export const numberType: ValueType = {
  canonical: (raw) => {
    const decimal = readDecimal(raw);
    return decimal === null ? textOf(raw).trim() : plain(decimal);
  },
  convert: ({ raw, to }) => {
    const decimal = readDecimal(raw);
    if (decimal === null) return notConvertible;
    return converted(to === 'officernd' ? decimal.toNumber() : plain(decimal));
  },
};
