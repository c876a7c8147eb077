import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import { createLedgerScope } from '../activities/slice/call-counts';
import { vendorFailures } from '../activities/slice/failures';
import { dataConverterFor } from '../client/payload-codec';
import { readEnvironment, requireMongodb, requireTemporal } from '../config/environment';
import type { Environment } from '../config/environment';
import { connectStore } from '../store/connect';
import type { Store } from '../store/store';
import { taskQueue } from '../workflows/api';
import type { WorkerQueue } from '../workflows/api';
import { createCrashPoint } from './crash-point';
import { ensureSearchAttributes } from './search-attributes';
import { createTenantAccess, processSecrets } from './tenants/access';
import { temporalLogger } from './temporal-logger';

export interface RunWorkerOptions {
  /** @default all three */
  readonly queues: readonly WorkerQueue[];
  /** Ends the worker as SIGTERM does. */
  readonly signal?: AbortSignal;
  readonly onReady?: () => void;
}

/** What is under way gets this long to finish or to hand back what it holds. */
const SHUTDOWN_GRACE = '20 seconds';

/** The composition root of a worker process: serves task queues until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runWorker(options: RunWorkerOptions): Promise<number> {
  // What is alive is small; without this the garbage of a busy run is collected late, and the process looks five times its size.
  setFlagsFromString('--heap-growing-percent=100');
  const environment = readEnvironment(process.env);
  const log = pino({ name: 'orsync', level: environment.logLevel }, pino.destination({ dest: 2, sync: true }));
  const temporal = requireTemporal(environment);
  const store = await openStore(environment);
  // Whatever fails, nothing is left open: an open connection would keep the process from ending.
  try {
    installRuntime(log);
    const connection = await NativeConnection.connect(temporal.connectionOptions());
    try {
      await noteSearchAttributes(connection, temporal.namespace, log);
      const workers = await createWorkers(options.queues, { connection, environment, namespace: temporal.namespace, store });
      log.info({ queues: options.queues, namespace: temporal.namespace }, 'worker is ready');
      options.onReady?.();
      await runUntilStopped(workers, options.signal);
      log.info('worker has stopped');
      return 0;
    } finally {
      await connection.close();
    }
  } finally {
    await store.close();
  }
}

async function openStore(environment: Environment): Promise<Store> {
  const { uri, database } = requireMongodb(environment);
  const store = await connectStore({ uri: uri.reveal(), databaseName: database });
  try {
    await store.prepare();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface WorkerParts {
  readonly connection: NativeConnection;
  readonly environment: Environment;
  readonly namespace: string;
  readonly store: Store;
}

function createWorkers(queues: readonly WorkerQueue[], { connection, environment, namespace, store }: WorkerParts): Promise<Worker[]> {
  const ledger = createLedgerScope();
  const tenants = createTenantAccess({ store, ledger, secrets: processSecrets() });
  const activities = createActivities({ store, tenants, ledger, now: () => new Date(), crashPoint: createCrashPoint(environment.crashAt) });
  return Promise.all(
    queues.map((queue) =>
      Worker.create({
        connection,
        namespace,
        taskQueue: taskQueue(environment.queuePrefix, queue),
        shutdownGraceTime: SHUTDOWN_GRACE,
        ...versioningOf(environment),
        dataConverter: dataConverterFor(environment.payloadKeys),
        ...optionsOf(queue, activities),
      }),
    ),
  );
}

/** With a version, a run ends on the code that began it, and an upgrade runs beside it (architecture.md §2). */
function versioningOf({ deploymentVersion: version }: Environment): Partial<WorkerOptions> {
  if (version === null) return {};
  return { workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } };
}

function optionsOf(queue: WorkerQueue, activities: ReturnType<typeof createActivities>): Partial<WorkerOptions> {
  switch (queue) {
    case 'workflows':
      return { ...workflowCode(), maxCachedWorkflows: 100 };
    case 'hubspot':
    case 'officernd':
      return {
        activities: { ...activities[queue] },
        interceptors: { activity: [() => ({ inbound: vendorFailures })] },
        // A slice holds one page or two in memory, and mostly waits for its tenant's limits: there must be room for others beside it.
        maxConcurrentActivityTaskExecutions: 30,
      };
  }
}

/** The bundle that the build made, or the source where there is none (in tests). */
function workflowCode(): Partial<WorkerOptions> {
  const bundle = resolve(__dirname, '../workflow-bundle.js');
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  const workflowsPath = require.resolve('../workflows');
  return { workflowsPath, bundlerOptions: { preloadModules: [workflowsPath] } };
}

async function noteSearchAttributes(connection: NativeConnection, namespace: string, log: Logger): Promise<void> {
  const { missing, command } = await ensureSearchAttributes(connection, namespace);
  if (missing.length > 0)
    log.error({ missing }, `The namespace lacks search attributes that runs carry; somebody who may has to run: ${command ?? ''}`);
}

function installRuntime(log: Logger): void {
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
}

async function runUntilStopped(workers: readonly Worker[], signal: AbortSignal | undefined): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const name of signals) process.once(name, stop);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
