import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { taskQueue } from '../runs/temporal-names';
import type { WorkerQueue } from '../../workflows/api';
import { grpcCodeOf, grpcCodes } from '../runs/grpc-code';

/** Whether workers serve an installation. */
export interface WorkerStanding {
  /** Whether all three task queues have been asked for work in the last two minutes. */
  readonly answers: boolean;
  /** ISO 8601, UTC: when the queue that was left alone longest was last asked for work. Null when none has for minutes. */
  readonly since: string | null;
}

const queues: readonly WorkerQueue[] = ['workflows', 'hubspot', 'officernd'];
/** A worker asks again after a minute at most, so one that has not for two minutes is gone. */
const SILENT_AFTER_MS = 120_000;
const { TaskQueueType } = temporal.api.enums.v1;

/** Asks Temporal who has asked the task queues for work. Null when this program may not read that. */
export async function workerStanding(client: Client, queuePrefix: string, nowMs: number): Promise<WorkerStanding | null> {
  const { namespace } = client.options;
  try {
    const asked = await Promise.all(
      queues.map(async (queue) => {
        const taskQueueType = queue === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;
        const name = taskQueue(queuePrefix, queue);
        const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType });
        return Math.max(0, ...pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000));
      }),
    );
    const oldestMs = Math.min(...asked);
    return { answers: nowMs - oldestMs < SILENT_AFTER_MS, since: oldestMs === 0 ? null : new Date(oldestMs).toISOString() };
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code === grpcCodes.permissionDenied || code === grpcCodes.unimplemented) return null;
    throw error;
  }
}
