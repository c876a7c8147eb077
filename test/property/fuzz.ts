import fc from 'fast-check';
import { regressions } from './regressions';
import type { Scenario } from './scenario';

/** Cases a property: `FC_RUNS`, which `npm run test:all` sets to more, or so few that the whole folder takes seconds. */
export const RUNS = numberFrom('FC_RUNS') ?? 50;

/**
 * The same cases every time, so that only a change makes a test fail. `FC_SEED` searches elsewhere. It is printed with every failure and
 * once a file.
 */
export const SEED = numberFrom('FC_SEED') ?? 20_261_128;

function numberFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${name} must be a whole number.`);
  return value;
}

export interface FuzzOptions {
  /** The share of the usual number of cases. Properties with slow cases have a small one. @default 1 */
  readonly share?: number;
}

/** Tests a law that must hold for every scenario. Cases that once broke a law come first. */
export function law(
  title: string,
  scenarios: fc.Arbitrary<Scenario>,
  check: (scenario: Scenario) => void,
  { share = 1 }: FuzzOptions = {},
): void {
  test(title, () => {
    fc.assert(fc.property(scenarios, check), {
      seed: SEED,
      numRuns: Math.max(20, Math.round(RUNS * share)) + regressions.length,
      examples: regressions.map(({ scenario }) => [scenario]),
      interruptAfterTimeLimit: timeLimitMs,
    });
  });
}

/** The time limit of a test. It is a day for a search with `FC_RUNS`. */
const timeLimitMs = numberFrom('FC_RUNS') === undefined ? 20_000 : 24 * 3_600_000;
if (numberFrom('FC_RUNS') !== undefined) jest.setTimeout(24 * 3_600_000);

beforeAll(() => {
  process.stderr.write(`FC_SEED=${SEED} FC_RUNS=${RUNS}\n`);
});
