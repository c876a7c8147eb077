import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/**
 * Phone numbers, compared on a leading plus, digits of any script, letters that stand for digits, and an extension. Written with their
 * formatting. Text without digits is compared as it is.
 */
export const phoneType: ValueType = {
  canonical: (raw) => canonicalPhone(textOf(raw).trim()),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};

/** The end of a number that a switchboard needs: `ext 12`, `extension: 12`, `x12`, `#12`. */
const EXTENSION = /(?:\bext(?:ension|n)?\b[.:=]?|(?<=[\s\d).-])x|#) {0,3}(\d{1,10})$/i;

/** Digits, and the letters in place of digits that follow one, as in `1-800-FLOWERS`; after a space only capitals are such letters. */
const DIALLED = /\d|(?<=\d[-.]?)[A-Za-z]{3,}|(?<=\d )[A-Z]{3,}/g;

/** No telephone number is as long; what is longer is a text. */
const LONGEST = 100;

function canonicalPhone(text: string): string {
  const latin = withLatinDigits(text.slice(0, LONGEST + 1));
  if (latin.length > LONGEST || !/\d/.test(latin)) return text;
  const extension = EXTENSION.exec(latin);
  const number = extension === null ? latin : latin.slice(0, extension.index);
  const dialled = [...number.matchAll(DIALLED)].map(([part]) => part.toUpperCase()).join('');
  if (dialled === '') return text;
  return `${/^\D*\+/.test(latin) ? '+' : ''}${dialled}${extension === null ? '' : ` x${extension[1] ?? ''}`}`;
}

/** Unicode's decimal digits lie in runs that begin with a zero, ten to a script. */
const withLatinDigits = (text: string): string => text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));

function digitValue(codePoint: number): number {
  let zero = codePoint;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (codePoint - zero) % 10;
}
