import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/** `enumeration`: the option's value, exactly except for white space around it. */
export const enumerationType: ValueType = {
  canonical: (raw) => textOf(raw).trim(),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};
