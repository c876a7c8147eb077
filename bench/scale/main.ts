import { Command, Option } from 'commander';
import { z } from 'zod';
import { benchLimits } from '../limits';
import { endWithProblems, printProgress, wholeNumberOption } from '../program';
import { createStand } from '../stand';
import { measureConstants } from './constants';
import { runManyTenants } from './many-tenants';
import { describeConstants, describeManyTenants, describeShapes } from './print';

const optionsSchema = z.object({ small: z.number(), large: z.number(), tenants: z.number(), tenantContacts: z.number() });
type ScaleOptions = z.infer<typeof optionsSchema>;

function parseOptions(argv: readonly string[]): ScaleOptions {
  const command = new Command('bench:scale')
    .description(
      'Measures what runs and records cost at two sizes, what that means for larger ones, and how many tenants fare at the same time.',
    )
    .addOption(new Option('--small <contacts>', 'the smaller size; 0 leaves this part out').argParser(wholeNumberOption).default(1_000))
    .addOption(new Option('--large <contacts>', 'the larger size').argParser(wholeNumberOption).default(10_000))
    .addOption(new Option('--tenants <n>', 'tenants at the same time; 0 leaves this part out').argParser(wholeNumberOption).default(50))
    .addOption(new Option('--tenant-contacts <n>', 'contacts of each').argParser(wholeNumberOption).default(100));
  return optionsSchema.parse(command.parse(argv).opts());
}

const shapes = [
  { tenants: 1, contacts: 1_000_000, runsADay: [9, 24] },
  { tenants: 1_000, contacts: 5_000, runsADay: [24, 96] },
] as const;

async function measureScale({ small, large, tenants, tenantContacts }: ScaleOptions): Promise<readonly string[]> {
  const stand = await createStand({ limits: benchLimits('off'), latencyMs: 0, cpuProfileDir: null, progress: printProgress });
  try {
    if (small > 0) {
      const constants = await measureConstants(stand, [small, large], printProgress);
      process.stdout.write(`${describeConstants(constants)}\n${describeShapes(constants, shapes)}\n`);
    }
    if (tenants === 0) return [];
    const many = await runManyTenants(stand, { tenants, contacts: tenantContacts }, printProgress);
    process.stdout.write(`${describeManyTenants(many)}\n`);
    return many.rounds.flatMap(({ title, completed }) =>
      completed === tenants ? [] : [`${title}: only ${completed} of ${tenants} completed.`],
    );
  } finally {
    await stand.stop();
  }
}

endWithProblems(measureScale(parseOptions(process.argv)));
