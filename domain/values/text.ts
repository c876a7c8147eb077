import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/**
 * `text`: compared exactly, after line endings and Unicode composition are normalised. White space at the ends counts. Where a vendor trims
 * it, the base holds what each side returned (M7), so no second write follows.
 */
export const textType: ValueType = {
  canonical: (raw) => normalised(textOf(raw)),
  convert: ({ raw }) => converted(textOf(raw)),
};

const normalised = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC');
