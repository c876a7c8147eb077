import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/**
 * §2 `text`: compared with line endings and Unicode composition normalised, else exactly. White space at the ends counts: where a vendor
 * trims it, the base holds what each side returned (§2.3), so no second write follows.
 */
export const textType: ValueType = {
  canonical: (raw) => normalised(textOf(raw)),
  convert: ({ raw }) => converted(textOf(raw)),
};

const normalised = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC');
