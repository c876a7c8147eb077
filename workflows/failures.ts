import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { BLOCKED_FAILURE, troubleFrom } from '../domain/trouble';
import type { Trouble } from '../domain/trouble';

/** The first cause of a failure that came up through activities and children. */
function rootCause(error: unknown): unknown {
  return (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && error.cause !== undefined
    ? rootCause(error.cause)
    : error;
}

/** The trouble that only a person can mend, or null for any other failure. Such trouble blocks the run until somebody resumes it. */
export function blockedTrouble(error: unknown): Trouble | null {
  const cause = rootCause(error);
  return cause instanceof ApplicationFailure && cause.type === BLOCKED_FAILURE ? troubleOf(cause) : null;
}

/** Turns a failure into a sentence for the report. The activities' interceptor has removed personal data from it. */
export function troubleOf(error: unknown): Trouble {
  const cause = rootCause(error);
  if (!(cause instanceof ApplicationFailure)) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : 'The run failed for an unknown reason.', setting: null };
  }
  return troubleFrom(cause.message, cause.details ?? []);
}
