import type { Client, ScheduleDescription } from '@temporalio/client';
import { SCHEDULED_SYNC, scheduleId, SYNC_TENANT } from '../runs/temporal-names';
import { grpcCodeOf, grpcCodes } from '../runs/grpc-code';
import { describedSchedule } from './shown-schedule';

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

/**
 * Temporal Schedules that start a tenant's runs: its own, and others that people have made. Null when this program may not read them.
 * @param prefix that of the installation's queues (B4). Without it, schedules of all installations count
 */
export async function readSchedules(
  { schedule }: Pick<Client, 'schedule'>,
  tenant: string,
  prefix?: string,
): Promise<readonly TenantSchedule[] | null> {
  const found: TenantSchedule[] = [];
  let looked = 0;
  try {
    const ownId = scheduleId(tenant, prefix);
    const own = await describedSchedule({ schedule }, ownId);
    if (own !== null) found.push(shown(own));
    for await (const { scheduleId: id, action } of schedule.list({ pageSize: MOST })) {
      looked += 1;
      if (looked > MOST) break;
      // The names of orsync's own schedules say whose they are, so those of a thousand other tenants cost no call.
      const [, owner] = OWN.exec(id) ?? [];
      const isLeftOut = owner !== undefined && (owner !== tenant || prefix !== undefined || id === ownId);
      if (isLeftOut || !STARTERS.has(action?.workflowType ?? '')) continue;
      const described = await describedSchedule({ schedule }, id);
      if (described?.action.type === 'startWorkflow' && isFor(described.action.args, tenant)) found.push(shown(described));
    }
    return found;
  } catch (error) {
    if (grpcCodeOf(error) === grpcCodes.permissionDenied || grpcCodeOf(error) === grpcCodes.unimplemented) return null;
    throw error;
  }
}

function lastStartedBy({ info }: Pick<ScheduleDescription, 'info'>): StartedBySchedule | null {
  const last = info.recentActions.at(-1);
  if (last === undefined) return null;
  const { workflowId, firstExecutionRunId: runId } = last.action.workflow;
  return { at: last.takenAt, workflowId, runId };
}

/** Workflow types that start runs. */
const STARTERS: ReadonlySet<string> = new Set([SYNC_TENANT, SCHEDULED_SYNC]);
/** An id that `orsync schedule` gives, in any installation. */
const OWN = /^(?:[\w-]+\/)?schedule\/([a-z0-9-]{1,40})$/;

const shown = ({ scheduleId: id, state, info }: ScheduleDescription): TenantSchedule => ({
  id,
  paused: state.paused,
  nextAt: info.nextActionTimes[0] ?? null,
  lastStarted: lastStartedBy({ info }),
});

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
