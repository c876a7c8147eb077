import { createListing } from '../../../activities/observe/listing';
import type { Listing } from '../../../activities/observe/listing';
import type { ListedPage } from '../../../activities/observe/prefetch-pages';
import { VendorError } from '../../../connectors/errors';

/** Lists OfficeRnD although its cursors expire: what counts as a refused cursor, and what as an outage. */

const slice = { isLastStep: () => false };
const PAGES = 10;
const A_PAGE = 50;

/** A vendor of ten pages of 50 records. Its cursors end in `mark`. `statusOf` gets the number of each ask, from 1. */
function vendorOf(statusOf: (ask: { readonly page: number; readonly cursor: string | null; readonly nth: number }) => number, mark = '') {
  const asked: number[] = [];
  const read = async (_work: typeof slice, cursor: string | null): Promise<ListedPage<number>> => {
    const page = Number.parseInt(cursor ?? '0', 10);
    const status = statusOf({ page, cursor, nth: asked.push(page) });
    if (status !== 200) throw new VendorError('unavailable', 'It is in trouble.', { vendor: 'officernd', route: 'GET /members', status });
    const records = Array.from({ length: A_PAGE }, (_, index) => page * A_PAGE + index);
    return { records, next: page + 1 < PAGES ? `${page + 1}${mark}` : null };
  };
  return { asked, read };
}

/** The cursor that is stored after the first step of a listing. */
async function firstCursor(): Promise<string | null> {
  const { cursor, added } = await createListing(vendorOf(() => 200).read, 1)(slice, null);
  expect(added).toBe(200);
  return cursor;
}

/** Steps of one activity, from the cursor to the end. */
async function toEnd(step: Listing<number, typeof slice>, from: string | null) {
  const records = new Set<number>();
  let added = 0;
  for (let cursor = from; ;) {
    const page = await step(slice, cursor);
    page.records.forEach((record) => records.add(record));
    added += page.added;
    cursor = page.cursor;
    if (cursor === null) return { records: records.size, added };
  }
}

test('a cursor that is refused before and after the beginning is answered makes the listing begin again, and counts no record twice', async () => {
  const vendor = vendorOf(({ cursor }) => (cursor === '4' ? 500 : 200), ' fresh');
  const { records, added } = await toEnd(createListing(vendor.read, 4), await firstCursor());
  expect(vendor.asked.slice(0, 2)).toEqual([4, 0]);
  expect({ records, added }).toEqual({ records: PAGES * A_PAGE, added: PAGES * A_PAGE - 200 });
});

test.each([
  ['an early attempt leaves the doubt to later ones', 3, 500],
  ['an answer of 503 says nothing about the cursor', 9, 503],
])('%s', async (_name, attempt, status) => {
  const vendor = vendorOf(({ page }) => (page === 4 ? status : 200));
  await expect(createListing(vendor.read, attempt)(slice, await firstCursor())).rejects.toThrow('It is in trouble.');
  expect(vendor.asked).toEqual([4]);
});

test('a vendor that also refuses the beginning is down', async () => {
  const vendor = vendorOf(() => 500);
  await expect(createListing(vendor.read, 9)(slice, await firstCursor())).rejects.toThrow('It is in trouble.');
  expect(vendor.asked).toEqual([4, 0]);
});

test('trouble that passes meanwhile loses no page that was read', async () => {
  const vendor = vendorOf(({ nth }) => (nth === 1 ? 500 : 200));
  const { records, added } = await toEnd(createListing(vendor.read, 9), await firstCursor());
  expect({ records, added }).toEqual({ records: PAGES * A_PAGE - 200, added: PAGES * A_PAGE - 200 });
});

test('a page that is refused even with a fresh cursor makes the listing begin again three times, and is waited for then', async () => {
  const vendor = vendorOf(({ page }) => (page === 4 ? 500 : 200));
  let cursor = await firstCursor();
  let added = 200;
  for (let time = 0; time < 3; time += 1) {
    const again = await createListing(vendor.read, 4)(slice, cursor);
    ({ cursor } = again);
    added += again.added;
    expect(added).toBe(200);
  }
  await expect(createListing(vendor.read, 4)(slice, cursor)).rejects.toThrow('It is in trouble.');
});

test('a cursor of another version goes on where it was', async () => {
  const vendor = vendorOf(() => 200);
  expect(await toEnd(createListing(vendor.read, 1), '7')).toEqual({ records: 150, added: 150 });
});
