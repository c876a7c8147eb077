import { createInParallel } from '../../connectors/in-parallel';

/** Tasks that end when the test says so. */
function createTasks() {
  const begun: string[] = [];
  const answers = new Map<string, { readonly resolve: (value: string) => void; readonly reject: (error: Error) => void }>();
  return {
    begun,
    run: (name: string) =>
      new Promise<string>((resolve, reject) => {
        begun.push(name);
        answers.set(name, { resolve, reject });
      }),
    answer: async (name: string) => {
      answers.get(name)?.resolve(name.toUpperCase());
      await settled();
    },
    fail: async (name: string) => {
      answers.get(name)?.reject(new Error(`${name} failed`));
      await settled();
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('several lists share their places: whichever list has an answer, the next item in order of arrival begins', async () => {
  const { begun, run, answer } = createTasks();
  const inParallel = createInParallel(3);
  const lists = Promise.all([inParallel(['a', 'b'], run), inParallel(['c', 'd'], run)]);
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  await answer('b');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['d', 'c', 'a']) await answer(name);
  expect(await lists).toEqual([
    ['A', 'B'],
    ['C', 'D'],
  ]);
});

test('a failure ends only its own list: no more of its tasks begin, and running ones are waited for', async () => {
  const { begun, run, answer, fail } = createTasks();
  const inParallel = createInParallel(2);
  const first = inParallel(['a', 'b', 'c'], run).catch((error: Error) => error.message);
  const second = inParallel(['d'], run);
  await settled();
  await fail('a');
  expect(begun).toEqual(['a', 'b', 'd']);
  await answer('d');
  expect(await second).toEqual(['D']);
  await answer('b');
  expect(await first).toBe('a failed');
});
