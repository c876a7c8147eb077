import type { Client, WorkflowHandle } from '@temporalio/client';
import { grpcCodeOf, grpcCodes } from './grpc-code';

/** A step of a run that is tried again later, and why. */
export interface Wait {
  /** `observe/member`: phase and entity; `run` for the run's own beginning and end. */
  readonly step: string;
  /** How the last attempt failed. Kind and message hold no personal data (A6). */
  readonly kind: string;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly nextTryAt: string;
}

interface PendingWait extends Wait {
  readonly handle: WorkflowHandle;
  readonly activityId: string;
}

/** Shorter pauses are part of an ordinary run. */
const WORTH_TELLING_MS = 5_000;

/** Steps of the run under way that wait between two attempts. Only the server is asked, so no worker is needed. */
export const waitsOf = async (temporal: Client, workflowId: string): Promise<readonly Wait[]> =>
  (await pendingWaits(temporal, workflowId)).map(({ step, kind, message, nextTryAt }) => ({ step, kind, message, nextTryAt }));

/** Makes all waiting steps try again now, and returns how many they were. */
export async function endWaits(temporal: Client, workflowId: string): Promise<number> {
  const waits = await pendingWaits(temporal, workflowId);
  const { namespace, identity } = temporal.options;
  for (const { handle, activityId } of waits) {
    const execution = { workflowId: handle.workflowId };
    // A step that has just begun or ended is not found, and needs no reset.
    await temporal.workflowService.resetActivity({ namespace, execution, identity, id: activityId }).catch(unlessNotFound);
  }
  return waits.length;
}

function unlessNotFound(error: unknown): void {
  if (grpcCodeOf(error) !== grpcCodes.notFound) throw error;
}

async function pendingWaits(temporal: Client, workflowId: string): Promise<readonly PendingWait[]> {
  const handle = temporal.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  const children = (raw.pendingChildren ?? []).flatMap(({ workflowId: id }) =>
    id === null || id === undefined || id === '' ? [] : [temporal.workflow.getHandle(id)],
  );
  const waits = await Promise.all([handle, ...children].map((one) => waitsIn(one, one === handle ? 'run' : stepOf(one.workflowId))));
  return waits.flat();
}

/** A child's id ends with its phase and entity. */
const stepOf = (workflowId: string): string => workflowId.split('/').slice(-2).join('/');

async function waitsIn(handle: WorkflowHandle, step: string): Promise<readonly PendingWait[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).flatMap(({ activityId, lastFailure, nextAttemptScheduleTime }) => {
    const nextTryMs = Number(nextAttemptScheduleTime?.seconds ?? 0) * 1_000;
    if (lastFailure === null || lastFailure === undefined || nextTryMs - Date.now() < WORTH_TELLING_MS) return [];
    const kind = lastFailure.applicationFailureInfo?.type ?? 'failed';
    const nextTryAt = new Date(nextTryMs).toISOString();
    return [{ handle, step, kind, message: lastFailure.message ?? '', nextTryAt, activityId: activityId ?? '' }];
  });
}
