import { createMovingPages } from '../../../activities/observe/moving-pages';
import type { ListedPage } from '../../../activities/observe/prefetch-pages';

const slice = { isLastStep: () => false };
type Page = ListedPage<{ readonly id: string }>;

/** Reads from the beginning to the end, or to an error; at most twenty pages. */
async function readAll(pageOf: (cursor: string | null, nth: number) => Page): Promise<number> {
  let nth = 0;
  const read = createMovingPages(
    async (_work: typeof slice, cursor: string | null) => pageOf(cursor, (nth += 1)),
    () => ({
      vendor: 'hubspot',
      name: 'contacts',
    }),
  );
  let cursor: string | null = null;
  for (let page = 0; page < 20; page += 1) {
    const { next }: Page = await read(slice, cursor);
    if (next === null) return page + 1;
    cursor = next;
  }
  return Infinity;
}

const page = (ids: readonly string[], next: string | null): Page => ({ records: ids.map((id) => ({ id })), next });

test('V5 a listing that moves on ends by itself, empty pages included', async () => {
  const pages = [page(['1'], 'a'), page([], 'b'), page([], 'c'), page(['2'], null)];
  expect(await readAll((_cursor, nth) => pages[nth - 1] ?? page([], null))).toBe(4);
});

test.each<[string, (cursor: string | null, nth: number) => Page]>([
  ['the cursor of a page is its own', (cursor, nth) => page([String(nth)], cursor ?? 'a')],
  ['two cursors in turn', (_cursor, nth) => page([String(nth)], nth % 2 === 0 ? 'a' : 'b')],
  ['one page under other cursors', (_cursor, nth) => page(['1', '2'], String(nth))],
])('V5 %s is an error of the listing', async (_what, pageOf) => {
  await expect(readAll(pageOf)).rejects.toMatchObject({ kind: 'unexpected', message: expect.stringContaining('cursor') as unknown });
});

test('V5 a page that is asked for again is no repetition', async () => {
  const read = createMovingPages(
    async (_work: typeof slice, cursor: string | null) => page([cursor ?? '0'], cursor === null ? 'a' : 'b'),
    () => ({
      vendor: 'officernd',
      name: 'members',
    }),
  );
  await read(slice, null);
  await read(slice, 'a');
  expect(await read(slice, 'a')).toMatchObject({ next: 'b' });
  await read(slice, null);
  expect(await read(slice, 'a')).toMatchObject({ next: 'b' });
});
