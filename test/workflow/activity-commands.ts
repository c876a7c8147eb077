import { coresdk } from '@temporalio/proto';
import { NOTE_WAIT } from '../../domain/trouble';
import type { Execution, OpenActivity } from './execution';
import { nameOf } from './handler';
import { activityFailure, cancelledFailure, fromPayload, toPayload } from './payloads';
import type { Failure } from './payloads';
import type { Command, Job } from './sandbox';
import type { Patience, ServerCore } from './server-core';

const USED_UP = { kind: 'rate-limited', message: 'Today’s calls are used up.', setting: 'limits.hubspot.perDay' };
/** The signal that the activities' interceptor sends when an activity waits. */
const waitNotice = (activityType: string): Job => ({
  signalWorkflow: { signalName: NOTE_WAIT, input: [toPayload({ step: activityType, trouble: USED_UP })], identity: 'simulator' },
});

export function scheduleActivity(core: ServerCore, execution: Execution, { scheduleActivity: wanted, userMetadata }: Command): boolean {
  if (!wanted) return false;
  const { activityType, seq, cancellationType, taskQueue } = wanted;
  if (typeof activityType !== 'string' || typeof seq !== 'number') throw new Error('An activity lacks its type.');
  const call = {
    type: activityType,
    taskQueue: taskQueue ?? '',
    summary: fromPayload(userMetadata?.summary),
    input: (wanted.arguments ?? []).map(fromPayload),
    execution,
    patience: patienceOf(wanted),
  };
  core.observer.activity(call);
  execution.events += 1;
  execution.activities.set(seq, {
    type: activityType,
    waitsForCancellation: cancellationType === WAIT_FOR_CANCELLATION,
    isReported: false,
  });
  const { afterMs, waitsAfterMs, end: outcome } = core.activity(call);
  if (waitsAfterMs !== undefined) {
    core.clock.after(waitsAfterMs, {
      label: `${nameOf(execution)} activity ${seq} waits`,
      happen: () => core.tell(execution, waitNotice(activityType), 1),
      isMoot: () => !execution.activities.has(seq),
    });
  }
  core.clock.after(afterMs, {
    label: `${nameOf(execution)} activity ${seq} ${JSON.stringify(outcome)}`,
    happen: () => endActivity(core, execution, seq, 'result' in outcome ? { result: outcome.result } : { failure: outcome.failure }),
    isMoot: () => !execution.activities.has(seq),
  });
  return true;
}

const patienceOf = ({ scheduleToCloseTimeout }: coresdk.workflow_commands.IScheduleActivity): Patience => ({
  totalMs: msOf(scheduleToCloseTimeout),
});

const msOf = (duration: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined): number =>
  Number(duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6;

const WAIT_FOR_CANCELLATION = coresdk.workflow_commands.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

type ActivityEnd = { readonly result: unknown } | { readonly failure: Failure } | 'cancelled';

function endActivity(core: ServerCore, execution: Execution, seq: number, end: ActivityEnd): void {
  const activity = execution.activities.get(seq);
  if (activity === undefined || execution.ending !== null) return;
  execution.activities.delete(seq);
  if (!activity.isReported) reportActivity(core, execution, seq, activity, end);
}

function reportActivity(core: ServerCore, execution: Execution, seq: number, activity: OpenActivity, end: ActivityEnd): void {
  const failed = (cause: Failure): Failure => activityFailure(activity.type, cause);
  const result =
    end === 'cancelled'
      ? { cancelled: { failure: failed(cancelledFailure()) } }
      : 'result' in end
        ? { completed: { result: toPayload(end.result) } }
        : { failed: { failure: failed(end.failure) } };
  if (!('completed' in result)) core.observer.activityFailed(execution, activity.type);
  core.tell(execution, { resolveActivity: { seq, result } }, 2);
}

export function cancelActivity(core: ServerCore, execution: Execution, { requestCancelActivity: wanted }: Command): boolean {
  if (!wanted) return false;
  const seq = wanted.seq ?? 0;
  const activity = execution.activities.get(seq);
  if (activity === undefined) return true;
  execution.events += 1;
  if (!activity.waitsForCancellation && !activity.isReported) {
    // The workflow learns of the cancellation at once, while the activity is still running.
    activity.isReported = true;
    reportActivity(core, execution, seq, activity, 'cancelled');
  }
  // The activity learns of it with its next heartbeat, and may have finished by then.
  core.clock.after(core.latencyMs(), {
    label: `${nameOf(execution)} activity ${seq} cancelled`,
    happen: () => endActivity(core, execution, seq, 'cancelled'),
    isMoot: () => !execution.activities.has(seq),
  });
  return true;
}
