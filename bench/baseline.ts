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

/** Machine-independent results of a benchmark, as `--json` writes and `--check` reads them. */
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

/** A figure may be this much larger than in the baseline. */
const TOLERANCE = 0.05;
/** Small numbers jump by whole ones. */
const SLACK: Readonly<Record<keyof SteadyFigures, number>> = {
  hubspotCalls: 1,
  officerndCalls: 1,
  historyEvents: 6,
  activities: 2,
  mongoStatements: 0.05,
  mongoRoundTrips: 0.02,
};

/**
 * What has grown by more than 5 % since the baseline, in sentences. Both must be of the same world; scenarios that only one of them has are
 * passed over.
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
