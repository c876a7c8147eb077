import { condition, continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { HubSpotActivities, OfficerndActivities, RunRef, SliceActivity, SliceInput } from '../activities/api';
import type { Entity } from '../domain/entity';
import { addCounters } from '../domain/counters';
import type { Counters } from '../domain/counters';
import { DEFAULT_QUEUE_PREFIX, taskQueue } from './api';
import type { WorkerQueue } from './api';

/** Longest time that one slice may take. It stops by itself after about 45 s. */
const SLICE_TIMEOUT = '10 minutes';
/** A worker that died is noticed after this, until the workers have named another time (`Prepared.heartbeatTimeoutMs`). */
const HEARTBEAT_TIMEOUT_MS = 25_000;
/**
 * Longest retry delay after a worker died. Together with the time-out it is within 30 s. Reported failures set their own delay
 * (activities/slice/failures.ts).
 */
const LONGEST_PAUSE_AFTER_DEATH = '2 seconds';
/**
 * An activity may wait until midnight more than once, for a vendor's daily limit or the tenant's own. Any other trouble is given up earlier
 * (activities/slice/failures.ts).
 */
const LONGEST_WAIT = '72 hours';

/** The installation's prefix, as this workflow's own queue shows it (B4). The SDK replays histories on a queue with another name. */
export const queuePrefix = (): string => /^(.*)-workflows$/.exec(workflowInfo().taskQueue)?.[1] ?? DEFAULT_QUEUE_PREFIX;

const queue = (name: WorkerQueue): string => taskQueue(queuePrefix(), name);

const activityOptions = {
  startToCloseTimeout: SLICE_TIMEOUT,
  scheduleToCloseTimeout: LONGEST_WAIT,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: LONGEST_PAUSE_AFTER_DEATH },
  // A cancelled run ends when its slices have ended. So the report counts what they still did, and the next run finds none at work.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const;

/** Times that all activities of a run share. */
export interface ActivityTimes {
  /** @default 25 seconds */
  readonly heartbeatTimeoutMs?: number | undefined;
}

const optionsOf = ({ heartbeatTimeoutMs = HEARTBEAT_TIMEOUT_MS }: ActivityTimes) =>
  ({ ...activityOptions, heartbeatTimeout: heartbeatTimeoutMs }) as const;

/** Activities with a summary that the UI's timeline shows. */
export const hubspotActivities = (summary: string, times: ActivityTimes): HubSpotActivities =>
  proxyActivities<HubSpotActivities>({ ...optionsOf(times), taskQueue: queue('hubspot'), summary });
export const officerndActivities = (summary: string, times: ActivityTimes): OfficerndActivities =>
  proxyActivities<OfficerndActivities>({ ...optionsOf(times), taskQueue: queue('officernd'), summary });

/**
 * One step of a child: a slice, repeated until done. When a step leaves nothing to the steps after it (`planned: 0`), they are left out.
 */
export interface Step {
  readonly name: string;
  /** The activity's type. Its notices carry it as the name of the step. */
  readonly activity: string;
  readonly run: SliceActivity;
}

export interface ChildInput extends RunRef, ActivityTimes {
  readonly entity: Entity;
  /** Where to begin. Only a child that continues as new, or that applies an approved list, begins later than the first step. */
  readonly at?: { readonly step: string; readonly cursor: string | null; readonly counters: Counters };
}

export interface ChildResult {
  /** The counts of its slices. They are added up over the children of a phase and entity. */
  readonly counters: Counters;
  /** Everything that the run has applied in the phase for the entity, its earlier children included. */
  readonly applied: Counters;
}

/** Runs a child's steps in order, slice after slice, and continues as new when the history grows long. */
export async function runSteps(input: ChildInput, steps: readonly Step[], control: StepControl): Promise<ChildResult> {
  let counters: Counters = input.at?.counters ?? {};
  let applied: Counters = {};
  let cursor = input.at?.cursor ?? null;
  let index = Math.max(
    0,
    steps.findIndex(({ name }) => name === input.at?.step),
  );
  for (let step = steps[index]; step !== undefined; step = steps[index]) {
    await untilNotPaused(control.paused);
    const slice: SliceInput = { tenant: input.tenant, runId: input.runId, mode: input.mode, entity: input.entity, cursor };
    const { counters: added, applied: soFar, done, cursor: next, planned } = await step.run(slice);
    control.goesOn(step.activity);
    counters = addCounters(counters, added);
    applied = soFar ?? applied;
    cursor = done ? null : next;
    if (done) index = planned === 0 ? steps.length : index + 1;
    control.show({ ...counters, ...applied });
    const following = steps[index];
    if (following !== undefined && control.mayContinueAsNew && workflowInfo().continueAsNewSuggested) {
      // The continued workflow would not know that it is paused.
      await untilNotPaused(control.paused);
      await continueAsNew<(input: ChildInput) => Promise<ChildResult>>({ ...input, at: { step: following.name, cursor, counters } });
    }
  }
  return { counters, applied };
}

/** Waits while `paused()` is true. One task may bring resume and then pause; `condition` resolves on the first, so the check repeats. */
export async function untilNotPaused(paused: () => boolean): Promise<void> {
  do await condition(() => !paused());
  while (paused());
}

/** Waits for all tasks even when one fails, so that none is left behind. Then fails as the first of them did. */
export async function allOf<T>(tasks: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(tasks);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

export interface StepControl {
  readonly paused: () => boolean;
  /** False where two sequences of steps share a workflow: if one continued as new, it would end the other. */
  readonly mayContinueAsNew: boolean;
  /** An activity has returned, so its wait is over. */
  readonly goesOn: (activity: string) => void;
  /** Shows the counts so far in the UI. */
  readonly show: (counters: Counters) => void;
}
