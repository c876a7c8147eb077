export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}

/** The condition on the field by which pages are ordered; none for the first page. */
export const afterCursor = (field: string, { after }: PageRequest): Readonly<Record<string, { readonly $gt: string }>> =>
  after === null ? {} : { [field]: { $gt: after } };

/** The condition that a text begins so. It reads a part of an index only. */
export const beginningWith = (text: string): { readonly $gte: string; readonly $lt: string } => ({ $gte: text, $lt: `${text}\uffff` });

/** One document more than a page holds, to know whether there is another page. */
export const fetchLimit = ({ limit }: PageRequest): number => limit + 1;

/** Makes MongoDB send all documents in one answer. By default its first answer holds a hundred, and the rest costs a second round trip. */
export const inOneAnswer = (most: number): { readonly batchSize: number } => ({ batchSize: most + 1 });

/** Makes a page from documents that were fetched with `fetchLimit`. */
export function toPage<Stored, Item>(
  fetched: readonly Stored[],
  { limit }: PageRequest,
  { cursorOf, read }: { readonly cursorOf: (stored: Stored) => string; readonly read: (stored: Stored) => Item },
): Page<Item> {
  const kept = fetched.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(read), next: last === undefined || fetched.length <= limit ? null : cursorOf(last) };
}

/** The page size of `everyItem`. */
const EVERY_ITEM_PAGE = 1_000;

/** Reads all pages of a listing, up to `limit` items. */
export async function everyItem<Item>(
  page: (request: PageRequest) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const { items: more, next }: Page<Item> = await page({ after, limit: Math.min(EVERY_ITEM_PAGE, limit - items.length) });
    items.push(...more);
    after = next;
  } while (after !== null && items.length < limit);
  return items;
}

/** Reads all pages of a listing, and gives each item to `use`: no more than a page is in memory. */
export async function forEachItem<Item>(page: (request: PageRequest) => Promise<Page<Item>>, use: (item: Item) => void): Promise<void> {
  for (let after: string | null = null; ;) {
    const { items, next }: Page<Item> = await page({ after, limit: EVERY_ITEM_PAGE });
    for (const item of items) use(item);
    if (next === null) return;
    after = next;
  }
}
