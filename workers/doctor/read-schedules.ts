import type { Client } from '@temporalio/client';
import { grpcCodeOf, grpcCodes } from '../../client/runs/grpc-code';
import { unlessGone } from '../../client/runs/unless-gone';
import { readSchedules } from '../../client/standing/schedules';
import type { StartedBySchedule } from '../../client/standing/schedules';
import type { LastAction, ScheduleFacts } from './tenant';

/** The Temporal Schedules of a tenant, and how the last action of each has ended; null when this program may not read them. */
export async function readScheduleFacts(
  client: Pick<Client, 'schedule' | 'workflow'>,
  tenant: string,
): Promise<readonly ScheduleFacts[] | null> {
  const schedules = await readSchedules(client, tenant);
  if (schedules === null) return null;
  return Promise.all(
    schedules.map(async ({ id, paused, nextAt, lastStarted }) => ({
      id,
      paused,
      isOver: nextAt === null && !paused,
      lastAction: lastStarted === null ? null : await lastActionOf(client, lastStarted),
    })),
  );
}

/** Null when the workflow is no longer known, or may not be read. */
async function lastActionOf(
  { workflow }: Pick<Client, 'workflow'>,
  { at, workflowId, runId }: StartedBySchedule,
): Promise<LastAction | null> {
  const described = await unlessGone(() => workflow.getHandle(workflowId, runId).describe()).catch((error: unknown) => {
    if (grpcCodeOf(error) === grpcCodes.permissionDenied) return null;
    throw error;
  });
  return described === null ? null : { at, workflowId, end: ends.get(described.status.name) ?? 'well' };
}

const ends: ReadonlyMap<string, LastAction['end']> = new Map([
  ['FAILED', 'failed'],
  ['TIMED_OUT', 'timed out'],
  ['TERMINATED', 'was terminated'],
]);
