import type { JsonValue } from '../json';
import { isList, textOf } from './blank';
import { normaliseName } from './match-keys';
import type { Canonical, ValueType } from './value-type';
import { converted } from './value-type';

/**
 * `name`: one text in OfficeRnD, the halves `[firstname, lastname]` in HubSpot. Compared joined with one space, white space collapsed.
 * Halves that already join to the new name stay as they are. Else a half that the new name still has keeps its words.
 */
export const nameType: ValueType = {
  canonical: (raw) => canonicalName(raw),
  convert: ({ raw, to, current }) => {
    if (to === 'officernd') return converted(joined(raw));
    return canonicalName(raw) === canonicalName(current)
      ? { kind: 'keep' }
      : converted(halvesOf(collapsed(joined(raw)), halvesIn(current)));
  },
};

const canonicalName = (raw: JsonValue): Canonical => {
  const name = collapsed(joined(raw)).normalize('NFC');
  return name === '' ? null : name;
};

const joined = (raw: JsonValue): string =>
  (isList(raw) ? raw : [raw])
    .map((half) => textOf(half).trim())
    .filter((half) => half !== '')
    .join(' ');

const collapsed = (text: string): string => text.replace(/\s+/g, ' ').trim();

type Halves = readonly [first: string, last: string];

const halvesIn = (raw: JsonValue): Halves => {
  const [first = null, last = null] = isList(raw) ? raw : [raw];
  return [textOf(first), textOf(last)];
};

/**
 * Divides a name where HubSpot divides it now: before its present last name, else after its present first name. So a last name of several
 * words stays whole. A half that only changed its case is found, too. Else the last word is the last name, and a single word is the
 * first name.
 */
function halvesOf(name: string, [first, last]: Halves): Halves {
  const words = name.split(' ');
  const divided = (count: number): Halves => [words.slice(0, count).join(' '), words.slice(count).join(' ')];
  const lastWords = wordsIn(last);
  const firstWords = wordsIn(first);
  const beforeLast = words.length - lastWords.length;
  if (lastWords.length > 0 && beforeLast >= 0 && areSame(words.slice(beforeLast), lastWords)) return divided(beforeLast);
  if (firstWords.length > 0 && areSame(words.slice(0, firstWords.length), firstWords)) return divided(firstWords.length);
  return words.length === 1 ? [name, ''] : divided(words.length - 1);
}

const wordsIn = (half: string): readonly string[] =>
  collapsed(half)
    .split(' ')
    .filter((word) => word !== '');

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  normaliseName(some.join(' ')) === normaliseName(others.join(' '));
