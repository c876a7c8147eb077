import fc from 'fast-check';
import { regressions } from './regressions';
import type { Scenario } from './scenario';

/** The number of cases for each property: `FC_RUNS`, or a number with which the whole folder finishes within a minute. */
export const RUNS = numberFrom('FC_RUNS') ?? 250;

/**
 * The seed of the cases. It is always the same, so that a test fails only because of a change. Set `FC_SEED` to search other cases. It is
 * printed with every failure and once for each file.
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
