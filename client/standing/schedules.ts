import type { Client, ScheduleDescription } from '@temporalio/client';
import { SYNC_TENANT } from '../runs/temporal-names';
import { grpcCodeOf, grpcCodes } from '../runs/grpc-code';

/** A Temporal Schedule that starts runs of a tenant. */
export interface TenantSchedule {
  readonly id: string;
  readonly paused: boolean;
  /** When it starts the next run; null when it starts none any more. */
  readonly nextAt: Date | null;
  /** The workflow that it has started last, as far as Temporal remembers. */
  readonly lastStarted: StartedBySchedule | null;
}

/** A workflow that a Schedule has started. */
export interface StartedBySchedule {
  readonly at: Date;
  readonly workflowId: string;
  readonly runId: string;
}

/** Schedules that are looked at, at most. An installation with more has its own list of them. */
const MOST = 200;

/** Temporal Schedules that start a tenant's runs; null when this program may not read them. */
export async function readSchedules({ schedule }: Pick<Client, 'schedule'>, tenant: string): Promise<readonly TenantSchedule[] | null> {
  const found: TenantSchedule[] = [];
  let looked = 0;
  try {
    for await (const { scheduleId: id, action, state } of schedule.list({ pageSize: MOST })) {
      looked += 1;
      if (looked > MOST) break;
      if (action?.workflowType !== SYNC_TENANT) continue;
      const described = await schedule.getHandle(id).describe();
      if (described.action.type === 'startWorkflow' && isFor(described.action.args, tenant))
        found.push({
          id,
          paused: state.paused,
          nextAt: described.info.nextActionTimes[0] ?? null,
          lastStarted: lastStartedBy(described),
        });
    }
    return found;
  } catch (error) {
    if (grpcCodeOf(error) === grpcCodes.permissionDenied || grpcCodeOf(error) === grpcCodes.unimplemented) return null;
    throw error;
  }
}

function lastStartedBy({ info }: ScheduleDescription): StartedBySchedule | null {
  const last = info.recentActions.at(-1);
  if (last === undefined) return null;
  const { workflowId, firstExecutionRunId: runId } = last.action.workflow;
  return { at: last.takenAt, workflowId, runId };
}

/** The next run that a schedule starts. */
export interface NextRun {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The id of the schedule. */
  readonly schedule: string;
}

/** The next of these runs; null where no schedule starts one. */
export const nextRunOf = (schedules: readonly TenantSchedule[]): NextRun | null =>
  schedules
    .flatMap(({ id, paused, nextAt }) => (paused || nextAt === null ? [] : [{ at: nextAt.toISOString(), schedule: id }]))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))[0] ?? null;

/** Whether the argument of a scheduled workflow names the tenant. */
function isFor(args: readonly unknown[] | undefined, tenant: string): boolean {
  const [request] = args ?? [];
  return typeof request === 'object' && request !== null && 'tenant' in request && request.tenant === tenant;
}
