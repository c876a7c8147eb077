import { withOddServers } from '../support/odd-servers';
import { playCase } from './play';
import { readCases } from './read-cases';

/** The cases whose servers are not as a run needs them. */
const cases = readCases().filter(([, { servers }]) => servers !== undefined);

test.each(cases)('%s', async (name, one) => {
  expect(await withOddServers(one.servers ?? {}, (environment) => playCase(name, one, environment))).toEqual([]);
});
