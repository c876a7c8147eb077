import type { Link } from '../domain/link';
import { withoutSettled } from './settled';
import type { SliceWork } from './work';

/** Links that are looked at at once. */
const PAGE = 500;
/** After so many pages the cursor moves on, whatever was found. */
const PAGES_PER_STEP = 20;

/** A stretch of an entity's links. */
export interface Look {
  /** The links that were looked at, in order. */
  readonly looked: readonly string[];
  /** Those of them that are not settled. */
  readonly open: readonly Link[];
  /** Where to look on. */
  readonly next: string | null;
}

/** Looks at page after page for links that are not settled, `most` at the most. */
export async function lookForOpen(work: SliceWork, cursor: string | null, most: number): Promise<Look> {
  const { links } = work.store;
  const looked: string[] = [];
  const open: Link[] = [];
  let page = links.page(work.input.entity, { after: cursor, limit: most });
  for (let pages = 1; ; pages += 1) {
    const { items, next } = await page;
    const ahead = next === null || pages === PAGES_PER_STEP ? null : links.page(work.input.entity, { after: next, limit: PAGE });
    // Told about when it is its turn, if that ever comes.
    ahead?.catch(() => undefined);
    const unsettled = await withoutSettled(work, items);
    const taken = unsettled.slice(0, most - open.length);
    open.push(...taken);
    const last = taken.length < unsettled.length ? taken.at(-1) : undefined;
    // What does not fit any more is for the next step, which begins after the last one that did.
    const fitting = last === undefined ? items : items.slice(0, items.findIndex(({ id }) => id === last.id) + 1);
    looked.push(...fitting.map(({ id }) => id));
    if (last !== undefined) return { looked, open, next: last.id };
    if (ahead === null || open.length === most) return { looked, open, next };
    page = ahead;
  }
}
