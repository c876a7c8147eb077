import type { Page } from '../../store/paging';
import type { ReadPage, SliceTime } from './prefetch-pages';
import type { SliceWork } from '../slice/run-slice';

/** A list that is looked up page by page. The list itself is known without the vendor. */
export interface LookupSource<Place, Item, Work extends SliceTime> {
  /** A page of the places to look up; null is the beginning. */
  readonly list: (work: Work, after: string | null) => Promise<Page<Place>>;
  readonly lookUp: (work: Work, places: readonly Place[]) => Promise<readonly Item[]>;
  /** Most pages that are looked up at the same time. A slice holds no more of them in memory. @default 3 */
  readonly pagesAtOnce?: number;
}

const PAGES_AT_ONCE = 3;

/** A page that is looked up but not taken yet. */
interface PendingPage<Place, Item> {
  readonly from: string | null;
  readonly places: Promise<Page<Place>>;
  readonly found: Promise<readonly Item[]>;
}

export interface LookupPrefetcher<Item, Work extends SliceTime> {
  readonly take: ReadPage<Item, Work>;
  /** Begins the first pages before a step takes them. */
  readonly begin: (work: Work) => void;
}

/**
 * Looks up the coming pages while the last one is stored, several at a time. That works because the place of a page is known before the
 * page before it is answered. With `pagesAtOnce: 3`:
 *
 * | time | page 0       | page 1       | page 2       | page 3       |
 * | ---- | ------------ | ------------ | ------------ | ------------ |
 * | 1    | is looked up | is looked up | is looked up |              |
 * | 2    | is answered  |              | is answered  |              |
 * | 3    | is taken     |              | waits        | is looked up |
 * | 4    | is stored    | is answered  | waits        |              |
 * | 5    |              | is taken     | waits        |              |
 *
 * A step takes one page. The last step of a slice takes all that have begun, since no later step would take them. It begins no other. Keeps
 * the state of one slice: make one for each.
 */
export function createLookupPrefetcher<Place, Item, Work extends SliceTime = SliceWork>({
  list,
  lookUp,
  pagesAtOnce = PAGES_AT_ONCE,
}: LookupSource<Place, Item, Work>): LookupPrefetcher<Item, Work> {
  let pending: readonly PendingPage<Place, Item>[] = [];

  const beginAt = (work: Work, from: string | null): void => {
    const places = list(work, from);
    const found = places.then(({ items }) => lookUp(work, items));
    // A failure is thrown to the step that takes this page.
    found.catch(() => undefined);
    pending = [...pending, { from, places, found }];
    beginFollowing(work);
  };
  /** Begins the page after the last one as soon as its place is known. */
  const beginFollowing = (work: Work): void => {
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
      beginFollowing(work);
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
