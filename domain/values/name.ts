import type { JsonValue } from '../json';
import { isList, textOf } from './blank';
import type { Canonical, ValueType } from './value-type';
import { converted } from './value-type';

/**
 * `name`: one text in OfficeRnD, the halves `[firstname, lastname]` in HubSpot. Compared joined with one space, white space collapsed.
 * Halves that already join to the new name stay as they are.
 */
export const nameType: ValueType = {
  canonical: (raw) => canonicalName(raw),
  convert: ({ raw, to, current }) => {
    if (to === 'officernd') return converted(joined(raw));
    return canonicalName(raw) === canonicalName(current) ? { kind: 'keep' } : converted(halvesOf(collapsed(joined(raw))));
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

/** The last word is the last name; a single word is the first name. */
function halvesOf(name: string): readonly [first: string, last: string] {
  const lastSpace = name.lastIndexOf(' ');
  return lastSpace === -1 ? [name, ''] : [name.slice(0, lastSpace), name.slice(lastSpace + 1)];
}
