import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { NOTE_WAIT, troubleFrom } from '../../domain/trouble';
import type { WaitNotice } from '../../domain/trouble';

/** Shorter waits are normal: a minute's calls are used up, or a vendor is restarted. */
const WORTH_TELLING_MS = 90_000;
/**
 * At this attempt the pauses add up to as much: 1 + 2 + … + 32 s before it, 64 s after it (`pauseAfter` in activities/slice/failures.ts).
 */
const WORTH_TELLING_ATTEMPT = 7;

/**
 * Whether people should see that the run waits. A failure that names its delay counts each time. Other trouble counts once, when it has
 * lasted.
 * @param failure as it is before it gets a pause of its own
 */
export function isLongWait(failure: Error, attempt: number): failure is ApplicationFailure {
  if (!(failure instanceof ApplicationFailure) || failure.nonRetryable === true) return false;
  const waitMs: unknown = failure.nextRetryDelay;
  return typeof waitMs === 'number' ? waitMs >= WORTH_TELLING_MS : attempt === WORTH_TELLING_ATTEMPT;
}

/**
 * Signals to the workflow that this activity waits, so that people see it (`SyncState`, current details). A notice that cannot be delivered
 * changes nothing else.
 */
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
