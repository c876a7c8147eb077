export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it back to go on; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}

/** The condition on the field that orders a page; nothing for the first page. */
export const afterCursor = (field: string, { after }: PageRequest): Readonly<Record<string, { readonly $gt: string }>> =>
  after === null ? {} : { [field]: { $gt: after } };

/** One more than the page holds is asked for, so that the last page is known to be the last. */
export const fetchLimit = ({ limit }: PageRequest): number => limit + 1;

/** All documents of a read come in one answer; MongoDB's own first answer is a hundred, and the rest costs a second round trip. */
export const inOneAnswer = (most: number): { readonly batchSize: number } => ({ batchSize: most + 1 });

/** Turns what was fetched with `fetchLimit` into a page. */
export function toPage<Stored, Item>(
  fetched: readonly Stored[],
  { limit }: PageRequest,
  { cursorOf, read }: { readonly cursorOf: (stored: Stored) => string; readonly read: (stored: Stored) => Item },
): Page<Item> {
  const kept = fetched.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(read), next: last === undefined || fetched.length <= limit ? null : cursorOf(last) };
}

/** Items that `everyItem` asks for at a time. */
const EVERY_ITEM_PAGE = 1_000;

/** Reads a listing to its end, or to so many items. */
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
