import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { entities } from '../../domain/entity';
import { PROGRESS, syncWorkflowId } from '../../workflows/api';
import type { Progress } from '../../workflows/api';
import { poll } from '../support/poll';
import { runCli } from '../support/run-cli';
import { createStage } from '../support/stage';
import type { SideName, Stage } from '../support/stage';
import { writeGolden } from './histories';
import type { History } from './histories';
import { busyWorld } from './world';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
}

/** The result of any run. A run that was blocked before it began has no report, but has these fields. */
const outcomeSchema = z.looseObject({ runId: z.string(), state: z.string() });
export type Outcome = z.output<typeof outcomeSchema>;

const STARTED = temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

/** A stage for the runs whose histories are kept. */
export interface Scene extends Stage {
  readonly client: Client;
  /** Resets both worlds and stores a tenant. */
  readonly prepare: (tenant: string, settings?: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Starts a sync without waiting for it. Resolves to the printed result, however the run ended. */
  readonly begin: (tenant: string, ...args: string[]) => Promise<Outcome>;
  readonly order: (...args: string[]) => Promise<void>;
  readonly slow: (side: SideName, method: string, path: string, delayMs: number) => Promise<unknown>;
  readonly until: (tenant: string, what: string, holds: (progress: Progress) => boolean) => Promise<Progress>;
  /** Resolves when a child is running this activity. */
  readonly untilActivity: (workflowId: string, activity: string) => Promise<unknown>;
  readonly childrenOf: (tenant: string, runId: string) => Promise<readonly Execution[]>;
  /** The `nth` execution of a phase's child. Continuing as new makes another execution. */
  readonly child: (tenant: string, runId: string, name: `${string}/${string}`, nth?: number) => Promise<Execution>;
  /** Resolves when a child has the signal to pause and no running activity. */
  readonly untilAtRest: (execution: Execution) => Promise<unknown>;
  /** The execution that continued this one as new. */
  readonly nextRunOf: (execution: Execution) => Promise<string>;
  /** Resolves when the run has ended, successfully or not. */
  readonly ended: (tenant: string, runId: string) => Promise<unknown>;
  readonly keepRun: (name: string, tenant: string, runId: string) => Promise<void>;
  readonly keep: (name: string, execution: Execution) => Promise<void>;
}

/** Opens a scene. `temporalAddress` is for a server other than the tests' shared one. */
export async function createScene(name: string, temporalAddress = process.env['TEMPORAL_ADDRESS'] ?? ''): Promise<Scene> {
  const stage = await createStage(name);
  const workflowId = (tenant: string) => syncWorkflowId(tenant, stage.env['ORSYNC_QUEUE_PREFIX']);
  const environment = { ...stage.env, TEMPORAL_ADDRESS: temporalAddress };
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const handleOf = ({ workflowId, runId }: Pick<Execution, 'workflowId' | 'runId'>) => client.workflow.getHandle(workflowId, runId);
  const historyOf = (execution: Pick<Execution, 'workflowId' | 'runId'>): Promise<History> => handleOf(execution).fetchHistory();

  const keep: Scene['keep'] = async (file, execution) =>
    writeGolden(file, execution, await historyOf(execution), stage.env['ORSYNC_QUEUE_PREFIX'] ?? '');
  const childrenOf: Scene['childrenOf'] = async (tenant, runId) => {
    const { events } = await historyOf({ workflowId: workflowId(tenant), runId });
    return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => {
      const { workflowId, runId: childRunId } = started?.workflowExecution ?? {};
      const workflowType = started?.workflowType?.name;
      return typeof workflowId === 'string' && typeof childRunId === 'string' && typeof workflowType === 'string'
        ? [{ workflowId, runId: childRunId, workflowType }]
        : [];
    });
  };
  return {
    ...stage,
    startWorker: (more = {}) => stage.startWorker({ ...environment, ...more }),
    client,
    childrenOf,
    keep,
    prepare: async (tenant, settings) => {
      await stage.putWorld(busyWorld);
      const { code, stderr } = await stage.applyTenant(tenant, { entities, ...settings });
      if (code !== 0) throw new Error(stderr);
    },
    begin: async (tenant, ...args) => {
      const { code, stdout, stderr } = await runCli(['sync', tenant, '--wait', '--json', ...args], environment);
      if (code !== 0 && !stdout.includes('"runId"')) throw new Error(`${stdout}\n${stderr}`);
      return outcomeSchema.parse(JSON.parse(stdout));
    },
    order: async (...args) => {
      const { code, stderr } = await runCli(args, environment);
      if (code !== 0) throw new Error(`orsync ${args.join(' ')}: ${stderr}`);
    },
    slow: (side, method, path, delayMs) => stage.admin(side, 'POST', '/faults', [{ match: { method, path }, action: { delayMs } }]),
    until: (tenant, what, holds) =>
      poll(what, async () => {
        const handle = client.workflow.getHandle(workflowId(tenant));
        const progress = await handle.query<Progress>(PROGRESS).catch(() => undefined);
        return progress !== undefined && holds(progress) ? progress : undefined;
      }),
    untilActivity: (workflowId, activity) =>
      poll(`${activity} in ${workflowId}`, async () => {
        const description = await client.workflow
          .getHandle(workflowId)
          .describe()
          .catch(() => null);
        return description?.raw.pendingActivities?.find(({ activityType, state }) => activityType?.name === activity && state === STARTED);
      }),
    child: async (tenant, runId, path, nth = 0) => {
      const found = (await childrenOf(tenant, runId)).filter(({ workflowId }) => workflowId.endsWith(`/${path}`))[nth];
      if (found === undefined) throw new Error(`The run of ${tenant} had no child ${path}.`);
      return found;
    },
    untilAtRest: (execution) =>
      poll(`${execution.workflowType} at rest`, async () => {
        const { raw } = await handleOf(execution).describe();
        const { events } = await historyOf(execution);
        const signalled = (events ?? []).some(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'setPaused');
        return signalled && (raw.pendingActivities ?? []).length === 0 && raw.pendingWorkflowTask === null ? true : undefined;
      }),
    nextRunOf: async (execution) => {
      const { events } = await historyOf(execution);
      const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (typeof next !== 'string') throw new Error(`${execution.workflowType} did not continue as new.`);
      return next;
    },
    ended: (tenant, runId) =>
      handleOf({ workflowId: workflowId(tenant), runId })
        .result()
        .catch(() => null),
    keepRun: (file, tenant, runId) => keep(file, { workflowId: workflowId(tenant), runId, workflowType: 'syncTenant' }),
    stop: async () => {
      await connection.close();
      await stage.stop();
    },
  };
}
