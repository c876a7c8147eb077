import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { steadyFigures } from './figures';
import type { Measured, SteadyFigures } from './figures';

const figuresSchema = z.object({
  hubspotCalls: z.number(),
  officerndCalls: z.number(),
  historyEvents: z.number(),
  activities: z.number(),
  mongoStatements: z.number(),
  mongoRoundTrips: z.number(),
});
const resultsSchema = z.object({ contacts: z.number(), dealsPercent: z.number(), scenarios: z.record(z.string(), figuresSchema) });

/** The results of a benchmark that don't depend on the machine. `--json` writes them, `--check` reads them. */
interface BenchResults {
  readonly contacts: number;
  readonly dealsPercent: number;
  readonly scenarios: Readonly<Record<string, SteadyFigures>>;
}

export const resultsOf = (world: Omit<BenchResults, 'scenarios'>, measured: readonly Measured[]): BenchResults => ({
  ...world,
  scenarios: Object.fromEntries(measured.map((one) => [one.name, steadyFigures(one)])),
});

export function writeResults(file: string, results: BenchResults): void {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

export const readResults = (file: string): BenchResults => resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** The share by which a figure may be larger than in the baseline. */
const TOLERANCE = 0.05;
/** The absolute growth that is always allowed. Small numbers can't grow by less than 1. */
const SLACK: Readonly<Record<keyof SteadyFigures, number>> = {
  hubspotCalls: 1,
  officerndCalls: 1,
  historyEvents: 6,
  activities: 2,
  mongoStatements: 0.05,
  mongoRoundTrips: 0.02,
};

/**
 * One sentence for each figure that has grown by more than 5 % since the baseline. Both must have the same world. Scenarios that only one
 * of them has are not compared.
 */
export function grownSince(baseline: BenchResults, results: BenchResults): readonly string[] {
  if (baseline.contacts !== results.contacts || baseline.dealsPercent !== results.dealsPercent) {
    throw new Error(
      `The baseline is of ${baseline.contacts} contacts and ${baseline.dealsPercent} % deals: run the benchmark with the same.`,
    );
  }
  return Object.entries(results.scenarios).flatMap(([scenario, now]) => {
    const before = baseline.scenarios[scenario];
    if (before === undefined) return [];
    return figureNames.flatMap((name) =>
      now[name] > Math.max(before[name] * (1 + TOLERANCE), before[name] + SLACK[name])
        ? [`${scenario}: ${name} has grown from ${before[name]} to ${now[name]}.`]
        : [],
    );
  });
}

const figureNames: readonly (keyof SteadyFigures)[] = [
  'hubspotCalls',
  'officerndCalls',
  'historyEvents',
  'activities',
  'mongoStatements',
  'mongoRoundTrips',
];
