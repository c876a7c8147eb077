import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { figuresSchema, violationText } from './figures';
import { scenes } from './scenes';

/**
 * Workflow code in the real sandbox, with a virtual clock and scripted activities. A program of its own plays it: within Jest's sandbox, that of
 * Temporal is many times slower.
 */
const SEEDS = 1_200;

test('A2, A5, A6 whatever comes in between, a run ends or waits as it may, and its history holds references only', async () => {
  const program = join(__dirname, '..', '..', 'scripts', 'simulate.mjs');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--json', '--small', '--seeds', String(SEEDS), '--seconds', '240', '--threads', '2'],
    { maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: unknown) => {
    // It ends with 1 when a law is broken, and prints which.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '')
      return { stdout: error.stdout };
    throw error;
  });
  const { violations, complete, interleavings, wholeRuns } = figuresSchema.parse(JSON.parse(stdout));
  expect(violations.map(violationText)).toEqual([]);
  expect(Object.keys(complete).sort()).toEqual(
    scenes
      .filter(({ size }) => size === 'small')
      .map(({ name }) => name)
      .sort(),
  );
  expect(wholeRuns).toBeGreaterThan(SEEDS / 5);
  expect(interleavings).toBeGreaterThan(20_000);
}, 300_000);
