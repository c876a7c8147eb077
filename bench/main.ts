import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { grownSince, readResults, resultsOf, writeResults } from './baseline';
import { measureFairness } from './fairness';
import { brokenPromises } from './figures';
import type { Measured } from './figures';
import { benchLimits } from './limits';
import { measure } from './measure';
import { describeScenario } from './print';
import { endWithProblems, numberOption, printProgress } from './program';
import { measureQuietDay } from './quiet-day';
import { groups, putWorld } from './scenarios';
import type { BenchScenario } from './scenarios';
import { measureSharedAccount } from './shared-account';
import { createStand } from './stand';

const BASELINE = resolve(__dirname, '../../bench/baseline.json');

const optionsSchema = z.object({
  contacts: z.number(),
  dealsPercent: z.number(),
  only: z.array(z.string()).optional(),
  scenario: z.array(z.string()).optional(),
  latencyMs: z.number(),
  limits: z.string(),
  json: z.string().optional(),
  check: z.boolean().default(false),
  fairness: z.boolean().default(false),
  sharedAccount: z.boolean().default(false),
  quietDay: z.boolean().default(false),
  cpuProf: z.string().optional(),
});
type BenchOptions = z.infer<typeof optionsSchema>;

function parseOptions(argv: readonly string[]): BenchOptions {
  const command = new Command('bench')
    .description('Measures runs against real servers and the emulators, all of them on this machine.')
    .addOption(new Option('--contacts <n>', 'contacts; a fifth as many companies').argParser(numberOption).default(1000))
    .addOption(new Option('--deals-percent <n>', 'deals for each hundred contacts').argParser(numberOption).default(5))
    .addOption(new Option('--only <group...>', 'groups of scenarios').choices(groups.map(({ name }) => name)))
    .addOption(
      new Option('--scenario <name...>', 'only these; what comes before them in their group runs without latency and limits').choices(
        groups.flatMap(({ scenarios }) => scenarios.map(({ name }) => name)),
      ),
    )
    .addOption(new Option('--latency-ms <n>', 'time that each call takes at the vendors').argParser(numberOption).default(0))
    .option(
      '--limits <name>',
      'off; real: 190 calls per 10 s at HubSpot, 400 reads and 100 writes a minute at OfficeRnD; or a number: so many times those',
      'off',
    )
    .option('--json <file>', 'write the machine-independent figures there')
    .option('--fairness', 'measure a tenant alone and beside throttled ones, and nothing else')
    .option('--shared-account', 'measure refused calls while another program uses the account too, and nothing else')
    .option('--quiet-day', 'count what a day without changes costs, and nothing else')
    .option('--check', 'fail when they have grown by more than 5 % since bench/baseline.json')
    .option('--cpu-prof <dir>', 'write processor profiles of the workers there');
  return optionsSchema.parse(command.parse(argv).opts());
}

async function runBench(options: BenchOptions): Promise<readonly string[]> {
  const limits = benchLimits(options.limits);
  const { contacts, dealsPercent, latencyMs } = options;
  const stand = await createStand({
    limits,
    latencyMs,
    cpuProfileDir: options.cpuProf === undefined ? null : resolve(options.cpuProf),
    progress: printProgress,
  });
  const measured: Measured[] = [];
  const problems: string[] = [];
  try {
    if (options.sharedAccount) return await measureSharedAccount(stand, { contacts, dealsPercent });
    if (options.quietDay) return await measureQuietDay(stand, { contacts, dealsPercent });
    if (options.fairness) return await measureFairness(stand, { contacts, dealsPercent });
    const isWanted = ({ name }: BenchScenario): boolean => options.scenario === undefined || options.scenario.includes(name);
    for (const group of groups.filter(({ name, isAskedFor }) => options.only?.includes(name) ?? isAskedFor !== true)) {
      const last = group.scenarios.findLastIndex(isWanted);
      if (last === -1) continue;
      const database = `bench-${group.name}`;
      printProgress(`${group.name}: putting ${contacts} contacts in place …`);
      const size = await putWorld(stand, group, { contacts, dealsPercent });
      for (const scenario of group.scenarios.slice(0, last + 1)) {
        printProgress(`${group.name}: ${scenario.name} …`);
        // A scenario that only prepares a wanted one runs without limits and latency.
        const held = isWanted(scenario) ? { limits, latencyMs } : { limits: benchLimits('off'), latencyMs: 0 };
        await stand.applyTenant(database, group.name, held.limits.tenant, scenario.settings);
        const one = await measure(stand, { database, tenant: group.name, scenario, size, ...held });
        if (!isWanted(scenario)) continue;
        measured.push(one);
        problems.push(...brokenPromises(one, scenario));
        process.stdout.write(`${describeScenario(one)}\n\n`);
      }
      await stand.dropDatabase(database);
    }
  } finally {
    await stand.stop();
  }
  const results = resultsOf({ contacts, dealsPercent }, measured);
  if (options.json !== undefined) writeResults(options.json, results);
  return options.check ? [...problems, ...grownSince(readResults(BASELINE), results)] : problems;
}

endWithProblems(runBench(parseOptions(process.argv)));
