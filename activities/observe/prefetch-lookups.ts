import type { Page } from '../../store/paging';
import type { ReadPage } from './prefetch-pages';
import type { SliceWork } from '../slice/run-slice';

/** What is looked up page by page, of a list that is known without the vendor. */
export interface LookedUp<Place, Item, Work extends OfSlice> {
  /** A page of what is to be looked up; null is the beginning. */
  readonly list: (work: Work, after: string | null) => Promise<Page<Place>>;
  readonly lookUp: (work: Work, places: readonly Place[]) => Promise<readonly Item[]>;
  /** So many pages are looked up at the same time; a slice holds no more of them. @default 3 */
  readonly pagesAtOnce?: number;
}

type OfSlice = Pick<SliceWork, 'isLastStep'>;

const PAGES_AT_ONCE = 3;

interface Pending<Place, Item> {
  readonly from: string | null;
  readonly places: Promise<Page<Place>>;
  readonly found: Promise<readonly Item[]>;
}

export interface LookupPrefetcher<Item, Work extends OfSlice> {
  readonly take: ReadPage<Item, Work>;
  /** Begins with the first pages before anybody takes them. */
  readonly begin: (work: Work) => void;
}

/**
 * Looks up the pages to come while the last is stored, several at a time, since none has to wait for another's answer to know where it
 * begins. Never begins a page that this slice does not come to, unless it fails. Keeps one slice's state: make one for each.
 */
export function createLookupPrefetcher<Place, Item, Work extends OfSlice = SliceWork>({
  list,
  lookUp,
  pagesAtOnce = PAGES_AT_ONCE,
}: LookedUp<Place, Item, Work>): LookupPrefetcher<Item, Work> {
  let pending: readonly Pending<Place, Item>[] = [];

  const beginAt = (work: Work, from: string | null): void => {
    const places = list(work, from);
    const found = places.then(({ items }) => lookUp(work, items));
    // Told about when it is its turn.
    found.catch(() => undefined);
    pending = [...pending, { from, places, found }];
    askOn(work);
  };
  /** Begins the page after the last one as soon as it is known where. */
  const askOn = (work: Work): void => {
    const last = pending.at(-1);
    const beginNext = ({ next }: Page<Place>): void => {
      if (next !== null && last === pending.at(-1) && pending.length < pagesAtOnce && !work.isLastStep()) beginAt(work, next);
    };
    last?.places.then(beginNext).catch(() => undefined);
  };

  const take: ReadPage<Item, Work> = async (work, cursor) => {
    if (pending[0]?.from !== cursor) {
      pending = [];
      beginAt(work, cursor);
    }
    const records: Item[] = [];
    let next = cursor;
    for (const { places, found } of pending.slice(0, work.isLastStep() ? pagesAtOnce : 1)) {
      try {
        records.push(...(await found));
        ({ next } = await places);
      } catch (error) {
        pending = [];
        if (records.length === 0) throw error;
        return { records, next };
      }
      pending = pending.slice(1);
      askOn(work);
    }
    return { records, next };
  };

  return {
    take,
    begin: (work) => {
      if (pending.length === 0 && !work.isLastStep()) beginAt(work, null);
    },
  };
}
