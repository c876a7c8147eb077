import { letOthersRun } from '../../connectors/let-others-run';
import type { SliceWork } from '../slice/run-slice';

/** A page of a listing; `next` is null for the last one. */
export interface ListedPage<Item> {
  readonly records: readonly Item[];
  readonly next: string | null;
}

/** Reads one page, or several in a row as if they were one; null is the beginning. */
export type ReadPage<Item, Work extends OfSlice = SliceWork> = (work: Work, cursor: string | null) => Promise<ListedPage<Item>>;

/** What reading needs to know of a slice. */
export type OfSlice = Pick<SliceWork, 'isLastStep'>;

/** So many pages are kept for the steps to come; a slice holds hardly more than these in memory. */
const MOST_AHEAD = 2;
/** Pages are stored together until they hold so many records: a store answers to few large questions faster than to many small ones. */
const RECORDS_TOGETHER = 200;

/**
 * Asks for each page as soon as the one before has come, whatever becomes of that one meanwhile, so that storing costs no time as long as
 * the vendor is the slower one. Never asks for a page that this slice does not come to, unless it fails. Keeps one slice's state: make one
 * for each.
 */
export function createPagePrefetcher<Item, Work extends OfSlice>(read: ReadPage<Item, Work>): ReadPage<Item, Work> {
  let queue: PageQueue<Item> | null = null;
  const take = async (work: Work, from: PageQueue<Item>): Promise<ListedPage<Item>> => {
    const records: Item[] = [];
    for (;;) {
      const page = await from.take(records.length > 0);
      if (page === null) return { records, next: from.takenTo() };
      records.push(...page.records);
      if (page.next === null) return { records, next: null };
      // What has been asked for is taken along by the last step: nobody comes for it afterwards.
      if (records.length >= RECORDS_TOGETHER && !work.isLastStep()) return { records, next: page.next };
    }
  };
  return async (work, cursor) => {
    if (queue === null || queue.takenTo() !== cursor) queue = queueFrom(read, work, cursor);
    const pages = await take(work, queue);
    // The next page is on its way before anything is done with these.
    await letOthersRun();
    return pages;
  };
}

interface PageQueue<Item> {
  /**
   * The next page. With one taken already, null where the slice's time is up and no other has been asked for, or where there is trouble: it
   * is told to the step that begins with it.
   */
  readonly take: (hasTaken: boolean) => Promise<ListedPage<Item> | null>;
  readonly takenTo: () => string | null;
}

function queueFrom<Item, Work extends OfSlice>(read: ReadPage<Item, Work>, work: Work, cursor: string | null): PageQueue<Item> {
  const ready: ListedPage<Item>[] = [];
  let takenTo = cursor;
  let next = cursor;
  let isAtEnd = false;
  let trouble: { readonly error: unknown } | null = null;
  let underWay: Promise<void> | null = null;

  const readOne = async (): Promise<void> => {
    try {
      const page = await read(work, next);
      ready.push(page);
      next = page.next;
      isAtEnd = next === null;
    } catch (error) {
      trouble = { error };
    }
    underWay = null;
    if (!work.isLastStep()) askOn();
  };
  const askOn = (): void => {
    if (underWay === null && trouble === null && !isAtEnd && ready.length < MOST_AHEAD) underWay = readOne();
  };

  return {
    take: async (hasTaken) => {
      if (!(hasTaken && work.isLastStep())) askOn();
      if (ready.length === 0 && underWay !== null) await underWay;
      const page = ready.shift();
      if (page === undefined) {
        if (trouble !== null && !hasTaken) throw trouble.error;
        return null;
      }
      takenTo = page.next;
      if (!work.isLastStep()) askOn();
      return page;
    },
    takenTo: () => takenTo,
  };
}
