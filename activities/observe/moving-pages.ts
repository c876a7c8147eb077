import { VendorError } from '../../connectors/errors';
import type { ListedPage, ReadPage, SliceTime } from './prefetch-pages';

/** The listing that pages belong to, for the message. */
export interface ListedThing {
  readonly vendor: 'hubspot' | 'officernd';
  /** The vendor's own word: `contacts`, `members`. */
  readonly name: string;
}

/**
 * Reads pages only while a listing moves on (V5). Two things are an error: a cursor that two pages lead to, and a page that shows exactly what
 * another one has shown. Such a listing never ends, and never counts as complete. The same page may be asked for again, after a failure.
 * Keeps the state of one slice: make one for each.
 */
export function createMovingPages<Item extends { readonly id: string }, Work extends SliceTime>(
  read: ReadPage<Item, Work>,
  thing: (work: Work) => ListedThing,
): ReadPage<Item, Work> {
  const leadsTo = new Map<string, string | null>();
  const shows = new Map<string, string | null>();
  return async (work, cursor) => {
    const page = await read(work, cursor);
    // A listing that begins again may give the cursors that it gave before.
    if (cursor === null) for (const seen of [leadsTo, shows]) seen.clear();
    if (isRepeated(page, cursor, { leadsTo, shows })) throw repeated(thing(work));
    return page;
  };
}

interface Seen {
  /** By cursor that a page has led to, the cursor of that page. */
  readonly leadsTo: Map<string, string | null>;
  /** By the ids of a page, its cursor. */
  readonly shows: Map<string, string | null>;
}

function isRepeated<Item extends { readonly id: string }>(
  { records, next }: ListedPage<Item>,
  cursor: string | null,
  { leadsTo, shows }: Seen,
): boolean {
  const ids = records.map(({ id }) => id).join(' ');
  const isKnown = (seen: Map<string, string | null>, key: string | null): boolean => {
    if (key === null || key === '') return false;
    const isOfOther = seen.has(key) && seen.get(key) !== cursor;
    seen.set(key, cursor);
    return isOfOther;
  };
  const [isCursorKnown, arePagesAlike] = [isKnown(leadsTo, next), isKnown(shows, ids)];
  return (next !== null && next === cursor) || isCursorKnown || arePagesAlike;
}

function repeated({ vendor, name }: ListedThing): VendorError {
  const who = vendor === 'hubspot' ? 'HubSpot' : 'OfficeRnD';
  const message =
    `${who}'s list of ${name} gives the same page again and again: its cursor does not move on. ` +
    'Nothing was concluded from it. The list is read again; if this continues, ask the vendor’s support.';
  return new VendorError('unexpected', message, { vendor, route: `GET ${name}` });
}
