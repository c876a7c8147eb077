import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Entity } from '../../domain/entity';
import { phases } from '../../domain/operation';
import { childWorkflowId, syncWorkflowId } from '../../workflows/api';
import { poll } from '../support/poll';
import type { Stage } from '../support/stage';

const NAMESPACE = 'default';
/** The entities of the tenants that are upgraded. */
export const UPGRADED: readonly Entity[] = ['company', 'member'];
/** Temporal counts as a failed task that a message has arrived while the task ran. It is simply done again. */
const MESSAGE_IN_BETWEEN = temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;

/** Steps of an operator in Temporal during an upgrade, and views of its runs. */
export interface Operator {
  /** `temporal worker deployment set-current-version`, as soon as the build’s workers are known. */
  readonly makeCurrent: (deploymentName: string, buildId: string) => Promise<void>;
  /** The build that a run is pinned to; undefined while it has done nothing, or without versions. */
  readonly buildOf: (stage: Stage, tenant: string, runId: string) => Promise<string | undefined>;
  /** `temporal workflow terminate`. */
  readonly terminate: (stage: Stage, tenant: string) => Promise<void>;
  /** The workflow tasks of a run and its children that failed, as after code that can’t replay their history. */
  readonly failedTasks: (stage: Stage, tenant: string, runId: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export async function connectOperator(): Promise<Operator> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const { workflow } = new Client({ connection, namespace: NAMESPACE });
  const parentOf = ({ env }: Stage, tenant: string) => syncWorkflowId(tenant, env['ORSYNC_QUEUE_PREFIX']);

  return {
    makeCurrent: async (deploymentName, buildId) => {
      let refusal: unknown;
      const request = { namespace: NAMESPACE, deploymentName, buildId, identity: 'operator' };
      const attempt = () => connection.workflowService.setWorkerDeploymentCurrentVersion(request).then(() => true);
      const noted = (error: unknown) => {
        refusal = error;
        return undefined;
      };
      await poll(`${buildId} to be current`, () => attempt().catch(noted)).catch((error: unknown) => {
        throw new Error(`${String(error)} ${String(refusal)}`);
      });
    },
    buildOf: async (stage, tenant, runId) => {
      const { raw } = await workflow.getHandle(parentOf(stage, tenant), runId).describe();
      return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
    },
    terminate: async (stage, tenant) => {
      await workflow.getHandle(parentOf(stage, tenant)).terminate();
    },
    failedTasks: async (stage, tenant, runId) => {
      const prefix = stage.env['ORSYNC_QUEUE_PREFIX'];
      const children = ['observe' as const, ...phases].flatMap((phase) =>
        UPGRADED.map((entity) => childWorkflowId(tenant, runId, phase, entity, prefix)),
      );
      const failures = [failuresIn(workflow, parentOf(stage, tenant), runId), ...children.map((id) => failuresIn(workflow, id))];
      return (await Promise.all(failures)).flat();
    },
    close: () => connection.close(),
  };
}

async function failuresIn(workflow: Client['workflow'], id: string, runId?: string): Promise<readonly string[]> {
  const { events } = await workflow.getHandle(id, runId).fetchHistory();
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed === undefined || failed === null || failed.cause === MESSAGE_IN_BETWEEN ? [] : [`${id}: ${failed.failure?.message ?? ''}`],
  );
}
