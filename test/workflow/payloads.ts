import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';

export type Payload = temporal.api.common.v1.IPayload;
export type Failure = temporal.api.failure.v1.IFailure;

export const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

/** The contents of payloads, each parsed once. The payloads of the plays' common beginnings are needed again and again. */
const contents = new WeakMap<Payload, unknown>();

/** The value of a payload. Do not change it, because all readers of a payload get the same value. */
export function fromPayload(payload: Payload | null | undefined): unknown {
  if (payload === null || payload === undefined) return undefined;
  const known = contents.get(payload);
  if (known !== undefined) return known;
  const value = defaultPayloadConverter.fromPayload<unknown>(payload);
  contents.set(payload, value);
  return value;
}

/** A failure that only a person can mend, as the activities' interceptor reports it. */
export const blockedFailure = (kind: string, setting: string): Failure => ({
  message: 'The access token was refused; put a valid one in place.',
  source: 'simulator',
  applicationFailureInfo: { type: 'Blocked', nonRetryable: true, details: { payloads: [toPayload(kind), toPayload(setting)] } },
});

/** A failure after the last allowed attempt. */
export const exhaustedFailure = (): Failure => ({
  message: 'activity ScheduleToClose timeout',
  source: 'simulator',
  timeoutFailureInfo: { timeoutType: 2 },
});

export const cancelledFailure = (): Failure => ({ message: 'Cancelled', source: 'simulator', canceledFailureInfo: {} });
export const terminatedFailure = (): Failure => ({ message: 'terminated', source: 'simulator', terminatedFailureInfo: {} });

/** The failure that the workflow of a failed activity gets. */
export const activityFailure = (activityType: string, cause: Failure): Failure => ({
  message: 'Activity task failed',
  source: 'simulator',
  activityFailureInfo: { activityType: { name: activityType }, activityId: '1', identity: 'simulator' },
  cause,
});

/** The failure that the parent of a failed child gets. */
export const childFailure = (workflowType: string, workflowId: string, cause: Failure): Failure => ({
  message: 'Child Workflow execution failed',
  source: 'simulator',
  childWorkflowExecutionFailureInfo: { workflowType: { name: workflowType }, workflowExecution: { workflowId } },
  cause,
});
