import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import type { KeeperActivities, WorkflowActivities } from '../activities/api';
import type { LedgerScope, TenantAccess } from '../activities/deps';
import { createLedgerScope } from '../activities/slice/call-counts';
import { vendorFailures } from '../activities/slice/failures';
import { HEARTBEATS_IN_TIMEOUT } from '../activities/slice/run-slice';
import { createHintReceiver } from '../client/hints/receive';
import { dataConverterFor } from '../client/payload-codec';
import { readEnvironment, requireMongodb, requireTemporal } from '../config/environment';
import type { Environment } from '../config/environment';
import { connectStore } from '../store/connect';
import type { Store } from '../store/store';
import { taskQueue } from '../workflows/api';
import type { WorkerQueue } from '../workflows/api';
import { createCrashPoint } from './crash-point';
import { refuseProblems } from './doctor/finding';
import { judgeDatabase } from './doctor/mongodb';
import { startFeedsOfWorker } from './feeds/of-worker';
import { createKeeperActivities } from './keeper';
import { prepareNamespace } from './search-attributes';
import { createTenantAccess } from './tenants/access';
import { processSecrets } from './tenants/process-secrets';
import { temporalLogger } from './temporal-logger';
import { validatorsKeptWide } from './validators-kept-wide';
import { startWakingKeepers } from './wake-keepers';

export interface RunWorkerOptions {
  /** @default all three */
  readonly queues: readonly WorkerQueue[];
  /** Ends the worker as SIGTERM does. */
  readonly signal?: AbortSignal;
  readonly onReady?: () => void;
}

/** After a stop, running activities have this long to finish or to save their cursor. */
const SHUTDOWN_GRACE = '20 seconds';

/** Temporal's default. */
const LONGEST_STICKY_MS = 10_000;

/** A run's first step has the default time-out, whatever this worker's is. */
const LONGEST_THROTTLE_MS = 4_000;

/** The composition root of a worker process: it serves task queues until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runWorker(options: RunWorkerOptions): Promise<number> {
  // Live data is small. Without this, a busy run's garbage is collected late, and the process takes five times as much memory.
  setFlagsFromString('--heap-growing-percent=100');
  const environment = readEnvironment(process.env);
  const log = pino({ name: 'orsync', level: environment.logLevel }, pino.destination({ dest: 2, sync: true }));
  const temporal = requireTemporal(environment);
  const store = await openStore(environment);
  // Everything is closed after any failure: an open connection would keep the process alive.
  try {
    installRuntime(log);
    const connection = await NativeConnection.connect(temporal.connectionOptions());
    try {
      const { namespace, address } = temporal;
      const ofWorkflows = await prepareNamespace({ connection, namespace, address: address ?? '', log });
      const client = new Client({ connection, namespace, dataConverter: dataConverterFor(environment.payloadKeys) });
      const ledger = createLedgerScope();
      const tenants = createTenantAccess({ store, ledger, secrets: processSecrets() });
      const { queuePrefix, deploymentVersion } = environment;
      const isVersioned = deploymentVersion !== null;
      const ofKeeper = createKeeperActivities({ store, temporal: client, queuePrefix, isVersioned, now: Date.now });
      const all = { ...ofWorkflows, ...ofKeeper };
      const workers = await createWorkers(options.queues, { connection, environment, namespace, store, ofWorkflows: all, ledger, tenants });
      const receiver = createHintReceiver({ store, temporal: client, prefix: queuePrefix });
      const feeds = startFeedsOfWorker(options.queues, { store, tenants, receiver, log, environment });
      const waking = startWakingKeepers({ store, temporal: client, prefix: queuePrefix });
      log.info({ queues: options.queues, namespace: temporal.namespace }, 'worker is ready');
      options.onReady?.();
      try {
        await runUntilStopped(workers, options.signal);
      } finally {
        waking.stop();
        await feeds.stop();
        await receiver.flush();
      }
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
    refuseProblems(judgeDatabase(await store.inspect()));
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
  readonly ofWorkflows: WorkflowActivities & KeeperActivities;
  readonly ledger: LedgerScope;
  readonly tenants: TenantAccess;
}

function createWorkers(queues: readonly WorkerQueue[], parts: WorkerParts): Promise<Worker[]> {
  const { connection, environment, namespace, store, ofWorkflows, ledger, tenants } = parts;
  const { crashAt, lateEffectMs, deadWorkerMs: heartbeatTimeoutMs } = environment;
  const crashPoint = createCrashPoint(crashAt);
  const made = createActivities({ store, tenants, ledger, now: () => new Date(), lateEffectMs, heartbeatTimeoutMs, crashPoint });
  const activities: AllActivities = { ...made, workflows: ofWorkflows };
  return Promise.all(
    queues.map((queue) =>
      Worker.create({
        connection,
        namespace,
        taskQueue: taskQueue(environment.queuePrefix, queue),
        shutdownGraceTime: SHUTDOWN_GRACE,
        ...versioningOf(environment),
        dataConverter: dataConverterFor(environment.payloadKeys),
        ...optionsOf(queue, activities, { environment, store }),
      }),
    ),
  );
}

type AllActivities = ReturnType<typeof createActivities> & { readonly workflows: WorkflowActivities & KeeperActivities };

/** With a version, a run stays on the code that started it until it ends; workers of the next version run at the same time. */
function versioningOf({ deploymentVersion: version }: Environment): Partial<WorkerOptions> {
  if (version === null) return {};
  return { workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } };
}

function optionsOf(
  queue: WorkerQueue,
  activities: AllActivities,
  { environment: { deadWorkerMs }, store }: Pick<WorkerParts, 'environment' | 'store'>,
): Partial<WorkerOptions> {
  switch (queue) {
    case 'workflows':
      // A workflow's next task waits this long for the worker that has it in memory, which may be dead.
      return {
        ...workflowCode(),
        // Workflows call these on their own worker. No other work of this kind comes to this queue.
        activities: { ...activities.workflows },
        enableNonLocalActivities: false,
        maxCachedWorkflows: 100,
        stickyQueueScheduleToStartTimeout: Math.min(deadWorkerMs, LONGEST_STICKY_MS),
      };
    case 'hubspot':
    case 'officernd':
      return {
        activities: { ...activities[queue] },
        interceptors: { activity: [() => ({ inbound: vendorFailures }), () => ({ inbound: validatorsKeptWide(store.prepare) })] },
        // Temporal's SDK would hold heartbeats back for four fifths of the time-out: then three seconds without a sign of life ended a step.
        maxHeartbeatThrottleInterval: Math.min(deadWorkerMs / HEARTBEATS_IN_TIMEOUT, LONGEST_THROTTLE_MS),
        // A slice holds one or two pages in memory and mostly waits for its tenant's limits, so many slices can run at the same time.
        maxConcurrentActivityTaskExecutions: 30,
      };
  }
}

/** The workflows' bundle from the build, or their source where there is no bundle (in tests). */
function workflowCode(): Partial<WorkerOptions> {
  const bundle = resolve(__dirname, '../workflow-bundle.js');
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  const workflowsPath = require.resolve('../workflows');
  return { workflowsPath, bundlerOptions: { preloadModules: [workflowsPath] } };
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
