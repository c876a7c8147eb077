import { VendorError } from '../../connectors/errors';
import { createPagePrefetcher } from './prefetch-pages';
import type { ListedPage, SliceTime, ReadPage } from './prefetch-pages';
import type { SliceWork } from '../slice/run-slice';

/**
 * Lists OfficeRnD's records although its cursors expire. OfficeRnD refuses an expired cursor with a 500, which may have any other cause
 * too. So a cursor counts as expired only when all of this holds:
 * - earlier attempts have waited in vain for the trouble to pass;
 * - the page of the cursor is refused;
 * - the beginning of the listing is answered;
 * - after that, the page of the cursor is refused again.
 *
 * Then the listing begins again. A vendor that is down answers neither, and is waited for.
 */

/** A page of the listing, or several in a row. */
interface ListingStep<Item> {
  readonly records: readonly Item[];
  /** The slice's cursor, which contains the vendor's; null at the end. */
  readonly cursor: string | null;
  /** How many more records the listing has shown than before; negative when it began again. */
  readonly added: number;
}

/** Takes the next step of a listing; a null cursor is the beginning. */
export type Listing<Item, Work extends SliceTime = SliceWork> = (work: Work, cursor: string | null) => Promise<ListingStep<Item>>;

/** The first attempt that doubts a cursor. The attempts before it have waited for seven seconds in all. */
const DOUBTED_FROM_ATTEMPT = 4;
/** A listing that has begun again this often has another trouble than the age of its cursors. */
const MOST_BEGUN_AGAIN = 3;

/** `attempt` counts the attempts since the slice has moved on. Keeps the state of one slice: make one for each. */
export function createListing<Item, Work extends SliceTime>(read: ReadPage<Item, Work>, attempt: number): Listing<Item, Work> {
  const readPages = createPagePrefetcher(read);
  let isFirstStep = true;
  return async (work, cursor) => {
    const place = placeOf(cursor);
    // Only the first step's cursor can be old: the vendor has just given out any other.
    const isDoubted = isFirstStep && attempt >= DOUBTED_FROM_ATTEMPT && place.after !== null && place.begunAgain < MOST_BEGUN_AGAIN;
    isFirstStep = false;
    try {
      return goOn(place, await readPages(work, place.after));
    } catch (error) {
      if (!isDoubted || !isRefusal(error)) throw error;
    }
    const beginning = await readPages(work, null);
    const page = await read(work, place.after).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return null;
    });
    if (page !== null) return goOn(place, page);
    const again = goOn({ after: null, shown: 0, begunAgain: place.begunAgain + 1 }, beginning);
    return { ...again, added: again.added - place.shown };
  };
}

/** The place in a listing, as the slice's cursor holds it. */
interface Place {
  /** The vendor's cursor; null is the beginning. */
  readonly after: string | null;
  /** Number of records shown up to there. */
  readonly shown: number;
  readonly begunAgain: number;
}

function goOn<Item>({ shown, begunAgain }: Place, { records, next }: ListedPage<Item>): ListingStep<Item> {
  return { records, cursor: next === null ? null : `${begunAgain}/${shown + records.length}/${next}`, added: records.length };
}

/** A cursor of another version of the program is the vendor's alone. */
function placeOf(cursor: string | null): Place {
  const [, begunAgain = '0', shown = '0', after = cursor] = /^(\d)\/(\d+)\/(.+)$/s.exec(cursor ?? '') ?? [];
  return { after, shown: Number(shown), begunAgain: Number(begunAgain) };
}

const isRefusal = (error: unknown): boolean => error instanceof VendorError && error.details.status === 500;
