import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/** `phone`: compared on digits and a plus before them; written with its formatting. Text without digits is compared as it is. */
export const phoneType: ValueType = {
  canonical: (raw) => canonicalPhone(textOf(raw).trim()),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};

function canonicalPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  if (digits === '') return text;
  return /^\D*\+/.test(text) ? `+${digits}` : digits;
}
