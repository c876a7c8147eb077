import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { benchLimits } from '../limits';
import { startEmulatorProcess } from '../processes';
import { endWithProblems, numberOption, printProgress } from '../program';
import { openVendors } from '../vendors';
import { hubspotWorld, officerndWorld, sizeOf } from '../world';
import type { WorldSize } from '../world';
import { readers } from './readers';
import type { Reader, ReaderCalls, ReaderResult } from './readers';

const optionsSchema = z.object({
  contacts: z.number(),
  latencyMs: z.number(),
  limits: z.string(),
  only: z.array(z.string()).optional(),
  python: z.string(),
});
type PeersOptions = z.infer<typeof optionsSchema>;

interface Reading {
  readonly reader: Reader;
  readonly result: ReaderResult;
  readonly calls: ReaderCalls;
}

function parseOptions(argv: readonly string[]): PeersOptions {
  const command = new Command('bench:peers')
    .description(
      'Reads all contacts, companies and deals of the HubSpot emulator with our connector and with other programs, one after the other.',
    )
    .addOption(
      new Option('--contacts <n>', 'contacts; a fifth as many companies, a twentieth as many deals')
        .argParser(numberOption)
        .default(10_000),
    )
    .addOption(new Option('--latency-ms <n>', 'time that each call takes').argParser(numberOption).default(0))
    .option('--limits <name>', 'off; real: 190 calls per 10 s; or a number: so many times that', 'off')
    .addOption(new Option('--only <reader...>', 'readers').choices(readers.map(({ name }) => name)))
    .option('--python <command>', 'Python 3.10 or 3.11, for the peers', 'python3.11');
  return optionsSchema.parse(command.parse(argv).opts());
}

async function comparePeers({ contacts, latencyMs, limits: limitsName, only, python }: PeersOptions): Promise<readonly string[]> {
  const limits = benchLimits(limitsName);
  const folder = mkdtempSync(join(tmpdir(), 'orsync-peers-'));
  const readyFile = join(folder, 'emulators.json');
  const emulators = await startEmulatorProcess(readyFile);
  try {
    const vendors = openVendors(readyFile);
    const world = { contacts, dealsPercent: 5, officernd: 'empty' } as const;
    await vendors.putWorld('hubspot', hubspotWorld(world));
    await vendors.putWorld('officernd', officerndWorld(world));
    await vendors.configure(limits, latencyMs);
    const readings: Reading[] = [];
    for (const reader of readers.filter(({ name }) => only === undefined || only.includes(name))) {
      const environment = { vendors, limits, folder: join(folder, reader.name), python, progress: printProgress };
      mkdirSync(environment.folder);
      await reader.prepare(environment);
      await vendors.passMinute();
      printProgress(`${reader.title}: reading …`);
      readings.push({ reader, ...(await reader.read(environment)) });
    }
    process.stdout.write(`${summary(readings)}\n${routes(readings)}\n`);
    return readings.flatMap((reading) => incomplete(reading, sizeOf({ contacts, dealsPercent: 5 })));
  } finally {
    await emulators.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One sentence for each object type of which a reader has not read all records. Its figures can't be compared. */
const incomplete = ({ reader, result: { records } }: Reading, { company, member, opportunity }: WorldSize): readonly string[] =>
  Object.entries({ companies: company, contacts: member, deals: opportunity }).flatMap(([object, wanted]) =>
    records[object] === wanted ? [] : [`${reader.name}: ${String(records[object] ?? 0)} ${object} instead of ${wanted}.`],
  );

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

function summary(readings: readonly Reading[]): string {
  const table = new Table({
    head: ['reader', 'calls', 'of these 429', 'seconds', 'processor seconds', 'records', 'records/s'],
    style: { head: [], border: [] },
  });
  for (const { reader, result, calls } of readings) {
    const records = sum(result.records);
    table.push([
      reader.title,
      String(sum(calls.byRoute)),
      String(calls.rateLimited),
      result.seconds.toFixed(1),
      result.cpuSeconds.toFixed(1),
      String(records),
      (records / result.seconds).toFixed(0),
    ]);
  }
  return table.toString();
}

function routes(readings: readonly Reading[]): string {
  const table = new Table({ head: ['reader', 'route', 'calls'], colAligns: ['left', 'left', 'right'], style: { head: [], border: [] } });
  for (const { reader, calls } of readings) {
    for (const [route, count] of Object.entries(calls.byRoute)) table.push([reader.name, route, String(count)]);
  }
  return table.toString();
}

endWithProblems(comparePeers(parseOptions(process.argv)));
