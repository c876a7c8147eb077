import { createPagePrefetcher } from '../../../activities/observe/prefetch-pages';
import type { ListedPage } from '../../../activities/observe/prefetch-pages';

/** Listings are read ahead: the next page is under way while the last is stored. No page is asked for that no step takes. */

interface Slice {
  readonly isLastStep: () => boolean;
}
const goingOn: Slice = { isLastStep: () => false };

/** A vendor of pages of 60 records. Each is answered when the test says so. */
function vendorOf(pages: number, broken: number = pages) {
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const read = (_work: Slice, cursor: string | null): Promise<ListedPage<number>> => {
    const page = Number(cursor ?? 0);
    asked.push(page);
    return new Promise((resolve, reject) => {
      answers.push(() =>
        page === broken
          ? reject(new Error('the vendor is down'))
          : resolve({
              records: Array.from({ length: 60 }, (_, index) => page * 100 + index),
              next: page + 1 < pages ? `${page + 1}` : null,
            }),
      );
    });
  };
  return { asked, read, answer: () => answers.shift()?.() };
}

/** Lets the vendor answer at most `most` requests, until `step` has ended. */
async function whileAnswering<T>(vendor: { readonly answer: () => void }, step: Promise<T>, most = Infinity): Promise<T> {
  let isOver = false;
  const end = step.finally(() => {
    isOver = true;
  });
  end.catch(() => undefined);
  for (let answers = 0; !isOver; answers += 1) {
    if (answers < most) vendor.answer();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return end;
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('a step takes several pages, and the next one is asked for before they are stored', async () => {
  const vendor = vendorOf(10);
  const readPage = createPagePrefetcher(vendor.read);
  const first = await whileAnswering(vendor, readPage(goingOn, null), 4);
  expect(first.records).toHaveLength(240);
  expect(first.next).toBe('4');
  expect(vendor.asked).toEqual([0, 1, 2, 3, 4]);
  const second = await whileAnswering(vendor, readPage(goingOn, '4'));
  expect(second.records[0]).toBe(400);
  expect(second.next).toBe('8');
});

test('while a step stores for long, two more pages are read and no third', async () => {
  const vendor = vendorOf(20);
  const readPage = createPagePrefetcher(vendor.read);
  await whileAnswering(vendor, readPage(goingOn, null));
  for (let times = 0; times < 5; times += 1) {
    vendor.answer();
    await settled();
  }
  expect(vendor.asked).toEqual([0, 1, 2, 3, 4, 5]);
});

test('the last step takes all pages that have been asked for, and asks for no more', async () => {
  const vendor = vendorOf(20);
  let isLast = false;
  const slice: Slice = { isLastStep: () => isLast };
  const readPage = createPagePrefetcher(vendor.read);
  await whileAnswering(vendor, readPage(slice, null));
  vendor.answer();
  await settled();
  isLast = true;
  const last = await whileAnswering(vendor, readPage(slice, '4'));
  expect(last.next).toBe(`${(vendor.asked.at(-1) ?? 0) + 1}`);
  expect(last.records).toHaveLength((vendor.asked.length - 4) * 60);
  expect(vendor.asked.length).toBeLessThanOrEqual(6);
});

test('a slice whose time is up at once still reads one page', async () => {
  const vendor = vendorOf(3);
  const readPage = createPagePrefetcher(vendor.read);
  const only = await whileAnswering(vendor, readPage({ isLastStep: () => true }, null));
  expect(only).toMatchObject({ next: '1' });
  expect(vendor.asked).toEqual([0]);
});

test('A2 pages before one that failed are stored; its failure is thrown to the step that begins with it', async () => {
  const vendor = vendorOf(10, 2);
  const readPage = createPagePrefetcher(vendor.read);
  const first = await whileAnswering(vendor, readPage(goingOn, null));
  expect(first.records).toHaveLength(120);
  expect(first.next).toBe('2');
  await expect(whileAnswering(vendor, readPage(goingOn, '2'))).rejects.toThrow('the vendor is down');
});

test('the end of the listing ends the last step', async () => {
  const vendor = vendorOf(5);
  const readPage = createPagePrefetcher(vendor.read);
  await whileAnswering(vendor, readPage(goingOn, null));
  const last = await whileAnswering(vendor, readPage(goingOn, '4'));
  expect(last.records).toHaveLength(60);
  expect(last.next).toBeNull();
});
