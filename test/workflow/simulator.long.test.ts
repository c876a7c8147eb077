import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { figuresSchema, violationText } from './figures';
import { scenes } from './scenes';

/**
 * Workflow code in the real sandbox, with a virtual clock and scripted activities. A separate program plays it, because Temporal's sandbox
 * is
 * ten times slower inside Jest's.
 */
const SEEDS = 800;
/** Many times the usual time, for a busy machine. */
const LONGEST_MS = 580_000;

test('A2, A5, A6 in all orders of events, a run ends or waits as it may, and its history has only references', async () => {
  const { violations, complete, interleavings, wholeRuns } = figuresSchema.parse(JSON.parse(await play()));
  expect(violations.map(violationText)).toEqual([]);
  expect(Object.keys(complete).sort()).toEqual(
    scenes
      .filter(({ size }) => size === 'small')
      .map(({ name }) => name)
      .sort(),
  );
  expect(wholeRuns).toBeGreaterThan(SEEDS / 5);
  expect(interleavings).toBeGreaterThan(10_000);
}, 600_000);

async function play(): Promise<string> {
  const root = join(__dirname, '..', '..');
  const program = ['--require', join(root, 'scripts', 'load-typescript.cjs'), join(__dirname, 'main.ts')];
  const options = ['--json', '--small', '--seeds', String(SEEDS), '--seconds', String(LONGEST_MS / 1_000), '--threads', '2'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...program, ...options], { maxBuffer: 2 ** 26, timeout: LONGEST_MS });
    return stdout;
  } catch (error) {
    // It ends with 1 when a law is broken, and prints the law.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') return error.stdout;
    throw error;
  }
}
