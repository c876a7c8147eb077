import { join } from 'node:path';
import { z } from 'zod';
import type { BenchLimits } from '../limits';
import { benchTenantFile } from '../stand';
import type { EmulatedVendors } from '../vendors';
import { startLegacyProxy } from './legacy-proxy';
import { pythonWith, run, sourceFile } from './venv';

const resultSchema = z.object({
  /** From its first call to its last record, without its start-up. */
  seconds: z.number(),
  cpuSeconds: z.number(),
  records: z.record(z.string(), z.number()),
});
/** The result that a reader prints. */
export type ReaderResult = z.infer<typeof resultSchema>;

/** The calls that the reader made. */
export interface ReaderCalls {
  readonly byRoute: Readonly<Record<string, number>>;
  readonly rateLimited: number;
}

interface ReaderEnvironment {
  readonly vendors: EmulatedVendors;
  readonly limits: BenchLimits;
  /** A folder of its own for its files. */
  readonly folder: string;
  readonly python: string;
  readonly progress: (line: string) => void;
}

/** A program that reads all contacts, companies and deals. */
export interface Reader {
  readonly name: string;
  readonly title: string;
  /** Installs everything that it needs. This is not measured. */
  readonly prepare: (environment: ReaderEnvironment) => Promise<void>;
  readonly read: (environment: ReaderEnvironment) => Promise<{ readonly result: ReaderResult; readonly calls: ReaderCalls }>;
}

export const readers: readonly Reader[] = [
  ours('orsync', 'orsync, mapped properties', 'mapped'),
  ours('orsync-all', 'orsync, all properties', 'all'),
  peer('dlt', 'dlt 1.31.0, rest_api source', 'directly'),
  peer('airbyte', 'Airbyte source-hubspot 5.7.0', 'through-proxy'),
  peer('tap', 'tap-hubspot 4.5.0', 'through-proxy'),
];

function ours(name: string, title: string, properties: 'mapped' | 'all'): Reader {
  return {
    name,
    title,
    prepare: async () => undefined,
    read: async ({ vendors, limits }) => {
      const argument = JSON.stringify({ tenant: benchTenantFile('peers', vendors, limits.tenant), properties });
      return counted(vendors, () => run(process.execPath, [join(__dirname, 'read-own.js'), argument]));
    },
  };
}

function peer(name: string, title: string, way: 'directly' | 'through-proxy'): Reader {
  const python = ({ python: made, progress }: ReaderEnvironment): Promise<string> => pythonWith(name, made, progress);
  const readFrom = async (apiUrl: string, environment: ReaderEnvironment): Promise<string> => {
    const { accessToken } = environment.vendors.addresses.hubspot;
    const argument = JSON.stringify({ apiUrl, accessToken, folder: environment.folder });
    return run(await python(environment), [sourceFile(`read_${name}.py`), argument]);
  };
  return {
    name,
    title,
    prepare: async (environment) => void (await python(environment)),
    read: async (environment) => {
      const { apiUrl } = environment.vendors.addresses.hubspot;
      if (way === 'directly') return counted(environment.vendors, () => readFrom(apiUrl, environment));
      const proxy = await startLegacyProxy(apiUrl);
      try {
        const result = parsed(await readFrom(proxy.url, environment));
        return { result, calls: proxy.counts() };
      } finally {
        await proxy.stop();
      }
    },
  };
}

/** Runs a reader and counts the calls that reach the emulator. */
async function counted(vendors: EmulatedVendors, read: () => Promise<string>): Promise<{ result: ReaderResult; calls: ReaderCalls }> {
  const before = await vendors.requests('hubspot');
  const result = parsed(await read());
  const after = await vendors.requests('hubspot');
  const byRoute = Object.fromEntries(
    Object.entries(after.byRoute).flatMap(([route, count]) => {
      const made = count - (before.byRoute[route] ?? 0);
      return made > 0 ? [[route, made] as const] : [];
    }),
  );
  return { result, calls: { byRoute, rateLimited: (after.byStatus['429'] ?? 0) - (before.byStatus['429'] ?? 0) } };
}

/** Parses the last line of a reader's output, which is its result. */
const parsed = (stdout: string): ReaderResult => resultSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
