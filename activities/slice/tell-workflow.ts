import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { NOTE_WAIT, troubleFrom } from '../../domain/trouble';
import type { WaitNotice } from '../../domain/trouble';

/** Waits shorter than this are the ordinary course of things: a minute's calls that are used up, a vendor that is restarted. */
const WORTH_TELLING_MS = 90_000;
/** The pauses around this attempt add up to as much: 1 + 2 + … + 32 s before, 64 s after it (`pauseAfter` in vendor-failures.ts). */
const WORTH_TELLING_ATTEMPT = 7;

/**
 * Whether people should see that the run waits: for what says how long it takes each time, for trouble that goes on once.
 * @param failure as it is before it gets a pause of its own
 */
export function isLongWait(failure: Error, attempt: number): failure is ApplicationFailure {
  if (!(failure instanceof ApplicationFailure) || failure.nonRetryable === true) return false;
  const waitMs: unknown = failure.nextRetryDelay;
  return typeof waitMs === 'number' ? waitMs >= WORTH_TELLING_MS : attempt === WORTH_TELLING_ATTEMPT;
}

/** The workflow shows it to people (`SyncState`, current details). A notice that does not get through is no reason to fail otherwise. */
export async function tellWorkflow({ message, details }: ApplicationFailure): Promise<void> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return;
  const { workflowId, runId } = info.workflowExecution;
  const trouble = troubleFrom(message, details ?? []);
  await client.workflow
    .getHandle(workflowId, runId)
    .signal<[WaitNotice]>(NOTE_WAIT, { step: info.activityType, trouble })
    .catch(() => {
      log.warn('The run could not be told that it waits', { kind: trouble.kind });
    });
}
