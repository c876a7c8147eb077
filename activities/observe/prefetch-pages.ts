import { letOthersRun } from '../../connectors/let-others-run';
import type { SliceWork } from '../slice/run-slice';

/** A page of a listing; `next` is null for the last one. */
export interface ListedPage<Item> {
  readonly records: readonly Item[];
  readonly next: string | null;
}

/** Reads one page, or several in a row as if they were one; null is the beginning. */
export type ReadPage<Item, Work extends SliceTime = SliceWork> = (work: Work, cursor: string | null) => Promise<ListedPage<Item>>;

/** The part of a slice that reading needs. */
export type SliceTime = Pick<SliceWork, 'isLastStep'>;

/** Most pages that are kept for the steps to come. A slice holds hardly more than these in memory. */
const MOST_AHEAD = 2;
/** Pages are stored together until they hold this many records: a store handles few large requests faster than many small ones. */
const RECORDS_TOGETHER = 200;

/**
 * Asks for each page of a listing as soon as the page before it has come, while that one is stored. So storing costs no time as long as the
 * vendor is slower. The states of a page:
 *
 * | state     | meaning                                        | pages in it | next  |
 * | --------- | ---------------------------------------------- | ----------- | ----- |
 * | under way | asked for, with the cursor of the page before  | at most one | ready |
 * | ready     | answered, kept for a step                      | at most two | taken |
 * | taken     | given to the current step, which stores it     | any number  |       |
 *
 * A step takes pages until they hold 200 records. The last step of a slice takes all that were asked for, since no later step would take
 * them. It asks for no other. A page that failed is thrown to the step that begins with it. Keeps the state of one slice: make one for
 * each.
 */
export function createPagePrefetcher<Item, Work extends SliceTime>(read: ReadPage<Item, Work>): ReadPage<Item, Work> {
  let queue: PageQueue<Item> | null = null;
  const take = async (work: Work, from: PageQueue<Item>): Promise<ListedPage<Item>> => {
    const records: Item[] = [];
    for (;;) {
      const page = await from.take(records.length > 0);
      if (page === null) return { records, next: from.takenTo() };
      records.push(...page.records);
      if (page.next === null) return { records, next: null };
      // The last step takes every page that has been asked for: no later step would.
      if (records.length >= RECORDS_TOGETHER && !work.isLastStep()) return { records, next: page.next };
    }
  };
  return async (work, cursor) => {
    if (queue === null || queue.takenTo() !== cursor) queue = queueFrom(read, work, cursor);
    const pages = await take(work, queue);
    // Lets the request for the next page leave before this step works on its pages.
    await letOthersRun();
    return pages;
  };
}

/** Pages of one listing that were read ahead of the steps. */
interface PageQueue<Item> {
  /**
   * The next page. Null only when the step has taken a page already, in two cases:
   * - the slice's time is up and no page is under way;
   * - reading has failed: the step that begins with the page gets the error.
   */
  readonly take: (hasTaken: boolean) => Promise<ListedPage<Item> | null>;
  /** The cursor behind the last page that was taken. */
  readonly takenTo: () => string | null;
}

function queueFrom<Item, Work extends SliceTime>(read: ReadPage<Item, Work>, work: Work, cursor: string | null): PageQueue<Item> {
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
