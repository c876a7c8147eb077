import { bundleWorkflows } from '../replay/bundle-of';
import { createSandbox } from './sandbox';
import { simulate } from './simulate';

/** Workflow code in the real sandbox, with a virtual clock and scripted activities: `SIMULATIONS` sets how many seeds are played. */
const SIMULATIONS = Number(process.env['SIMULATIONS'] ?? 300);

test('A2, A5, A6 whatever comes in between, a run ends or waits as it may, and its history holds references only', async () => {
  const sandbox = createSandbox((await bundleWorkflows()).code);
  const broken: string[] = [];
  for (let seed = 1; seed <= SIMULATIONS; seed += 1) {
    try {
      await simulate(sandbox, seed);
    } catch (error) {
      broken.push(error instanceof Error ? error.message : 'something that is no error');
    }
  }
  expect(broken).toEqual([]);
}, 300_000);
