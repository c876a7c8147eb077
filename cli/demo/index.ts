import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { dataConverterFor } from '../../client/payload-codec';
import { createSyncClient } from '../../client/sync-client';
import type { SyncClient } from '../../client/sync-client';
import { readEnvironment } from '../../config/environment';
import { parseTenantConfig } from '../../config/tenant-file';
import type { JsonValue } from '../../domain/json';
import type { Report } from '../../domain/report';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { startServers } from '../../servers/start-servers';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { runWorker } from '../../workers/run-worker';
import { useCases } from './article';
import type { ShownWorld, UseCase } from './article';
import type { DemoResult, UseCaseResult } from './result';
import { printSummary, printUseCase } from './print';
import { showWorld } from './shown-world';

export interface DemoOptions {
  /** Leaves all running until Ctrl-C. */
  readonly keep: boolean;
  /** One JSON document on standard output instead of tables. */
  readonly json: boolean;
}

/**
 * `orsync demo`: real servers, both emulators and a worker on this machine, and the article's three use cases through them. Resolves to the
 * exit code: 0 when every table reads as in the article.
 */
export async function runDemo({ keep, json }: DemoOptions): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'orsync-demo-'));
  const cleanUp: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  try {
    say('Starting Temporal and MongoDB …');
    const servers = await startServers({ dataDir, progress: say });
    cleanUp.unshift(servers.stop);
    process.env['TEMPORAL_ADDRESS'] = servers.temporalAddress;
    process.env['MONGODB_URI'] = servers.mongodbUri;
    process.env['ORSYNC_LOG_LEVEL'] ??= 'warn';
    say('Starting emulators of OfficeRnD and HubSpot, and a worker …');
    const emulators = await startEmulators();
    cleanUp.unshift(emulators.stop);
    const worker = await startWorker();
    cleanUp.unshift(worker.stop);
    const connection = await Connection.connect({ address: servers.temporalAddress });
    cleanUp.unshift(() => connection.close());
    const store = await connectStore({ uri: servers.mongodbUri });
    cleanUp.unshift(() => store.close());
    const dataConverter = dataConverterFor(readEnvironment(process.env).payloadKeys);
    const sync = createSyncClient({ temporal: new Client({ connection, dataConverter }), store });

    const results: UseCaseResult[] = [];
    for (const useCase of useCases) {
      const result = await runUseCase(useCase, { emulators, store, sync });
      results.push(result);
      if (!json) printUseCase(result);
    }
    const result: DemoResult = { ok: results.every(({ ok }) => ok), temporalUiUrl: servers.temporalUiUrl ?? null, useCases: results };
    if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else printSummary(result, keep ? servers : null);
    if (keep) await untilCtrlC();
    return result.ok ? 0 : 1;
  } finally {
    for (const step of cleanUp) await step();
  }
}

interface Stage {
  readonly emulators: Emulators;
  readonly store: Store;
  readonly sync: SyncClient;
}

async function runUseCase(useCase: UseCase, { emulators, store, sync }: Stage): Promise<UseCaseResult> {
  await emulators.put(useCase.world);
  await store.tenants.put(useCase.tenant, tenantFile(useCase.tenant, emulators), new Date());
  if (useCase.edits.length > 0) {
    await runOnce(useCase.tenant, sync);
    await emulators.edit(useCase.edits);
  }
  const before = await emulators.show();
  const report = await runOnce(useCase.tenant, sync);
  const after = await emulators.show();
  return { heading: useCase.heading, before, after, ok: isDeepStrictEqual(after, useCase.expected), report };
}

async function runOnce(tenant: string, sync: SyncClient): Promise<Report> {
  const ticket = await sync.sync({ tenant, mode: 'full', entities: ['company', 'member'] });
  await sync.wait(tenant, ticket, {});
  const report = await sync.report(tenant, ticket.runId);
  if (report === null) throw new Error(`The run of ${tenant} left no report.`);
  return report;
}

type Emulators = Awaited<ReturnType<typeof startEmulators>>;

async function startEmulators() {
  const [officernd, hubspot] = await Promise.all([startOfficerndEmulator(), startHubSpotEmulator()]);
  const admins = [officernd.adminUrl, hubspot.adminUrl] as const;
  return {
    officernd,
    hubspot,
    put: async (world: UseCase['world']): Promise<void> => {
      await send('PUT', `${officernd.adminUrl}/world`, world.officernd);
      await send('PUT', `${hubspot.adminUrl}/world`, world.hubspot);
    },
    edit: async (edits: UseCase['edits']): Promise<void> => {
      await send('POST', `${hubspot.adminUrl}/edits`, edits);
    },
    show: async (): Promise<ShownWorld> => {
      const [o, h] = await Promise.all(admins.map((adminUrl) => send('GET', `${adminUrl}/world`)));
      return showWorld(o, h);
    },
    stop: async (): Promise<void> => {
      await Promise.all([officernd.stop(), hubspot.stop()]);
    },
  };
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`The emulator answered ${response.status} to ${method} ${new URL(url).pathname}.`);
  return response.json();
}

/** Literal secrets are allowed because the emulators listen on loopback addresses. */
function tenantFile(tenant: string, { officernd, hubspot }: Pick<Emulators, 'officernd' | 'hubspot'>): JsonValue {
  const file = {
    tenant,
    officernd: {
      organization: officernd.organization,
      apiUrl: officernd.apiUrl,
      tokenUrl: officernd.tokenUrl,
      clientId: officernd.clientId,
      clientSecret: officernd.clientSecret,
    },
    // Each use case is a tenant of its own on the same emulators.
    hubspot: { apiUrl: `${hubspot.apiUrl}/as/${tenant}`, portalId: hubspot.portalId, accessToken: hubspot.accessToken },
  };
  parseTenantConfig(file, 'the demo');
  return file;
}

async function startWorker(): Promise<{ readonly stop: () => Promise<void> }> {
  const stopping = new AbortController();
  let ended: Promise<number> = Promise.resolve(0);
  await new Promise<void>((resolve, reject) => {
    ended = runWorker({ queues: ['workflows', 'hubspot', 'officernd'], signal: stopping.signal, onReady: resolve });
    ended.catch(reject);
  });
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

const untilCtrlC = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
