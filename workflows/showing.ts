import { ActivityFailure } from '@temporalio/common';
import { CancellationScope, patched, proxyLocalActivities } from '@temporalio/workflow';
import type { WorkflowActivities } from '../activities/api';
import { searchAttributes } from './api';

/** The places, beside its own page, where the words about a run are shown. */
export interface Showing {
  /** Names of the search attributes that may be set. A namespace refuses others, and with them the whole workflow task. */
  readonly attributes: ReadonlySet<string>;
  /** Whether the memo has the same words. Every namespace takes a memo. */
  readonly inMemo: boolean;
}

/** Marks runs that ask which search attributes there are, and that have a memo. */
const KNOWN_ATTRIBUTES = 'known-attributes';

/** Whether this run asks. A run that an older version has begun sets all attributes, and has no memo. */
export const asksForAttributes = (): boolean => patched(KNOWN_ATTRIBUTES);

/** The places before an answer has come. */
export const showingAtFirst = (asks: boolean): Showing => ({
  attributes: new Set(asks ? [] : Object.keys(searchAttributes)),
  inMemo: asks,
});

/**
 * Asks this workflow's worker which search attributes the namespace has. The answer gets into the history, so that every replay sets the
 * same ones. Without an answer none is set: the run itself needs none.
 */
export async function knownAttributes(): Promise<Showing> {
  const { knownSearchAttributes } = proxyLocalActivities<WorkflowActivities>({
    startToCloseTimeout: '10 seconds',
    retry: { maximumAttempts: 1 },
  });
  try {
    const names = await CancellationScope.nonCancellable(() => knownSearchAttributes());
    return { attributes: new Set(names), inMemo: true };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return showingAtFirst(true);
  }
}
