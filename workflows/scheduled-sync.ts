import { ApplicationFailure, ChildWorkflowFailure, TerminatedFailure } from '@temporalio/common';
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { SyncRequest, SyncResult, SyncTenant } from './api';
import { syncWorkflowId } from './api';
import { requestIn } from './arguments';
import { troubleOf } from './failures';
import { startOrTell, tellRun } from './forward';
import { queuePrefix } from './steps';

/**
 * The workflow of the tenant's Temporal Schedule. It starts the tenant's run, or hands the request to the one under way (A5). It ends when the
 * run ends that it has started, and fails with it, so that the Schedule shows it and starts nothing meanwhile.
 */
export async function scheduledSync(given: SyncRequest): Promise<SyncResult> {
  const request = requestIn(given);
  const run = await startOrTell(request);
  if (run === null) return { runId: syncWorkflowId(request.tenant, queuePrefix()), state: 'running' };
  try {
    return await resultOf(run, request);
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure) || CancellationScope.current().consideredCancelled) throw error;
    if (isCancellation(error)) return { runId: run.firstExecutionRunId, state: 'cancelled' };
    const message = error.cause instanceof TerminatedFailure ? 'The run was terminated.' : troubleOf(error).message;
    throw ApplicationFailure.nonRetryable(message, RUN_FAILED);
  }
}

/** The type of the failure that shows a run's own. */
const RUN_FAILED = 'RunFailed';

/**
 * Waits for the run. The Schedule asks for nothing while this workflow is open, and a blocked run has to be tried again once its cause is
 * mended. So the request is repeated, which changes nothing for a run that is at work.
 */
async function resultOf(run: ChildWorkflowHandle<SyncTenant>, request: SyncRequest): Promise<SyncResult> {
  let hasEnded = false;
  const ended = run.result().finally(() => (hasEnded = true));
  // The failure is thrown below. Without this, one that comes between two tasks would count as unhandled.
  ended.catch(() => undefined);
  for (let reminders = 0; reminders < MOST_REMINDERS; reminders += 1) {
    if (await condition(() => hasEnded, REMINDER)) break;
    await tellRun(request).catch((error: unknown) => {
      // A run that has just ended can't be told any more.
      if (isCancellation(error)) throw error;
    });
  }
  return ended;
}

const REMINDER = '1 hour';
/** A blocked run waits for 14 days. The history stays short for one that is paused for longer. */
const MOST_REMINDERS = 14 * 24;
