import { createLookupPrefetcher } from '../../../activities/observe/prefetch-lookups';
import type { Page } from '../../../store/paging';

/** Links are read again several pages at a time and stored in order. No page is looked up that no step takes. */

interface Slice {
  readonly isLastStep: () => boolean;
}
const goingOn: Slice = { isLastStep: () => false };
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A list of pages of two items. A lookup is answered when the test says so. */
function listOf(pages: number) {
  const begun: string[] = [];
  const answers = new Map<string, { readonly answer: () => void; readonly fail: () => void }>();
  const list = async (_work: Slice, after: string | null): Promise<Page<string>> => {
    const page = Number(after ?? 0);
    return { items: [`${page}a`, `${page}b`], next: page + 1 < pages ? `${page + 1}` : null };
  };
  const lookUp = (_work: Slice, places: readonly string[]): Promise<readonly string[]> => {
    const name = places[0] ?? '';
    begun.push(name);
    return new Promise((resolve, reject) =>
      answers.set(name, { answer: () => resolve(places.map((place) => `found ${place}`)), fail: () => reject(new Error('down')) }),
    );
  };
  return { begun, list, lookUp, answer: (name: string) => answers.get(name)?.answer(), fail: (name: string) => answers.get(name)?.fail() };
}

test('three pages are looked up at a time, and taken in order, whichever is answered first', async () => {
  const links = listOf(6);
  const { take: readPage } = createLookupPrefetcher(links);
  const first = readPage(goingOn, null);
  await settled();
  expect(links.begun).toEqual(['0a', '1a', '2a']);
  links.answer('1a');
  links.answer('0a');
  expect(await first).toEqual({ records: ['found 0a', 'found 0b'], next: '1' });
  await settled();
  expect(links.begun).toEqual(['0a', '1a', '2a', '3a']);
  expect(await readPage(goingOn, '1')).toEqual({ records: ['found 1a', 'found 1b'], next: '2' });
});

test('pages that were begun beforehand are not looked up again', async () => {
  const links = listOf(9);
  const ahead = createLookupPrefetcher(links);
  ahead.begin(goingOn);
  ahead.begin(goingOn);
  await settled();
  for (const name of ['0a', '1a', '2a']) links.answer(name);
  expect(await ahead.take(goingOn, null)).toMatchObject({ next: '1' });
  await settled();
  expect(links.begun).toEqual(['0a', '1a', '2a', '3a']);
});

test('the last page has no next one, and nothing is begun beyond it', async () => {
  const links = listOf(2);
  const { take: readPage } = createLookupPrefetcher(links);
  const first = readPage(goingOn, null);
  await settled();
  links.answer('0a');
  links.answer('1a');
  expect(await first).toMatchObject({ next: '1' });
  expect(await readPage(goingOn, '1')).toMatchObject({ next: null });
  expect(links.begun).toEqual(['0a', '1a']);
});

test('the last step takes along what has been begun, and begins nothing more', async () => {
  const links = listOf(9);
  let isLast = false;
  const slice: Slice = { isLastStep: () => isLast };
  const { take: readPage } = createLookupPrefetcher(links);
  const first = readPage(slice, null);
  await settled();
  links.answer('0a');
  await first;
  await settled();
  isLast = true;
  for (const name of ['1a', '2a', '3a']) links.answer(name);
  expect(await readPage(slice, '1')).toMatchObject({ records: { length: 6 }, next: '4' });
  expect(links.begun).toEqual(['0a', '1a', '2a', '3a']);
});

test('a slice whose time is up at once still looks up one page', async () => {
  const links = listOf(3);
  const only = createLookupPrefetcher(links).take({ isLastStep: () => true }, null);
  await settled();
  links.answer('0a');
  expect(await only).toMatchObject({ records: { length: 2 }, next: '1' });
  expect(links.begun).toEqual(['0a']);
});

test('A2 the failure of a page is thrown to the step that begins with it; a last step keeps the pages before it', async () => {
  const links = listOf(5);
  const { take: readPage } = createLookupPrefetcher(links);
  const first = readPage(goingOn, null);
  await settled();
  links.fail('1a');
  links.answer('0a');
  expect(await first).toMatchObject({ next: '1' });
  await expect(readPage(goingOn, '1')).rejects.toThrow('down');

  const again = readPage({ isLastStep: () => false }, '1');
  await settled();
  links.answer('1a');
  await again;
  links.answer('2a');
  links.fail('3a');
  expect(await readPage({ isLastStep: () => true }, '2')).toMatchObject({ records: { length: 2 }, next: '3' });
});
