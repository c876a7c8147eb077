import { createListing } from '../../../activities/observe/listing';
import type { Listing } from '../../../activities/observe/listing';
import type { ListedPage } from '../../../activities/observe/prefetch-pages';
import { VendorError } from '../../../connectors/errors';

/** OfficeRnD is listed to the end though its cursors expire. These tests tell a refused cursor from an outage. */

const slice = { isLastStep: () => false };
const PAGES = 10;
const A_PAGE = 50;

/** A vendor of ten pages of 50 records. Its cursors end with `mark`. Each ask has its number, from 1. */
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

/** Lists from a cursor to the end, as the steps of one activity do. */
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

test('a refused cursor makes the listing begin again if the vendor answers its beginning, and no record is counted twice', async () => {
  const vendor = vendorOf(({ cursor }) => (cursor === '4' ? 500 : 200), ' fresh');
  const { records, added } = await toEnd(createListing(vendor.read, 4), await firstCursor());
  expect(vendor.asked.slice(0, 2)).toEqual([4, 0]);
  expect({ records, added }).toEqual({ records: PAGES * A_PAGE, added: PAGES * A_PAGE - 200 });
});

test.each([
  ['an early attempt leaves it to the ones to come', 3, 500],
  ['a gateway that gives up says nothing of a cursor', 9, 503],
])('%s', async (_name, attempt, status) => {
  const vendor = vendorOf(({ page }) => (page === 4 ? status : 200));
  await expect(createListing(vendor.read, attempt)(slice, await firstCursor())).rejects.toThrow('It is in trouble.');
  expect(vendor.asked).toEqual([4]);
});

test('a vendor that refuses the beginning, too, is down', async () => {
  const vendor = vendorOf(() => 500);
  await expect(createListing(vendor.read, 9)(slice, await firstCursor())).rejects.toThrow('It is in trouble.');
  expect(vendor.asked).toEqual([4, 0]);
});

test('trouble that ends in time loses nothing that was read', async () => {
  const vendor = vendorOf(({ nth }) => (nth === 1 ? 500 : 200));
  const { records, added } = await toEnd(createListing(vendor.read, 9), await firstCursor());
  expect({ records, added }).toEqual({ records: PAGES * A_PAGE - 200, added: PAGES * A_PAGE - 200 });
});

test('a page that refuses a fresh cursor, too, makes the listing begin again three times; after that the step waits', async () => {
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

test("another version's cursor goes on where it was", async () => {
  const vendor = vendorOf(() => 200);
  expect(await toEnd(createListing(vendor.read, 1), '7')).toEqual({ records: 150, added: 150 });
});
