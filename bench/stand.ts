import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { INTERRUPTED, onInterruption } from '../cli/interruption';
import { mongodPidFile } from '../servers/mongod';
import { startServers } from '../servers/start-servers';
import { temporalPidFile } from '../servers/temporal-server';
import type { BenchLimits } from './limits';
import { runOrsync, startEmulatorProcess, startOrsync } from './processes';
import type { LongRunning, CommandEnvironment } from './processes';
import { parseReport } from './report';
import type { SyncReport } from './report';
import { openVendors } from './vendors';
import type { EmulatedVendors } from './vendors';
import { tenantSettings } from './world';

interface StandOptions {
  readonly limits: BenchLimits;
  readonly latencyMs: number;
  /** The folder for Node's processor profiles of the workers, or null for none. */
  readonly cpuProfileDir: string | null;
  readonly progress: (line: string) => void;
}

/** The servers, emulators and workers of a benchmark. Each has a process of its own. Their folder is removed at the end. */
export interface Stand {
  readonly vendors: EmulatedVendors;
  readonly temporal: Client;
  readonly mongo: MongoClient;
  /** Process ids by name, for processor time. A server that was not started here is missing. */
  readonly pids: Readonly<Record<string, number>>;
  /** Starts a worker on a database. Each is a new process, so that its peak memory is its own. */
  readonly startWorker: (database: string) => Promise<LongRunning>;
  /** Stores a tenant that uses the emulators, with this benchmark's limits or with others. */
  readonly applyTenant: (
    database: string,
    tenant: string,
    limits?: BenchLimits['tenant'],
    settings?: Readonly<Record<string, unknown>>,
    app?: HubSpotApp,
  ) => Promise<void>;
  /** Runs `orsync schedule TENANT …`. */
  readonly schedule: (database: string, tenant: string, ...args: readonly string[]) => Promise<void>;
  /** The address of a database. */
  readonly mongodbUri: (database: string) => string;
  /** Runs `orsync sync TENANT`, which only starts a run. */
  readonly startSync: (database: string, tenant: string) => Promise<void>;
  /** Runs `orsync sync TENANT --mode MODE --wait --json` and returns the report. */
  readonly sync: (database: string, tenant: string, mode: 'full' | 'incremental') => Promise<SyncReport>;
  /** Empties all rate windows, the vendors' and those of our own limiter. */
  readonly emptyWindows: (database: string) => Promise<void>;
  readonly dropDatabase: (database: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** An app in a tenant file, which hears of changes. */
export interface HubSpotApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

export async function createStand({ limits, latencyMs, cpuProfileDir, progress }: StandOptions): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-bench-'));
  // Servers that run already could have other work, which would be measured too. So the benchmark starts its own.
  const { TEMPORAL_ADDRESS: _address, MONGODB_URI: _uri, ...environment } = process.env;
  const dataDir = join(folder, 'servers');
  mkdirSync(dataDir);
  const servers = await startServers({ dataDir, progress, environment });
  const mongodbUri = (database: string): string => {
    const uri = new URL(servers.mongodbUri);
    uri.pathname = `/${database}`;
    return uri.href;
  };
  const envOf = (database: string): CommandEnvironment => ({
    TEMPORAL_ADDRESS: servers.temporalAddress,
    MONGODB_URI: mongodbUri(database),
    ORSYNC_QUEUE_PREFIX: database,
    ORSYNC_SKIP_CHECK: '1',
    ORSYNC_LOG_LEVEL: 'info',
  });
  const readyFile = join(folder, 'emulators.json');
  const emulators = await startEmulatorProcess(readyFile);
  const vendors = openVendors(readyFile);
  await vendors.configure(limits, latencyMs);
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const mongo = await MongoClient.connect(servers.mongodbUri);
  const run = async (args: readonly string[], database: string): Promise<string> => {
    const { code, stdout, stderr } = await runOrsync(args, envOf(database));
    if (code !== 0) throw new Error(`orsync ${args.slice(0, 2).join(' ')} ended with ${String(code)}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([emulators.stop(), connection.close(), mongo.close()]);
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // After an interruption, the measured worker ends with this process.
  const ignore = onInterruption(() => {
    ignore();
    void stop().finally(() => process.exit(INTERRUPTED));
  });
  const profile = cpuProfileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProfileDir}`];

  return {
    vendors,
    temporal: new Client({ connection }),
    mongo,
    pids: { emulators: emulators.pid, ...pidOf('mongod', mongodPidFile(dataDir)), ...pidOf('temporal', temporalPidFile(dataDir)) },
    startWorker: (database) =>
      startOrsync({ args: ['worker'], env: envOf(database), nodeFlags: profile, isReady: (output) => output.includes('worker is ready') }),
    mongodbUri,
    schedule: async (database, tenant, ...args) => void (await run(['schedule', tenant, ...args], database)),
    applyTenant: async (database, tenant, ofTenant = limits.tenant, settings = {}, app) => {
      const file = join(folder, `${tenant}.json`);
      writeFileSync(file, JSON.stringify({ ...benchTenantFile(tenant, vendors, ofTenant, app), ...settings }));
      await run(['tenant', 'apply', file], database);
    },
    startSync: async (database, tenant) => void (await run(['sync', tenant], database)),
    sync: async (database, tenant, mode) => parseReport(await run(['sync', tenant, '--mode', mode, '--wait', '--json'], database)),
    emptyWindows: async (database) => {
      await vendors.passMinute();
      await mongo.db(database).collection('limits').deleteMany({});
    },
    dropDatabase: async (database) => void (await mongo.db(database).dropDatabase()),
    stop: async () => {
      ignore();
      await stop();
    },
  };
}

/** The tenant file of a tenant that uses the emulators, with the given limits. */
export function benchTenantFile(
  tenant: string,
  { addresses: { officernd, hubspot } }: EmulatedVendors,
  limits: BenchLimits['tenant'],
  app?: HubSpotApp,
): object {
  const { adminUrl: _ofOfficernd, ...ofOfficernd } = officernd;
  const { adminUrl: _ofHubSpot, ...ofHubSpot } = hubspot;
  // A pair belongs to one tenant (B2), and benchmarks use several on the same emulators.
  const aliased = { ...ofHubSpot, apiUrl: `${ofHubSpot.apiUrl}/as/${tenant}`, ...(app !== undefined && { app }) };
  return { tenant, officernd: ofOfficernd, hubspot: aliased, ...tenantSettings, brakes: { createsPerRun: 10_000_000 }, limits };
}

const pidSchema = z.looseObject({ pid: z.number() });

function pidOf(name: string, file: string): Readonly<Record<string, number>> {
  return existsSync(file) ? { [name]: pidSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).pid } : {};
}
