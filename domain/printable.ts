import type { JsonValue } from './json';

/**
 * The one place that makes foreign text fit to be shown: names, labels, keys, vendors' words, values of records. Such a text may hold escape
 * sequences that rewrite a terminal, marks that turn the reading direction around, Markdown, or megabytes.
 */

/** The most characters of a label. */
export const LABEL_CHARACTERS = 80;
/** The most entries of a list that are named. */
export const LISTED = 20;
/** The most bytes of a sentence, in UTF-8: Temporal refuses a large failure, and with it the run. */
export const MESSAGE_BYTES = 1_024;

/**
 * Controls (C0, C1), format characters (reading direction, zero width), halves of surrogate pairs, and Unicode's line separators. None of
 * them shows, and each changes what is around it.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_IN_LINES = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_IN_FILES = /\r(?!\n)|[^\P{Cc}\n\r\t]|[^\P{Cf}\u200C\u200D]|[\p{Cs}\p{Zl}\p{Zp}]/gu;
const SPACES = /[\s\u0085]+/g;
/** Stands where something can't be shown. */
const UNKNOWN = '\uFFFD';
const MORE = '…';

/** A whole text, such as a command's output, with its line breaks. Characters that can't be shown are replaced. */
export const printable = (text: string): string => text.replace(UNPRINTABLE_IN_LINES, UNKNOWN);

/**
 * A text for a file that people open in a spreadsheet: with its line breaks and tabs. Two joiners stay that show in no terminal, because
 * Persian names and many emoji are written with them.
 */
export const printableFile = (text: string): string => text.replace(UNPRINTABLE_IN_FILES, UNKNOWN);

/** A text on one line: white space becomes single spaces, and what can't be shown is replaced. */
const onOneLine = (text: string): string => text.replace(SPACES, ' ').trim().replace(UNPRINTABLE, UNKNOWN);

/**
 * A name, a key or a label on one line, at most so many characters long. It never ends within a character.
 * @param most in characters (code points)
 */
export function asLabel(text: string, most: number = LABEL_CHARACTERS): string {
  // Cut before anything looks at it: a key may have megabytes.
  const characters = Array.from(onOneLine(startOf(text, most * UNITS_LOOKED_AT)));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}${MORE}`;
}

/** `a, b (with b’s label), c`, and of a long list `a, b, c and 33 more`. */
export function asList(items: readonly (string | readonly [name: string, inBrackets: string])[], most: number = LISTED): string {
  const named = items
    .slice(0, most)
    .map((item) => (typeof item === 'string' ? asLabel(item) : `${asLabel(item[0])} (${asLabel(item[1])})`));
  return `${named.join(', ')}${items.length > most ? ` and ${items.length - most} more` : ''}`;
}

/** A sentence on one line, at most `MESSAGE_BYTES` long. */
export function asSentence(text: string): string {
  const line = onOneLine(startOf(text, MESSAGE_BYTES * UNITS_LOOKED_AT));
  let bytes = 0;
  let kept = '';
  for (const character of line) {
    bytes += bytesOf(character);
    if (bytes > MESSAGE_BYTES) return `${withoutLast(kept)}${MORE}`;
    kept += character;
  }
  return kept;
}

/** A sentence that a Markdown page shows as it is: no emphasis, no link, no picture, no HTML. */
export const inMarkdown = (text: string): string =>
  asSentence(text)
    .split(' ')
    .map((word) => (ADDRESS.test(word) ? `\`${word.replaceAll('`', "'")}\`` : word.replace(MARKUP, '\\$&')))
    .join(' ');

/** Markdown's own signs. A backslash makes each of them an ordinary one. */
const MARKUP = /[\\`*_[\]<>&|~]/g;
/** A page makes a link of an address even without any sign. In a span of code it leaves it alone. */
const ADDRESS = /:\/\/|www\.|@/i;

/** JSON in which everything that can't be shown is written as `\uXXXX`, so it reads back as the same document. */
export const printableJson = (document: object | JsonValue, indent?: number): string =>
  JSON.stringify(document, null, indent).replace(UNPRINTABLE_IN_LINES, (character) =>
    Array.from({ length: character.length }, (_unit, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );

/** So much more of a text is looked at than is kept, since white space shrinks. */
const UNITS_LOOKED_AT = 4;

/** The first UTF-16 units of a text, without half of a character at the end. */
function startOf(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units);
}

/** The room for `…`, which has three bytes. */
function withoutLast(text: string): string {
  const characters = Array.from(text);
  let bytes = 0;
  while (bytes < bytesOf(MORE)) bytes += bytesOf(characters.pop() ?? MORE);
  return characters.join('');
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** The kind of an error, for a log. Never its message: that may quote a document. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
