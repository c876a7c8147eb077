import { playCase } from './play';
import { readCases } from './read-cases';

const cases = readCases().filter(([, { servers }]) => servers === undefined);

test.each(cases)('%s', async (name, one) => {
  expect(await playCase(name, one)).toEqual([]);
});
