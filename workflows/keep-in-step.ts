import { ActivityFailure } from '@temporalio/common';
import { condition, continueAsNew, defineSignal, proxyLocalActivities, setHandler, sleep, uuid4, workflowInfo } from '@temporalio/workflow';
import type { KeeperActivities, Tended } from '../activities/api';
import { HINTS_WAITING } from './api';
import { tenantIn } from './arguments';

const hintsWaiting = defineSignal(HINTS_WAITING);

/** Requests for runs come no faster than this: one run takes everything that has settled. */
const SHORTEST_PAUSE_MS = 1_000;
/** The inbox or Temporal did not answer. The hints wait. */
const PAUSE_AFTER_FAILURE_MS = 30_000;

/**
 * Keeps a tenant in step by hints (T2, T3). It sleeps until it is told of some, waits until they have settled, and asks for a run. It
 * never waits for that run, which is the tenant's only one (A5): a request lines up behind another. While nothing happens, it has neither a timer
 * nor an event.
 */
export async function keepInStep(given: string): Promise<void> {
  const tenant = tenantIn(given);
  let isTold = true;
  setHandler(hintsWaiting, () => {
    isTold = true;
  });
  for (;;) {
    await condition(() => isTold);
    // The next one begins with a look, so no signal is missed.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof keepInStep>(tenant);
    isTold = false;
    const { nextAtMs, endsWhenIdle = false } = await tend(tenant);
    if (nextAtMs === null) {
      // Compared now: a signal may have come meanwhile. The next one starts the keeper again.
      if (endsWhenIdle && !isTold) return;
      continue;
    }
    await sleep(Math.max(SHORTEST_PAUSE_MS, nextAtMs - Date.now()));
    isTold = true;
  }
}

async function tend(tenant: string): Promise<Tended> {
  const { tendInbox } = proxyLocalActivities<KeeperActivities>({
    startToCloseTimeout: '10 seconds',
    retry: { maximumAttempts: 3 },
  });
  try {
    return await tendInbox({ tenant, requestId: uuid4() });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { nextAtMs: Date.now() + PAUSE_AFTER_FAILURE_MS };
  }
}
