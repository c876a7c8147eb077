import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/** §2.4 `enumeration`: the option's value, exactly but for white space around it. */
export const enumerationType: ValueType = {
  canonical: (raw) => textOf(raw).trim(),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};
