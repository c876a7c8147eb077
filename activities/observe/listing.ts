import { VendorError } from '../../connectors/errors';
import { createPagePrefetcher } from './prefetch-pages';
import type { ListedPage, OfSlice, ReadPage } from './prefetch-pages';
import type { SliceWork } from '../slice/run-slice';

/**
 * A listing that begins again when its cursor has expired. OfficeRnD answers that with a 500, which may mean anything (apis/officernd.md
 * §1.3, §4.7), so that a cursor counts as expired only when the beginning of the listing is answered while its own page is refused before
 * and after, and not before other attempts have waited in vain for that to pass. A vendor that is down answers neither, and is waited for.
 */

/** A page of the listing, or several in a row. */
interface ListingStep<Item> {
  readonly records: readonly Item[];
  /** Null at the end; holds the vendor's cursor. */
  readonly cursor: string | null;
  /** By how many the records that the listing has shown have become more; less than none where it began again. */
  readonly added: number;
}

/** Takes the next step of a listing; a null cursor is the beginning. */
export type Listing<Item, Work extends OfSlice = SliceWork> = (work: Work, cursor: string | null) => Promise<ListingStep<Item>>;

/** The first attempt that doubts a cursor: those before it have waited for seven seconds. */
const DOUBTED_FROM_ATTEMPT = 4;
/** A listing that was begun again as often as this has another trouble than the age of its cursors. */
const MOST_BEGUN_AGAIN = 3;

/** `attempt` is the activity's. Keeps one slice's state: make one for each. */
export function createListing<Item, Work extends OfSlice>(read: ReadPage<Item, Work>, attempt: number): Listing<Item, Work> {
  const readAhead = createPagePrefetcher(read);
  let isFirstStep = true;
  return async (work, cursor) => {
    const place = placeOf(cursor);
    // Any other step's cursor has just been given out.
    const isDoubted = isFirstStep && attempt >= DOUBTED_FROM_ATTEMPT && place.after !== null && place.begunAgain < MOST_BEGUN_AGAIN;
    isFirstStep = false;
    try {
      return goOn(place, await readAhead(work, place.after));
    } catch (error) {
      if (!isDoubted || !isRefusal(error)) throw error;
    }
    const beginning = await readAhead(work, null);
    const page = await read(work, place.after).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return null;
    });
    if (page !== null) return goOn(place, page);
    const again = goOn({ after: null, shown: 0, begunAgain: place.begunAgain + 1 }, beginning);
    return { ...again, added: again.added - place.shown };
  };
}

/** Where a listing is: what the slice's cursor holds. */
interface Place {
  /** The vendor's cursor; null is the beginning. */
  readonly after: string | null;
  /** How many records it has shown up to there. */
  readonly shown: number;
  readonly begunAgain: number;
}

function goOn<Item>({ shown, begunAgain }: Place, { records, next }: ListedPage<Item>): ListingStep<Item> {
  return { records, cursor: next === null ? null : `${begunAgain}/${shown + records.length}/${next}`, added: records.length };
}

/** Another version's cursor is the vendor's alone. */
function placeOf(cursor: string | null): Place {
  const [, begunAgain = '0', shown = '0', after = cursor] = /^(\d)\/(\d+)\/(.+)$/s.exec(cursor ?? '') ?? [];
  return { after, shown: Number(shown), begunAgain: Number(begunAgain) };
}

const isRefusal = (error: unknown): boolean => error instanceof VendorError && error.details.status === 500;
