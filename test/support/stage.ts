import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { runInCliHost } from './cli-host';
import { startCli } from './run-cli';
import type { CliProcess, CliResult } from './run-cli';
import { endOfLog, sharedWorker, stageEnvironment } from './shared-worker';

/** Both vendors, a database, task queues and the command line: what an end-to-end test plays on. */
export interface Stage {
  readonly env: Readonly<Record<string, string>>;
  readonly officernd: Awaited<ReturnType<typeof startOfficerndEmulator>>;
  readonly hubspot: Awaited<ReturnType<typeof startHubSpotEmulator>>;
  /** Runs a command in the process that all test files share. `runCli` starts a process for it, as users do. */
  readonly cli: (...args: string[]) => Promise<CliResult>;
  readonly startWorker: (env?: Readonly<Record<string, string>>) => Promise<CliProcess>;
  /** Replaces both worlds. */
  readonly putWorld: (world: StageWorld) => Promise<void>;
  readonly world: () => Promise<SeenWorld>;
  /** Makes people's edits in a vendor's own screens. */
  readonly edit: (side: SideName, edits: readonly object[]) => Promise<void>;
  readonly admin: (side: SideName, method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly requests: (side: SideName) => Promise<Requests>;
  /**
   * By `orsync tenant apply`: stores a tenant that uses these emulators; `settings` are merged in at the top level. Unless they name entities,
   * it syncs those that the stage's latest world has: each entity makes every run longer. For an empty world it syncs all.
   */
  readonly applyTenant: (tenant: string, settings?: Readonly<Record<string, unknown>>) => Promise<CliResult>;
  /** The tenant file of `applyTenant`, for tests that change it. */
  readonly tenantFile: (tenant: string, settings?: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  readonly writeFile: (name: string, content: unknown) => string;
  /** Runs `orsync sync T --wait --json`. Throws unless it exits with `code`. */
  readonly sync: (tenant: string, args?: readonly string[], code?: number) => Promise<SeenReport>;
  readonly stop: () => Promise<void>;
}

export type SideName = 'officernd' | 'hubspot';

export interface StageWorld {
  readonly officernd?: Readonly<Record<string, unknown>>;
  readonly hubspot?: Readonly<Record<string, unknown>>;
}

const officerndRecord = z.looseObject({ _id: z.string(), name: z.string(), properties: z.record(z.string(), z.unknown()).default({}) });
export type SeenOfficernd = z.output<typeof officerndRecord>;
const hubspotRecord = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  archived: z.boolean().optional(),
});
export type SeenHubSpot = z.output<typeof hubspotRecord>;
const seenWorld = z.object({
  officernd: z.looseObject({
    companies: z.array(officerndRecord),
    members: z.array(officerndRecord),
    opportunities: z.array(officerndRecord),
  }),
  hubspot: z.looseObject({ companies: z.array(hubspotRecord), contacts: z.array(hubspotRecord), deals: z.array(hubspotRecord) }),
});
export type SeenWorld = z.output<typeof seenWorld>;

const requestsSchema = z.object({
  total: z.number(),
  byRoute: z.record(z.string(), z.number()),
  byStatus: z.record(z.string(), z.number()),
});
export type Requests = z.output<typeof requestsSchema>;

const counts = z.record(z.string(), z.record(z.string(), z.number()));
const calls = z.object({ total: z.number(), rateLimited: z.number(), byRoute: z.record(z.string(), z.number()), floor: z.number() });
export const reportSchema = z.looseObject({
  tenant: z.string(),
  runId: z.string(),
  workflowId: z.string(),
  mode: z.string(),
  state: z.string(),
  phases: z.object({ unlink: counts, link: counts, update: counts }),
  conflicts: z.number(),
  firstLink: z.number(),
  reviews: z.number(),
  failures: z.number(),
  parked: z.number(),
  drift: z.number(),
  proposals: z.array(
    z.object({ id: z.string(), phase: z.string(), entity: z.string(), kind: z.string(), operations: z.number(), digest: z.string() }),
  ),
  calls: z.object({ hubspot: calls, officernd: calls }),
});
export type SeenReport = z.output<typeof reportSchema>;

let stages = 0;

/** A stage with a database and task queues of its own, which needs workers of its own. `servers` are others than those of the tests. */
export async function createStage(name: string, servers: Readonly<Record<string, string>> = {}): Promise<Stage> {
  stages += 1;
  const environment = stageEnvironment(servers['MONGODB_URI'] ?? process.env['MONGODB_URI'] ?? '', `${name}-${process.pid}-${stages}`);
  return stageOn({ ...servers, ...environment }, () => '');
}

/**
 * A stage that is served by the worker of all test files. Its tenants must have names that no other file uses, and its tests look at the
 * database by tenant.
 */
export function createSharedStage(): Promise<Stage> {
  const worker = sharedWorker();
  return stageOn(worker.env, () => endOfLog(worker));
}

const sides = {
  company: ['companies', 'companies'],
  member: ['members', 'contacts'],
  opportunity: ['opportunities', 'deals'],
} as const satisfies Readonly<Record<Entity, readonly [string, string]>>;

function entitiesIn({ officernd = {}, hubspot = {} }: StageWorld): readonly Entity[] {
  return entities.filter((entity) => Object.hasOwn(officernd, sides[entity][0]) || Object.hasOwn(hubspot, sides[entity][1]));
}

async function stageOn(env: Stage['env'], logOfOthers: () => string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-stage-'));
  const [officernd, hubspot] = await Promise.all([startOfficerndEmulator(), startHubSpotEmulator()]);
  let inWorld: readonly Entity[] = [];
  const workers: CliProcess[] = [];

  const admin: Stage['admin'] = async (side, method, path, body) => {
    const url = `${side === 'officernd' ? officernd.adminUrl : hubspot.adminUrl}${path}`;
    const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(url, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    return parsed;
  };
  const tenantFile: Stage['tenantFile'] = (tenant, settings = {}) => ({
    tenant,
    officernd: {
      organization: officernd.organization,
      apiUrl: officernd.apiUrl,
      tokenUrl: officernd.tokenUrl,
      clientId: officernd.clientId,
      clientSecret: officernd.clientSecret,
    },
    // A pair belongs to one tenant (B2), and many tests use several on one stage.
    hubspot: { apiUrl: `${hubspot.apiUrl}/as/${tenant}`, portalId: hubspot.portalId, accessToken: hubspot.accessToken },
    limits: { hubspot: { per10s: 100_000, searchPerSecond: 1000 }, officernd: { readsPerMinute: 1_000_000, writesPerMinute: 1_000_000 } },
    ...settings,
  });
  const writeFile: Stage['writeFile'] = (file, content) => {
    const path = join(folder, file);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const cli: Stage['cli'] = (...args) => runInCliHost(args, env);

  await admin('officernd', 'PUT', '/settings', { limits: { readsPerMinute: null, writesPerMinute: null, tokensPerMinute: null } });
  await admin('hubspot', 'PUT', '/settings', { limits: { per10s: null, searchPerSecond: null, daily: null, associationsPer10s: null } });

  return {
    env,
    officernd,
    hubspot,
    cli,
    admin,
    tenantFile,
    writeFile,
    startWorker: async (more = {}) => {
      const worker = await startCli(['worker'], { ...env, ...more }, { isReady: (log) => log.includes('worker is ready') });
      workers.push(worker);
      return worker;
    },
    putWorld: async (world) => {
      inWorld = entitiesIn(world);
      await admin('officernd', 'PUT', '/world', world.officernd ?? {});
      await admin('hubspot', 'PUT', '/world', world.hubspot ?? {});
    },
    world: async () =>
      seenWorld.parse({ officernd: await admin('officernd', 'GET', '/world'), hubspot: await admin('hubspot', 'GET', '/world') }),
    edit: async (side, edits) => {
      await admin(side, 'POST', '/edits', edits);
    },
    requests: async (side) => requestsSchema.parse(await admin(side, 'GET', '/requests')),
    applyTenant: (tenant, settings) => {
      const wanted = inWorld.length === 0 ? {} : { entities: inWorld };
      return cli('tenant', 'apply', writeFile(`${tenant}.json`, tenantFile(tenant, { ...wanted, ...settings })));
    },
    sync: async (tenant, args = [], code = 0) => {
      const result = await cli('sync', tenant, '--wait', '--json', ...args);
      if (result.code !== code)
        throw new Error(
          `sync exited with ${String(result.code)}, not ${code}.\n${result.stdout}\n${result.stderr}\n${workers.map(({ log }) => log()).join('\n')}${logOfOthers()}`,
        );
      return reportSchema.parse(JSON.parse(result.stdout));
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all([officernd.stop(), hubspot.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
