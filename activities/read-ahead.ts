import type { SliceWork } from './work';

/** A page of a listing; `next` is null for the last one. */
export interface ListedPage<Item> {
  readonly records: readonly Item[];
  readonly next: string | null;
}

/** Reads one page; null is the first. */
export type ReadPage<Item> = (work: SliceWork, cursor: string | null) => Promise<ListedPage<Item>>;

/**
 * Asks for the next page while the last one is being stored, so that storing costs no time as long as the vendor is the slower one. Never asks for
 * a page that this slice does not come to, unless it fails. Keeps one slice's state: make one for each.
 */
export function createReadAhead<Item>(read: ReadPage<Item>): ReadPage<Item> {
  let ahead: { readonly cursor: string; readonly page: Promise<ListedPage<Item>> } | null = null;
  return async (work, cursor) => {
    const page = await (ahead !== null && ahead.cursor === cursor ? ahead.page : read(work, cursor));
    ahead = null;
    if (page.next !== null && !work.isLastStep()) {
      const next = read(work, page.next);
      // Told about when that page is asked for; until then nobody listens.
      next.catch(() => undefined);
      ahead = { cursor: page.next, page: next };
    }
    return page;
  };
}
