import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/** `email`: compared trimmed and in lower case; written in the letter case in which it was found. */
export const emailType: ValueType = {
  canonical: (raw) => textOf(raw).trim().toLowerCase().normalize('NFC'),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};
