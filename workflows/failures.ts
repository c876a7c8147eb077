import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { BLOCKED_FAILURE, troubleFrom } from '../domain/trouble';
import type { Trouble } from '../domain/trouble';

/** What lies at the bottom of a failure that came up through activities and children. */
function rootCause(error: unknown): unknown {
  return (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && error.cause !== undefined
    ? rootCause(error.cause)
    : error;
}

/** The trouble that only a person can mend, or null when the failure is of another kind (architecture.md §2, blocked). */
export function blockedTrouble(error: unknown): Trouble | null {
  const cause = rootCause(error);
  return cause instanceof ApplicationFailure && cause.type === BLOCKED_FAILURE ? troubleOf(cause) : null;
}

/** A failure as a sentence for the report. The activities' interceptor has made it free of personal data. */
export function troubleOf(error: unknown): Trouble {
  const cause = rootCause(error);
  if (!(cause instanceof ApplicationFailure)) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : 'The run failed for an unknown reason.', setting: null };
  }
  return troubleFrom(cause.message, cause.details ?? []);
}
